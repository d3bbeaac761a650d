/* 64 threads share one handle and use every function; it is closed meanwhile.
 * Runs under ThreadSanitizer, which watches this side of the border. */
#include "check.h"
#include "peer.h"

#include <pthread.h>
#include <string.h>

enum { THREADS = 64, RUN_MS = 3000 };

static uint64_t shared;
static atomic_long calls, ends;
static unsigned char pixels[64 * 48];

static int send_list(int n) {
  rv_image image = gray(pixels, 64, 48);
  rv_send_options options = RV_SEND_OPTIONS_INIT;
  options.mode = n % 8 == 0 ? RV_SEND_EVERY : RV_SEND_NEWEST;
  options.timeout_ms = 20;
  options.stream = n % 3 == 0 ? "other" : NULL;
  const int code = rv_send_images(shared, &image, 1, &options);
  return code == RV_ERR_TIMEOUT ? RV_OK : code;
}

static int read_event(int n) {
  rv_event *event = NULL;
  const int code = rv_read(shared, &event, n % 30);
  if (code == 1) {
    CHECK(event != NULL && strlen(event->text) < 10000);
    rv_event_free(event);
  }
  return code;
}

static int look(int n) {
  struct rv_camera camera = RV_CAMERA_INIT;
  rv_statistics stats = RV_STATISTICS_INIT;
  char text[128];
  if (n % 3 == 0) {
    const int code = rv_camera(shared, &camera);
    CHECK(code != 1 || camera.width == 64);
    return code;
  }
  return n % 3 == 1 ? rv_stats(shared, &stats) : rv_address(shared, text, sizeof text);
}

static int tell(int n) {
  struct rv_camera view = RV_CAMERA_INIT;
  for (int i = 0; i < 4; i++)
    view.c2w[5 * i] = 1;
  view.c2w[3] = n;
  if (n % 3 == 0)
    return rv_set_view(shared, &view);
  return n % 3 == 1 ? rv_want_cameras(shared, n % 2) : rv_send_data(shared, "n", "bytes", &n, sizeof n);
}

/* Lookups, while others define and remove. What a control gives is always its own. */
static int ask(int n) {
  char name[32], text[16];
  double value, colour[3];
  int code;
  snprintf(name, sizeof name, "folder/%d", n % 7);
  if ((code = rv_slider(shared, name, 10, 20, 15, &value, NULL)) >= 0)
    CHECK(value >= 10 && value <= 20);
  if (code >= 0 && (code = rv_color(shared, "colour", 3, NULL, colour, NULL)) >= 0)
    CHECK(colour[0] == 1 && colour[2] == 1);
  if (code >= 0 && (code = rv_text(shared, "text", "a cat", text, sizeof text, NULL)) >= 0)
    CHECK(code == 6 && strcmp(text, "a cat") == 0);
  if (code >= 0)
    code = rv_button(shared, "press", NULL);
  return code;
}

static int change(int n) {
  char name[32];
  int code = RV_OK;
  snprintf(name, sizeof name, "folder/%d", n % 7);
  switch (n % 16) {
  case 0:
    return rv_remove_control(shared, "folder");
  case 1:
    return rv_remove_control(shared, n % 32 == 1 ? NULL : "text");
  case 2:
    code = rv_set_control(shared, name, "12.5");
    return code == RV_ERR_NAME ? RV_OK : code;
  case 3:
    return rv_want_picks(shared, n % 32 == 3);
  case 4:
    return rv_answer(shared, (uint64_t)n, "{\"a\": 1}");
  default:
    code = rv_plot(shared, "plot", n, NULL);
    return code < 0 ? code : rv_label(shared, "label", name, NULL);
  }
}

/* As a training loop: it never waits for the gate, which nobody closes. */
static int pace(int n) {
  struct rv_camera camera = RV_CAMERA_INIT;
  char names[64];
  const int code = n % 3 == 0 ? rv_closed(shared, NULL, names, sizeof names) : rv_gate(shared, 10);
  if (code < 0)
    return code;
  const int wanted = rv_wants(shared, 0.5, 0.1, &camera);
  CHECK(wanted != 1 || camera.width > 0);
  return wanted;
}

static void *worker(void *argument) {
  static int (*const work[])(int) = {send_list, read_event, look, tell, ask, change, pace, ask};
  const int number = *(const int *)argument;
  for (int n = number;; n++) {
    const int code = work[number % 8](n);
    atomic_fetch_add(&calls, 1);
    if (code >= 0)
      continue;
    /* Its words are this thread's own, whatever the others do. */
    CHECK(code == RV_ERR_CLOSED || code == RV_ERR_HANDLE);
    CHECK(strlen(rv_last_error()) > 0);
    atomic_fetch_add(&ends, 1);
    return NULL;
  }
}

/* Waits without end, until the session is closed. */
static void *waiter(void *unused) {
  (void)unused;
  rv_event *event = NULL;
  int code;
  while ((code = rv_read(shared, &event, -1)) == 1)
    rv_event_free(event);
  CHECK(code == RV_ERR_CLOSED || code == RV_ERR_HANDLE);
  return NULL;
}

int main(void) {
  static int numbers[THREADS];
  pthread_t threads[THREADS], waiting;
  peer p;
  shared = open_quiet();
  if (peer_start(&p, shared) < 0)
    return 1;
  CHECK(pthread_create(&waiting, NULL, waiter, NULL) == 0);
  for (int n = 0; n < THREADS; n++) {
    numbers[n] = n;
    CHECK(pthread_create(&threads[n], NULL, worker, &numbers[n]) == 0);
  }
  sleep_ms(RUN_MS);
  CHECK(atomic_load(&ends) == 0);
  const int64_t start = now_ms();
  const int code = rv_close(shared, 500); /* a list may be on its way */
  CHECK(code == RV_OK || code == RV_ERR_TIMEOUT);
  for (int n = 0; n < THREADS; n++)
    pthread_join(threads[n], NULL);
  pthread_join(waiting, NULL);
  CHECK(now_ms() - start < 10000);
  CHECK(atomic_load(&ends) == THREADS);
  CHECK(atomic_load(&p.lists) > 0 && atomic_load(&p.broken) == 0);
  fprintf(stderr, "%ld calls, %ld lists taken\n", atomic_load(&calls), atomic_load(&p.lists));
  peer_stop(&p);
  return check_result();
}
