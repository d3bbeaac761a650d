/* Images in device memory: exact pixels, nothing that waits, and what is refused.
 * Run where the stand-in is libcuda.so.1, or with "none" where there is no driver. */
#include "check.h"
#include "peer.h"
#include "standin.h"

#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>

enum { W = 40, H = 30, N = W * H * 3 };

static int (*allocate)(uint64_t *, size_t);
static int (*allocate_managed)(uint64_t *, size_t, unsigned int);
static int (*release)(uint64_t);
static int (*upload)(uint64_t, const void *, size_t);
static int (*set_async)(uint64_t, unsigned char, size_t, uint64_t);
static int (*make_stream)(uint64_t *, unsigned int);
static int (*use_context)(void *);
static void (*delay)(int);
static void (*fail)(int);
static void (*capture)(int);
static void (*count)(standin_counts *);

static void *library;

static void find(void *to, const char *name) {
  void *f = dlsym(library, name);
  CHECK(f != NULL);
  memcpy(to, &f, sizeof f); /* a pointer to a function, which C keeps apart */
}

static void load(void) {
  int (*init)(unsigned int);
  int (*retain)(void **, int);
  void *context = NULL;
  library = dlopen("libcuda.so.1", RTLD_NOW);
  if (library == NULL) {
    fprintf(stderr, "%s\n", dlerror());
    exit(1);
  }
  find(&init, "cuInit");
  find(&retain, "cuDevicePrimaryCtxRetain");
  find(&use_context, "cuCtxSetCurrent");
  find(&allocate, "cuMemAlloc_v2");
  find(&allocate_managed, "cuMemAllocManaged");
  find(&release, "cuMemFree_v2");
  find(&upload, "cuMemcpyHtoD_v2");
  find(&set_async, "cuMemsetD8Async");
  find(&make_stream, "cuStreamCreate");
  find(&delay, "standin_delay");
  find(&fail, "standin_fail");
  find(&capture, "standin_capture");
  find(&count, "standin_count");
  CHECK(init(0) == 0 && retain(&context, 0) == 0 && use_context(context) == 0);
}

/* An image of device memory, whose first pixel is at `offset`. */
static rv_image device_image(uint64_t memory, int64_t offset) {
  rv_image image = gray((const void *)(uintptr_t)(memory + (uint64_t)offset), W, H); /* NOLINT: a number */
  image.memory = RV_MEMORY_CUDA;
  image.channels = 3;
  return image;
}

static uint64_t device_copy(const void *data, size_t size) {
  uint64_t memory = 0;
  CHECK(allocate(&memory, size) == 0 && upload(memory, data, size) == 0);
  return memory;
}

static void noise(unsigned char *to, size_t n) {
  static uint32_t state = 1;
  for (size_t i = 0; i < n; i++) {
    state = state * 1664525U + 1013904223U;
    to[i] = (unsigned char)(state >> 24);
  }
}

/* Sends the image that strides make of random memory, and compares what arrives. */
static void arrives(uint64_t handle, peer *p, int64_t row, int64_t pixel, int64_t channel, int64_t offset, size_t size) {
  unsigned char *memory = malloc(size);
  static unsigned char want[N];
  noise(memory, size);
  for (int64_t y = 0; y < H; y++)
    for (int64_t x = 0; x < W; x++)
      for (int64_t c = 0; c < 3; c++)
        want[(y * W + x) * 3 + c] = memory[offset + y * row + x * pixel + c * channel];
  const uint64_t device = device_copy(memory, size);
  rv_image image = device_image(device, offset);
  image.row_stride = row;
  image.pixel_stride = pixel;
  image.channel_stride = channel;
  CHECK_CODE(rv_send_images(handle, &image, 1, NULL), RV_OK);
  WAIT_FOR(peer_has(p, want, N));
  CHECK(release(device) == 0);
  free(memory);
}

static void test_exact(uint64_t handle, peer *p) {
  arrives(handle, p, W * 3, 3, 1, 0, N);
  arrives(handle, p, 512, 3, 1, 0, 512 * H);
  arrives(handle, p, -W * 3, 3, 1, W * 3 * (H - 1), N);
  arrives(handle, p, -512, 3, 1, 512 * (H - 1), 512 * H);
  arrives(handle, p, W, 1, W * H, 0, N);
  arrives(handle, p, 256, 1, 256 * H, 0, 256 * H * 3);
  arrives(handle, p, W * 3, -3, 1, (W - 1) * 3, N);
  standin_counts c;
  count(&c);
  CHECK(c.copies == 7 && c.rows == 3 && c.waits == 0 && c.plain == 0);
}

/* The copy is behind the work that was put on its stream before, and the call
 * doesn't wait for it. */
static void test_stream(uint64_t handle, peer *p) {
  static unsigned char want[N];
  memset(want, 7, N);
  uint64_t stream = 0, device = device_copy(want, N);
  CHECK(make_stream(&stream, 1) == 0);
  delay(150);
  CHECK(set_async(device, 1, N, stream) == 0 && set_async(device, 7, N, stream) == 0);
  rv_image image = device_image(device, 0);
  image.cuda_stream = stream;
  const int64_t start = now_ms();
  CHECK_CODE(rv_send_images(handle, &image, 1, NULL), RV_OK);
  CHECK(now_ms() - start < 150);
  CHECK(set_async(device, 9, N, stream) == 0); /* the memory is the caller's again */
  WAIT_FOR(peer_has(p, want, N));
  CHECK(now_ms() - start >= 300);
  delay(0);
  CHECK(release(device) == 0);
}

