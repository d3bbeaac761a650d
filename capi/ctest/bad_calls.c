/* All other functions with what they can't take. */
#include "check.h"

#include <math.h>
#include <pthread.h>
#include <string.h>

static void test_open_address(int (*open)(const char *, const rv_options *, uint64_t *)) {
  static const char *const addresses[] = {"127.0.0.1:99999", "127.0.0.1:-1", "127.0.0.1:x", "http://127.0.0.1:1",
                                          "[::1", "\xff\xfe:1", "rv://a@b@c:1:2", "unix:", " : "};
  rv_options options = RV_OPTIONS_INIT;
  options.quiet = 1;
  for (size_t n = 0; n < sizeof addresses / sizeof addresses[0]; n++) {
    uint64_t handle = 77;
    if (!CHECK_CODE(open(addresses[n], &options, &handle), RV_ERR_ADDRESS))
      fprintf(stderr, "  address \"%s\"\n", addresses[n]);
  }
  CHECK_CODE(open("127.0.0.1:0", &options, NULL), RV_ERR_INVALID);
}

static void test_open_options(int (*open)(const char *, const rv_options *, uint64_t *)) {
  const rv_options good = {sizeof(rv_options), 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0};
  rv_options o;
  uint64_t handle = 0;
  static char name[200];
  memset(name, 'n', 199);
#define REFUSED(change, want)                              \
  o = good;                                                \
  change;                                                  \
  CHECK_CODE(open("127.0.0.1:9", &o, &handle), want);      \
  CHECK(handle == 0)
  REFUSED(o.struct_size = 0, RV_ERR_INVALID);
  REFUSED(o.struct_size = sizeof o - 8, RV_ERR_INVALID);
  REFUSED(o.codec = "nope", RV_ERR_INVALID);
  REFUSED(o.quality = 101, RV_ERR_INVALID);
  REFUSED(o.quality = -1, RV_ERR_INVALID);
  REFUSED(o.width = 640, RV_ERR_INVALID);
  REFUSED(o.width = -640; o.height = -480, RV_ERR_INVALID);
  REFUSED(o.width = o.height = 32769, RV_ERR_INVALID);
  REFUSED(o.token = "short", RV_ERR_TOKEN);
  REFUSED(o.token_file = "/nonexistent/token", RV_ERR_TOKEN);
  REFUSED(o.name = "\xff", RV_ERR_INVALID);
  REFUSED(o.name = name, RV_ERR_INVALID);
#undef REFUSED
}

static void test_taken_port(uint64_t taken) {
  char address[256];
  CHECK(rv_address(taken, address, sizeof address) > 0);
  rv_options options = RV_OPTIONS_INIT;
  options.quiet = options.strict = 1;
  uint64_t handle = 0;
  const char *at = strstr(address, "127.0.0.1");
  CHECK(at != NULL);
  CHECK_CODE(rv_listen(at, &options, &handle), RV_ERR_LISTEN);
  options.strict = 0;
  CHECK_CODE(rv_listen(at, &options, &handle), RV_OK);
  CHECK(handle != 0 && handle != taken);
  CHECK_CODE(rv_close(handle, 0), RV_OK);
}

static void test_handle_of_controls(uint64_t handle) {
  static const char *const choices[] = {"a", "b"};
  struct rv_camera camera = RV_CAMERA_INIT;
  double values[4];
  int32_t whole;
  char text[8];
  CHECK_CODE(rv_wants(handle, 0.5, 0.5, &camera), RV_ERR_HANDLE);
  CHECK_CODE(rv_gate(handle, -1), RV_ERR_HANDLE);
  CHECK_CODE(rv_closed(handle, NULL, text, sizeof text), RV_ERR_HANDLE);
  CHECK_CODE(rv_slider(handle, "a", 0, 1, 0.5, values, NULL), RV_ERR_HANDLE);
  CHECK_CODE(rv_checkbox(handle, "a", 1, &whole, NULL), RV_ERR_HANDLE);
  CHECK_CODE(rv_dropdown(handle, "a", choices, 2, 0, &whole, NULL), RV_ERR_HANDLE);
  CHECK_CODE(rv_button(handle, "a", NULL), RV_ERR_HANDLE);
  CHECK_CODE(rv_text(handle, "a", NULL, text, sizeof text, NULL), RV_ERR_HANDLE);
  CHECK_CODE(rv_color(handle, "a", 3, NULL, values, NULL), RV_ERR_HANDLE);
  CHECK_CODE(rv_vector3(handle, "a", NULL, values, NULL), RV_ERR_HANDLE);
  CHECK_CODE(rv_plot(handle, "a", 1, NULL), RV_ERR_HANDLE);
  CHECK_CODE(rv_label(handle, "a", "b", NULL), RV_ERR_HANDLE);
  CHECK_CODE(rv_set_control(handle, "a", "1"), RV_ERR_HANDLE);
  CHECK_CODE(rv_remove_control(handle, "a"), RV_ERR_HANDLE);
  CHECK_CODE(rv_remove_control(handle, NULL), RV_ERR_HANDLE);
  CHECK_CODE(rv_want_picks(handle, 1), RV_ERR_HANDLE);
  CHECK_CODE(rv_answer(handle, 1, NULL), RV_ERR_HANDLE);
}

