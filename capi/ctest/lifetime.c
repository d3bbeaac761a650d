/* Who owns which memory, and for how long. Runs under AddressSanitizer, which
 * also counts what is allocated. */
#include "check.h"
#include "peer.h"

#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#if defined(__SANITIZE_ADDRESS__)
/* As in <sanitizer/allocator_interface.h>, which gcc does not install. */
size_t __sanitizer_get_current_allocated_bytes(void);
static size_t allocated(void) { return __sanitizer_get_current_allocated_bytes(); }
#else
static size_t allocated(void) { return 0; }
#endif

enum { WIDTH = 331, HEIGHT = 217, ROUNDS = 200, KINDS = 16 };

/* Pixels, names and meta go away as soon as the call returns. */
static void send_and_free(uint64_t handle, unsigned char value) {
  unsigned char *pixels = malloc(WIDTH * HEIGHT);
  char *name = strdup("short-lived"), *meta = strdup("{\"step\": 1}"), *stream = strdup("s");
  memset(pixels, value, WIDTH * HEIGHT);
  rv_image image = gray(pixels, WIDTH, HEIGHT);
  image.name = name;
  rv_send_options options = RV_SEND_OPTIONS_INIT;
  options.meta = meta;
  options.stream = stream;
  CHECK_CODE(rv_send_images(handle, &image, 1, &options), RV_OK);
  memset(pixels, POISON, WIDTH * HEIGHT);
  memset(name, 'x', strlen(name));
  free(pixels);
  free(name);
  free(meta);
  free(stream);
}

/* So do the strings and numbers of controls. */
static void define_and_free(uint64_t handle, int n) {
  char name[32];
  snprintf(name, sizeof name, "folder/%d", n % 10);
  char *slider = strdup(name), *text = strdup("initial"), *choice = strdup("one"), *help = strdup("for a moment");
  const char **choices = malloc(2 * sizeof *choices);
  double *start = malloc(3 * sizeof *start), value[3];
  char buffer[16];
  int32_t index;
  choices[0] = choice;
  choices[1] = "two";
  start[0] = start[1] = start[2] = 0.5;
  rv_control_options options = RV_CONTROL_OPTIONS_INIT;
  options.help = help;
  CHECK(rv_slider(handle, slider, 0, 1, 0.5, value, &options) >= 0);
  CHECK(rv_text(handle, "text", text, buffer, sizeof buffer, &options) == 8 && strcmp(buffer, "initial") == 0);
  CHECK(rv_dropdown(handle, "dropdown", choices, 2, 1, &index, &options) >= 0 && index == 1);
  CHECK(rv_color(handle, "colour", 3, start, value, &options) >= 0 && value[2] == 0.5);
  CHECK_CODE(rv_label(handle, "label", text, &options), RV_OK);
  CHECK_CODE(rv_plot(handle, "plot", n, &options), RV_OK);
  memset(slider, 'x', strlen(slider));
  memset(text, 'x', strlen(text));
  memset(choice, 'x', strlen(choice));
  memset(help, 'x', strlen(help));
  free(slider);
  free(text);
  free(choice);
  free(help);
  free(choices);
  free(start);
  if (n % 50 == 49) /* all begins anew */
    CHECK(rv_remove_control(handle, NULL) > 10);
}

static void test_send(uint64_t handle, peer *p) {
  for (int n = 0; n < ROUNDS; n++) {
    send_and_free(handle, (unsigned char)(n % 200));
    char *json = strdup("{\"a\": [1, 2, 3]}"), *name = strdup("value");
    CHECK_CODE(rv_send_data(handle, name, "json", json, strlen(json)), RV_OK);
    free(json);
    free(name);
    define_and_free(handle, n);
    sleep_ms(1);
  }
  WAIT_FOR(atomic_load(&p->lists) > 10);
  CHECK(atomic_load(&p->broken) == 0);
}

/* Reads every byte that an event points to. */
static size_t use(const rv_event *e) {
  size_t sum = strlen(e->name) + strlen(e->format) + strlen(e->text) + strlen(e->stream);
  const unsigned char *data = e->data;
  for (uint64_t n = 0; n <= e->size; n++)
    sum += data[n];
  CHECK(data[e->size] == 0);
  CHECK(e->struct_size >= sizeof(rv_event));
  if (e->camera != NULL) {
    CHECK(e->camera->struct_size >= sizeof(struct rv_camera));
    CHECK(e->camera->width == 64 && e->camera->height == 48);
  }
  CHECK((e->camera != NULL) == (e->type == RV_EVENT_CAMERA));
  if (e->type == RV_EVENT_PICK) {
    CHECK(strcmp(e->stream, "eye") == 0 && strcmp(e->name, "rgb") == 0 && e->y == 0.5 && e->id != 0);
    CHECK(e->button == RV_BUTTON_LEFT && e->modifiers == (RV_MOD_SHIFT | RV_MOD_ALT) && e->depth == 2.5);
    CHECK(e->origin[2] == 3 && isnan(e->direction[0]) && isnan(e->point[2]) && e->viewer_high != 0);
  } else {
    CHECK(e->id == 0 && e->x == 0 && e->stream[0] == 0);
  }
  if (e->type == RV_EVENT_CONTROL)
    CHECK(strcmp(e->format, "json") == 0 && e->size > 0 && e->name[0] != 0);
  return sum;
}