/* A renderer far ahead of its device: memory is not used before its copy is over. */
static void test_ahead(uint64_t handle, peer *p) {
  static unsigned char want[N];
  memset(want, 60, N);
  uint64_t stream = 0, device = device_copy(want, N);
  CHECK(make_stream(&stream, 1) == 0);
  delay(1);
  for (int n = 1; n <= 60; n++) {
    rv_image image = device_image(device, 0);
    image.cuda_stream = stream;
    CHECK(set_async(device, (unsigned char)n, N, stream) == 0);
    CHECK_CODE(rv_send_images(handle, &image, 1, NULL), RV_OK);
  }
  WAIT_FOR(peer_has(p, want, N));
  delay(0);
  standin_counts c;
  count(&c);
  CHECK(c.clashes == 0 && c.unlocked == 0 && c.waits == 0);
  CHECK(release(device) == 0);
}

static void refused(const char *what, uint64_t handle, rv_image image, int want, const char *word) {
  const int got = rv_send_images(handle, &image, 1, NULL);
  if (got != want || strstr(rv_last_error(), word) == NULL)
    fprintf(stderr, "%s: wanted %d and \"%s\", found %d \"%s\"\n", what, want, word, got, rv_last_error());
  CHECK(got == want && strstr(rv_last_error(), word) != NULL);
}

static void test_refused(uint64_t handle, peer *p) {
  static unsigned char pixels[N];
  const uint64_t device = device_copy(pixels, N);
  rv_image image = device_image(device, 0);
  image.data = pixels;
  refused("host memory", handle, image, RV_ERR_INVALID, "not a pointer to device memory");
  refused("one byte further", handle, device_image(device, 1), RV_ERR_INVALID, "of its allocation, which has 3600");
  image = device_image(device, 0);
  image.row_stride = -W * 3;
  refused("upside down from the top", handle, image, RV_ERR_INVALID, "of its allocation");
  image.row_stride = 5;
  refused("rows that overlap", handle, image, RV_ERR_SHAPE, "row stride");
  image = device_image(device, 0);
  image.memory = 2;
  refused("another memory", handle, image, RV_ERR_INVALID, "RV_MEMORY_CUDA");
  capture(1);
  refused("a captured stream", handle, device_image(device, 0), RV_ERR_INVALID, "captured");
  capture(0);
  image = device_image(device, 0); /* without cuda_stream, as callers of the first ABI */
  image.struct_size = 88;
  CHECK_CODE(rv_send_images(handle, &image, 1, NULL), RV_OK);
  WAIT_FOR(peer_has(p, pixels, N));
  CHECK(release(device) == 0);
}

static uint64_t failed_of(uint64_t handle) {
  rv_statistics s = RV_STATISTICS_INIT;
  CHECK_CODE(rv_stats(handle, &s), RV_OK);
  return s.failed;
}

/* The device dies: what is on its way is lost, calls say so, and the session goes on. */
static void test_dead(uint64_t handle, peer *p) {
  static unsigned char pixels[N];
  const uint64_t device = device_copy(pixels, N);
  delay(50);
  rv_image image = device_image(device, 0);
  CHECK_CODE(rv_send_images(handle, &image, 1, NULL), RV_OK);
  fail(700);
  WAIT_FOR(failed_of(handle) == 1);
  refused("a dead device", handle, image, RV_ERR_INVALID, "illegal memory access");
  noise(pixels, N);
  image = gray(pixels, W, H);
  image.channels = 3;
  CHECK_CODE(rv_send_images(handle, &image, 1, NULL), RV_OK);
  WAIT_FOR(peer_has(p, pixels, N));
  fail(0);
  delay(0);
  CHECK(release(device) == 0);
}

/* Closing waits for no device, and the memory is not pulled from under the copy. */
static void test_close(void) {
  static unsigned char pixels[N];
  const uint64_t handle = open_quiet(), device = device_copy(pixels, N);
  const rv_image image = device_image(device, 0);
  delay(1500);
  for (int n = 0; n < 3; n++)
    CHECK_CODE(rv_send_images(handle, &image, 1, NULL), RV_OK);
  const int64_t start = now_ms();
  CHECK_CODE(rv_close(handle, 0), RV_OK);
  CHECK(now_ms() - start < 1000);
  delay(0);
  CHECK(release(device) == 0);
  standin_counts c;
  count(&c);
  CHECK(c.unlocked == 0 && c.clashes == 0 && c.waits == 0);
}

static int test_none(void) {
  static unsigned char pixels[N];
  const uint64_t handle = open_quiet();
  rv_image image = device_image((uint64_t)(uintptr_t)pixels, 0);
  library = dlopen("libcuda.so.1", RTLD_NOW);
  if (library != NULL)
    fprintf(stderr, "this machine has a driver: that there is none was not tested\n");
  else
    refused("no driver", handle, image, RV_ERR_UNSUPPORTED, "send host memory instead");
  CHECK_CODE(rv_close(handle, 0), RV_OK);
  return check_result();
}

int main(int argc, char **argv) {
  if (argc > 1 && strcmp(argv[1], "none") == 0)
    return test_none();
  load();
  const uint64_t handle = open_quiet();
  peer p;
  if (peer_start(&p, handle) != 0)
    return 1;
  test_exact(handle, &p);
  test_stream(handle, &p);
  test_ahead(handle, &p);
  test_refused(handle, &p);
  test_dead(handle, &p);
  CHECK_CODE(rv_close(handle, 0), RV_OK);
  peer_stop(&p);
  test_close();
  return check_result();
}