/* Every function with a handle that is none. */
static void test_handle(uint64_t handle) {
  static const unsigned char pixel = 0;
  const rv_image image = gray(&pixel, 1, 1);
  struct rv_camera camera = RV_CAMERA_INIT;
  for (int n = 0; n < 4; n++)
    camera.c2w[5 * n] = 1;
  rv_statistics stats = RV_STATISTICS_INIT;
  rv_event *event = NULL;
  char text[8];
  CHECK_CODE(rv_send_images(handle, &image, 1, NULL), RV_ERR_HANDLE);
  CHECK_CODE(rv_read(handle, &event, 0), RV_ERR_HANDLE);
  CHECK_CODE(rv_read(handle, &event, -1), RV_ERR_HANDLE);
  CHECK(event == NULL);
  CHECK_CODE(rv_camera(handle, &camera), RV_ERR_HANDLE);
  CHECK_CODE(rv_want_cameras(handle, 1), RV_ERR_HANDLE);
  CHECK_CODE(rv_set_view(handle, &camera), RV_ERR_HANDLE);
  CHECK_CODE(rv_send_data(handle, "a", "json", "1", 1), RV_ERR_HANDLE);
  CHECK_CODE(rv_address(handle, text, sizeof text), RV_ERR_HANDLE);
  CHECK_CODE(rv_stats(handle, &stats), RV_ERR_HANDLE);
  test_handle_of_controls(handle);
  CHECK_CODE(rv_close(handle, 0), RV_ERR_HANDLE);
}

static void test_stale(void) {
  const uint64_t old = open_quiet();
  CHECK_CODE(rv_close(old, 0), RV_OK);
  const uint64_t fresh = open_quiet();
  CHECK(fresh != old);
  test_handle(old);
  CHECK_CODE(rv_close(fresh, 0), RV_OK);
  test_handle(fresh);
  test_handle(0);
  test_handle(UINT64_MAX);
  test_handle(12345678901234567ULL);
}

static void test_camera_and_view(uint64_t handle) {
  struct rv_camera camera = RV_CAMERA_INIT;
  CHECK_CODE(rv_camera(handle, NULL), RV_ERR_INVALID);
  CHECK_CODE(rv_camera(handle, &camera), 0);
  camera.struct_size = 0;
  CHECK_CODE(rv_camera(handle, &camera), RV_ERR_INVALID);
  CHECK_CODE(rv_set_view(handle, NULL), RV_ERR_INVALID);
  CHECK_CODE(rv_set_view(handle, &camera), RV_ERR_INVALID);
  camera.struct_size = sizeof camera;
  CHECK_CODE(rv_set_view(handle, &camera), RV_ERR_INVALID); /* c2w of zeros */
  for (int n = 0; n < 4; n++)
    camera.c2w[5 * n] = 1;
  CHECK_CODE(rv_set_view(handle, &camera), RV_OK);
  camera.c2w[3] = (double)NAN;
  CHECK_CODE(rv_set_view(handle, &camera), RV_ERR_INVALID);
  camera.c2w[3] = 0;
  camera.c2w[1] = 5; /* not rigid */
  CHECK_CODE(rv_set_view(handle, &camera), RV_ERR_INVALID);
  camera.c2w[1] = 0;
  camera.projection = 9;
  CHECK_CODE(rv_set_view(handle, &camera), RV_ERR_INVALID);
}