static void *free_elsewhere(void *event) {
  use(event);
  rv_event_free(event);
  return NULL;
}

static void test_events(uint64_t handle, size_t *seen) {
  memset(seen, 0, KINDS * sizeof *seen);
  for (int n = 0; n < ROUNDS; n++) {
    rv_event *event = NULL;
    if (rv_read(handle, &event, 2000) != 1) {
      CHECK(!"an event within 2 s");
      return;
    }
    CHECK(event->type > 0 && event->type < KINDS);
    seen[event->type % KINDS]++;
    if (event->type == RV_EVENT_PICK)
      CHECK_CODE(rv_answer(handle, event->id, seen[RV_EVENT_PICK] % 2 == 0 ? NULL : "{\"gaussian\": 7}"), RV_OK);
    pthread_t thread;
    if (n % 4 != 0 || pthread_create(&thread, NULL, free_elsewhere, event) != 0)
      free_elsewhere(event);
    else
      pthread_join(thread, NULL);
  }
}

/* Names of closed windows: whole ones, as far as there is room. */
static void test_closed(uint64_t handle) {
  char names[16];
  WAIT_FOR(rv_closed(handle, NULL, NULL, 0) == 8);
  for (uint32_t size = 0; size <= 9; size++) {
    memset(names, 'x', sizeof names);
    CHECK_CODE(rv_closed(handle, "", size > 0 ? names : NULL, size), 8);
    CHECK(memcmp(names, size >= 8 ? "a b\0off\0" : size >= 4 ? "a b\0xxxx" : "xxxxxxxx", 8) == 0);
    CHECK(names[8] == 'x');
  }
  CHECK_CODE(rv_closed(handle, "other", names, sizeof names), 0);
}

/* Events and their memory outlive the session. */
static void test_after_close(uint64_t handle, peer *p) {
  rv_event *events[8] = {0};
  int count = 0;
  for (const int64_t end = now_ms() + 5000; count < 8 && now_ms() < end;)
    if (rv_read(handle, &events[count], 100) == 1)
      count++;
  CHECK(count == 8);
  const int closed = rv_close(handle, 0); /* a list may be on its way */
  CHECK(closed == RV_OK || closed == RV_ERR_TIMEOUT);
  peer_stop(p);
  const uint64_t other = open_quiet();
  for (int n = 0; n < count; n++) {
    pthread_t thread;
    CHECK(pthread_create(&thread, NULL, free_elsewhere, events[n]) == 0);
    pthread_join(thread, NULL);
  }
  CHECK_CODE(rv_close(other, 0), RV_OK);
}

int main(void) {
  peer p;
  const uint64_t handle = open_quiet();
  CHECK_CODE(rv_want_cameras(handle, 1), RV_OK);
  if (peer_start(&p, handle) < 0)
    return 1;
  CHECK_CODE(rv_want_picks(handle, 1), RV_OK);
  size_t seen[KINDS];
  double gain;
  CHECK(rv_slider(handle, "gain", 0, 100, 0, &gain, NULL) >= 0 && rv_button(handle, "press", NULL) >= 0);
  test_send(handle, &p);
  CHECK(rv_slider(handle, "gain", 0, 100, 0, &gain, NULL) >= 0 && rv_button(handle, "press", NULL) >= 0);
  test_events(handle, seen);
  const size_t before = allocated();
  for (int n = 0; n < 5; n++) {
    test_events(handle, seen);
    CHECK(seen[RV_EVENT_CAMERA] > 0 && seen[RV_EVENT_DATA] > 0);
    CHECK(seen[RV_EVENT_CONTROL] > 0 && seen[RV_EVENT_PICK] > 0);
  }
  test_send(handle, &p);
  if (allocated() > before + 64 * 1024)
    fprintf(stderr, "allocated: %zu bytes before, %zu after\n", before, allocated());
  CHECK(allocated() <= before + 64 * 1024);
  test_closed(handle);
  test_after_close(handle, &p);
  return check_result();
}
