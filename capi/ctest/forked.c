/* In a forked child every function refuses and none hangs; the parent goes on;
 * after exec the library works again. */
#include "check.h"
#include "peer.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

static const unsigned char pixels[64 * 64];

static void controls_refuse(uint64_t handle) {
  static const char *const choices[] = {"a", "b"};
  struct rv_camera camera = RV_CAMERA_INIT;
  double values[4];
  int32_t whole;
  char text[8];
  CHECK_CODE(rv_wants(handle, 0.5, 0.5, &camera), RV_ERR_FORKED);
  CHECK_CODE(rv_gate(handle, -1), RV_ERR_FORKED);
  CHECK_CODE(rv_closed(handle, NULL, text, sizeof text), RV_ERR_FORKED);
  CHECK_CODE(rv_slider(handle, "a", 0, 1, 0.5, values, NULL), RV_ERR_FORKED);
  CHECK_CODE(rv_checkbox(handle, "a", 1, &whole, NULL), RV_ERR_FORKED);
  CHECK_CODE(rv_dropdown(handle, "a", choices, 2, 0, &whole, NULL), RV_ERR_FORKED);
  CHECK_CODE(rv_button(handle, "a", NULL), RV_ERR_FORKED);
  CHECK_CODE(rv_text(handle, "a", NULL, text, sizeof text, NULL), RV_ERR_FORKED);
  CHECK_CODE(rv_color(handle, "a", 3, NULL, values, NULL), RV_ERR_FORKED);
  CHECK_CODE(rv_vector3(handle, "a", NULL, values, NULL), RV_ERR_FORKED);
  CHECK_CODE(rv_plot(handle, "a", 1, NULL), RV_ERR_FORKED);
  CHECK_CODE(rv_label(handle, "a", "b", NULL), RV_ERR_FORKED);
  CHECK_CODE(rv_set_control(handle, "a", "1"), RV_ERR_FORKED);
  CHECK_CODE(rv_remove_control(handle, NULL), RV_ERR_FORKED);
  CHECK_CODE(rv_want_picks(handle, 1), RV_ERR_FORKED);
  CHECK_CODE(rv_answer(handle, 1, NULL), RV_ERR_FORKED);
}

static int all_refuse(uint64_t handle, rv_event *event) {
  const rv_image image = gray(pixels, 64, 64);
  struct rv_camera camera = RV_CAMERA_INIT;
  rv_statistics stats = RV_STATISTICS_INIT;
  rv_event *out = NULL;
  uint64_t fresh = 0;
  char text[64];
  CHECK_CODE(rv_connect("127.0.0.1:9", NULL, &fresh), RV_ERR_FORKED);
  CHECK_CODE(rv_listen("127.0.0.1:0", NULL, &fresh), RV_ERR_FORKED);
  CHECK(fresh == 0);
  CHECK_CODE(rv_send_images(handle, &image, 1, NULL), RV_ERR_FORKED);
  CHECK_CODE(rv_read(handle, &out, -1), RV_ERR_FORKED);
  CHECK_CODE(rv_read(handle, &out, 1000), RV_ERR_FORKED);
  CHECK_CODE(rv_camera(handle, &camera), RV_ERR_FORKED);
  CHECK_CODE(rv_want_cameras(handle, 1), RV_ERR_FORKED);
  CHECK_CODE(rv_set_view(handle, &camera), RV_ERR_FORKED);
  CHECK_CODE(rv_send_data(handle, "a", "json", "1", 1), RV_ERR_FORKED);
  CHECK_CODE(rv_address(handle, text, sizeof text), RV_ERR_FORKED);
  CHECK_CODE(rv_stats(handle, &stats), RV_ERR_FORKED);
  controls_refuse(handle);
  CHECK_CODE(rv_close(handle, -1), RV_ERR_FORKED);
  CHECK(rv_abi_version() >> 16 == RV_ABI_MAJOR);
  CHECK(rv_version()[0] != '\0');
  rv_event_free(event); /* its copy of the parent's */
  return check_result();
}

/* Runs in a child that is given 20 s; returns whether it ended well. */
static int child(uint64_t handle, rv_event *event, const char *program) {
  const pid_t pid = fork();
  CHECK(pid >= 0);
  if (pid == 0) {
    alarm(20);
    if (program == NULL)
      _exit(all_refuse(handle, event));
    execl(program, program, "again", (char *)NULL);
    _exit(3);
  }
  int status = -1;
  CHECK(waitpid(pid, &status, 0) == pid);
  if (WIFSIGNALED(status))
    fprintf(stderr, "the child ended by signal %d%s\n", WTERMSIG(status), WTERMSIG(status) == SIGALRM ? ": it hung" : "");
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static int again(void) {
  const uint64_t handle = open_quiet();
  const rv_image image = gray(pixels, 64, 64);
  CHECK_CODE(rv_send_images(handle, &image, 1, NULL), RV_OK);
  CHECK_CODE(rv_close(handle, 0), RV_OK);
  return check_result();
}

int main(int argc, char **argv) {
  if (argc > 1)
    return again();
  CHECK(child(1, NULL, NULL)); /* the library is there, but was not called yet */

  peer p;
  const uint64_t handle = open_quiet();
  const rv_image image = gray(pixels, 64, 64);
  if (peer_start(&p, handle) < 0)
    return 1;
  rv_event *event = NULL;
  CHECK(rv_read(handle, &event, 5000) == 1);
  double before_fork = 0;
  CHECK(rv_slider(handle, "a", 0, 1, 0.5, &before_fork, NULL) == 0);
  CHECK(child(handle, event, NULL));
  CHECK(child(handle, event, argv[0]));
  rv_event_free(event);

  /* The parent's session is as it was. */
  CHECK(rv_slider(handle, "a", 0, 1, 0.25, &before_fork, NULL) == 0 && before_fork == 0.5);
  const long before = atomic_load(&p.lists);
  CHECK_CODE(rv_send_images(handle, &image, 1, NULL), RV_OK);
  WAIT_FOR(atomic_load(&p.lists) > before);
  CHECK_CODE(rv_close(handle, -1), RV_OK);
  peer_stop(&p);
  return check_result();
}