/* Fills p with a struct of a later version: ours, and room behind it. */
static void *later(void *p, const void *ours, uint32_t size) {
  memset(p, 0xa5, 4096);
  memcpy(p, ours, size);
  const uint32_t given = size + 64;
  memcpy(p, &given, sizeof given);
  return p;
}

/* Sizes that no version has. 0xffffffff is what an uninitialised struct may say:
 * so much must not be read. */
static const uint32_t garbage[] = {0, 1, 4097, 0x7fffffff, 0xffffffff};
#define GARBAGE (sizeof garbage / sizeof garbage[0])

/* Structs that are read: a later caller's are taken, a smaller one than the first
 * version's is not. */
static void test_sizes_in(uint64_t handle) {
  static const unsigned char pixels[2] = {1, 2};
  _Alignas(16) unsigned char large[4096], two[2 * (sizeof(rv_image) + 64)];
  rv_options options = RV_OPTIONS_INIT;
  rv_send_options send = RV_SEND_OPTIONS_INIT;
  struct rv_camera view = RV_CAMERA_INIT;
  rv_image image = gray(pixels, 1, 1);
  uint64_t other = 0;
  options.quiet = 1;
  for (int n = 0; n < 4; n++)
    view.c2w[5 * n] = 1;
  view.up[1] = -1;
  view.width = view.height = 8;
  view.k[0] = view.k[4] = view.k[8] = 1;
  view.z_near = 1;
  view.z_far = 2;
  CHECK_CODE(rv_listen("127.0.0.1:0", later(large, &options, sizeof options), &other), RV_OK);
  CHECK_CODE(rv_close(other, 0), RV_OK);
  CHECK_CODE(rv_set_view(handle, later(large, &view, sizeof view)), RV_OK);
  send.camera = later(large, &view, sizeof view);
  CHECK_CODE(rv_send_images(handle, &image, 1, &send), RV_OK);
  send.camera = NULL;
  CHECK_CODE(rv_send_images(handle, &image, 1, later(large, &send, sizeof send)), RV_OK);
  image.name = "first";
  memcpy(two, later(large, &image, sizeof image), sizeof image + 64);
  image.name = "second";
  image.data = pixels + 1;
  memcpy(two + sizeof image + 64, later(large, &image, sizeof image), sizeof image + 64);
  CHECK_CODE(rv_send_images(handle, (const rv_image *)(void *)two, 2, NULL), RV_OK);
  for (size_t n = 0; n <= GARBAGE; n++) {
    const int small = n == GARBAGE;
    options.struct_size = small ? (uint32_t)sizeof options - 1 : garbage[n];
    send.struct_size = small ? (uint32_t)sizeof send - 1 : garbage[n];
    view.struct_size = small ? (uint32_t)sizeof view - 1 : garbage[n];
    image.struct_size = small ? 87 : garbage[n]; /* of the first version: 88 */
    CHECK_CODE(rv_listen("127.0.0.1:0", &options, &other), RV_ERR_INVALID);
    CHECK_CODE(rv_connect("127.0.0.1:9", &options, &other), RV_ERR_INVALID);
    CHECK_CODE(rv_set_view(handle, &view), RV_ERR_INVALID);
    CHECK_CODE(rv_send_images(handle, &image, 1, NULL), RV_ERR_INVALID);
    CHECK_CODE(rv_send_images(handle, &image, 2, NULL), RV_ERR_INVALID);
    image.struct_size = sizeof image;
    CHECK_CODE(rv_send_images(handle, &image, 1, &send), RV_ERR_INVALID);
  }
}

/* Structs that are filled in: what a later version has behind ours stays. */
static void test_sizes_out(uint64_t handle) {
  _Alignas(16) unsigned char large[4096];
  rv_statistics stats = RV_STATISTICS_INIT;
  struct rv_camera camera = RV_CAMERA_INIT;
  CHECK_CODE(rv_stats(handle, later(large, &stats, sizeof stats)), RV_OK);
  memcpy(&stats, large, sizeof stats);
  CHECK(stats.struct_size == sizeof stats + 64 && stats.lists > 0);
  for (size_t n = sizeof stats; n < sizeof large; n++)
    CHECK(large[n] == 0xa5);
  for (size_t n = 0; n <= GARBAGE; n++) {
    stats.struct_size = n < GARBAGE ? garbage[n] : (uint32_t)sizeof stats - 1;
    stats.lists = 77;
    CHECK_CODE(rv_stats(handle, &stats), RV_ERR_INVALID);
    CHECK(stats.lists == 77);
    camera.struct_size = n < GARBAGE ? garbage[n] : (uint32_t)sizeof camera - 1;
    CHECK_CODE(rv_camera(handle, &camera), RV_ERR_INVALID);
  }
}

