/* What a lookup of a control costs from C, in nanoseconds: the best of several
 * runs, one thread. Prints "NAME NS" a line; see controls.py. */
#include "rv.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { CALLS = 20000, RUNS = 80 };

static uint64_t handle;

static int slider(void) {
  double value;
  return rv_slider(handle, "exposure", 0, 8, 1, &value, NULL);
}

static int checkbox(void) {
  int32_t value;
  return rv_checkbox(handle, "on", 1, &value, NULL);
}

static int dropdown(void) {
  static const char *const choices[] = {"rgb", "depth"};
  int32_t value;
  return rv_dropdown(handle, "shown", choices, 2, 0, &value, NULL);
}

static int button(void) { return rv_button(handle, "reset", NULL); }

static int text(void) {
  char buffer[256];
  return rv_text(handle, "title", "untitled", buffer, sizeof buffer, NULL);
}

static int color(void) {
  double value[3];
  return rv_color(handle, "sky", 3, NULL, value, NULL);
}

static int vector3(void) {
  double value[3];
  return rv_vector3(handle, "sun", NULL, value, NULL);
}

static int plot(void) { return rv_plot(handle, "loss", 0.5, NULL); }

static int label(void) { return rv_label(handle, "state", "step 1", NULL); }

static int wants(void) {
  struct rv_camera camera = RV_CAMERA_INIT;
  return rv_wants(handle, 0.05, 0.5, &camera);
}

static int gate(void) { return rv_gate(handle, 0); }

static double seconds(void) {
  struct timespec now;
  timespec_get(&now, TIME_UTC);
  return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static void measure(const char *name, int (*call)(void)) {
  double best = INFINITY;
  for (int run = 0; run < RUNS; run++) {
    double start = seconds();
    for (int n = 0; n < CALLS; n++) {
      if (call() < 0) {
        fprintf(stderr, "%s: %s\n", name, rv_last_error());
        exit(1);
      }
    }
    best = fmin(best, (seconds() - start) / CALLS * 1e9);
  }
  printf("%s %.0f\n", name, best);
}

int main(void) {
  rv_options options = RV_OPTIONS_INIT;
  options.quiet = 1;
  if (rv_listen("127.0.0.1:0", &options, &handle) < 0) {
    fprintf(stderr, "%s\n", rv_last_error());
    return 1;
  }
  measure("slider", slider);
  measure("checkbox", checkbox);
  measure("dropdown", dropdown);
  measure("button", button);
  measure("text", text);
  measure("color", color);
  measure("vector3", vector3);
  measure("plot", plot);
  measure("label", label);
  measure("wants", wants);
  measure("gate", gate);
  return rv_close(handle, 0) < 0;
}
