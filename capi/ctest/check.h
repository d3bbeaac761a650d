/* Checks of the C tests. A failed one is printed and counted; main returns
 * check_result(). Safe on any thread. */
#ifndef CHECK_H
#define CHECK_H

#include <rv.h>

#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <time.h>

static atomic_int check_failures;
static atomic_int check_count;

#define CHECK(what)                                                              \
  do {                                                                           \
    atomic_fetch_add(&check_count, 1);                                           \
    if (!(what)) {                                                               \
      atomic_fetch_add(&check_failures, 1);                                      \
      fprintf(stderr, "%s:%d: wanted %s\n", __FILE__, __LINE__, #what);          \
    }                                                                            \
  } while (0)

/* A call that has to return this code; every error has words. */
#define CHECK_CODE(call, want) check_code((call), (want), #call, __FILE__, __LINE__)

static inline int check_code(int got, int want, const char *call, const char *file, int line) {
  atomic_fetch_add(&check_count, 1);
  const char *words = rv_last_error();
  if (got == want && (got >= 0 || words[0] != '\0'))
    return 1;
  atomic_fetch_add(&check_failures, 1);
  fprintf(stderr, "%s:%d: %s: wanted %d%s, found %d \"%s\"\n", file, line, call, want,
          want < 0 ? " and words" : "", got, words);
  return 0;
}

static inline int check_result(void) {
  fprintf(stderr, "%d checks, %d failed\n", atomic_load(&check_count), atomic_load(&check_failures));
  return atomic_load(&check_failures) == 0 ? 0 : 1;
}

static inline void sleep_ms(int ms) {
  const struct timespec t = {ms / 1000, (long)(ms % 1000) * 1000000};
  nanosleep(&t, NULL);
}

static inline int64_t now_ms(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* Waits until something holds, at most 10 s. */
#define WAIT_FOR(what)                                                           \
  do {                                                                           \
    const int64_t end_ = now_ms() + 10000;                                       \
    while (!(what) && now_ms() < end_)                                           \
      sleep_ms(5);                                                               \
    CHECK(what);                                                                 \
  } while (0)

/* A quiet session on a port of loopback. */
static inline uint64_t open_quiet(void) {
  rv_options options = RV_OPTIONS_INIT;
  uint64_t handle = 0;
  options.quiet = 1;
  CHECK_CODE(rv_listen("127.0.0.1:0", &options, &handle), RV_OK);
  CHECK(handle != 0);
  return handle;
}

/* A small image of one value, `size` bytes of u8. */
static inline rv_image gray(const void *data, uint32_t width, uint32_t height) {
  rv_image image = RV_IMAGE_INIT;
  image.dtype = RV_U8;
  image.data = data;
  image.width = width;
  image.height = height;
  image.channels = 1;
  image.color = RV_COLOR_SRGB;
  return image;
}

#endif