static void test_data(uint64_t handle) {
  static char name[130];
  memset(name, 'n', 129);
  CHECK_CODE(rv_send_data(handle, "a", "json", "[1]", 3), RV_OK);
  CHECK_CODE(rv_send_data(handle, "a", "bytes", NULL, 0), RV_OK);
  CHECK_CODE(rv_send_data(handle, NULL, "json", "1", 1), RV_ERR_INVALID);
  CHECK_CODE(rv_send_data(handle, "", "json", "1", 1), RV_ERR_NAME);
  CHECK_CODE(rv_send_data(handle, name, "json", "1", 1), RV_ERR_NAME);
  CHECK_CODE(rv_send_data(handle, "\xff", "json", "1", 1), RV_ERR_NAME);
  CHECK_CODE(rv_send_data(handle, "a", "xml", "1", 1), RV_ERR_TYPE);
  CHECK_CODE(rv_send_data(handle, "a", NULL, "1", 1), RV_ERR_INVALID);
  CHECK_CODE(rv_send_data(handle, "a", "json", "{", 1), RV_ERR_TYPE);
  CHECK_CODE(rv_send_data(handle, "a", "json", "", 0), RV_ERR_TYPE);
  CHECK_CODE(rv_send_data(handle, "a", "bytes", NULL, 5), RV_ERR_INVALID);
  CHECK_CODE(rv_send_data(handle, "a", "bytes", "1", (16 << 20) + 1), RV_ERR_LIMIT);
  CHECK_CODE(rv_send_data(handle, "a", "bytes", "1", UINT64_MAX), RV_ERR_LIMIT);
}

static void test_rest(uint64_t handle) {
  rv_statistics stats = RV_STATISTICS_INIT;
  char text[256] = "xxxxxxxx";
  rv_event *event = NULL;
  CHECK_CODE(rv_read(handle, NULL, 0), RV_ERR_INVALID);
  while (rv_read(handle, &event, 0) == 1)
    rv_event_free(event);
  CHECK(event == NULL);
  CHECK_CODE(rv_read(handle, &event, 20), 0);
  rv_event_free(NULL);
  CHECK_CODE(rv_stats(handle, NULL), RV_ERR_INVALID);
  stats.struct_size = 0;
  CHECK_CODE(rv_stats(handle, &stats), RV_ERR_INVALID);
  CHECK_CODE(rv_address(handle, NULL, 5), RV_ERR_INVALID);
  const int need = rv_address(handle, NULL, 0);
  CHECK(need > 1);
  CHECK(rv_address(handle, text, 4) == need && text[3] == '\0' && text[4] == 'x');
  CHECK(rv_address(handle, text, sizeof text) == need && strlen(text) == (size_t)need - 1);
}

static void *other_thread(void *words) {
  *(int *)words = rv_last_error()[0] != '\0';
  return NULL;
}

/* Words belong to the thread, and to its last call. */
static void test_words(uint64_t handle) {
  pthread_t thread;
  int words = 1;
  CHECK_CODE(rv_want_cameras(0, 1), RV_ERR_HANDLE);
  CHECK(pthread_create(&thread, NULL, other_thread, &words) == 0);
  pthread_join(thread, NULL);
  CHECK(words == 0);
  CHECK(rv_last_error()[0] != '\0');
  CHECK_CODE(rv_want_cameras(handle, 0), RV_OK);
}

int main(void) {
  test_open_address(rv_connect);
  test_open_address(rv_listen);
  test_open_options(rv_connect);
  test_open_options(rv_listen);
  test_stale();
  const uint64_t handle = open_quiet();
  test_taken_port(handle);
  test_camera_and_view(handle);
  test_sizes_in(handle);
  test_sizes_out(handle);
  test_data(handle);
  test_rest(handle);
  test_words(handle);
  CHECK_CODE(rv_close(handle, -1), RV_OK);
  return check_result();
}
