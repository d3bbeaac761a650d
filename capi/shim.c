/* The exported functions. They keep Go's scheduler out of forked children, where
 * it doesn't run, and leave the rest to Go. */
#ifndef _WIN32
#include <pthread.h>
#endif
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "rv.h"

#include "_cgo_export.h"

#define ERROR_SIZE 1024

static int forked;
static _Thread_local char last_error[ERROR_SIZE];

#ifndef _WIN32 /* which has no fork */
static void in_child(void)
{
    forked = 1;
}

__attribute__((constructor)) static void watch_fork(void)
{
    pthread_atfork(NULL, NULL, in_child);
}
#endif

/* Keeps an error's words for the calling thread. Go calls it on that thread. */
void rvshim_set_error(const char *text, size_t length)
{
    if (length >= ERROR_SIZE) {
        length = ERROR_SIZE - 1;
        while (length > 0 && ((unsigned char)text[length] & 0xc0) == 0x80)
            length--; /* not inside of a character */
    }
    memcpy(last_error, text, length);
    last_error[length] = 0;
}

static int in_forked_child(void)
{
    static const char text[] = "this process was forked from one that had loaded librv, "
                               "where it can't be used; start a new process by exec "
                               "(in Python: multiprocessing's \"spawn\")";
    if (forked)
        rvshim_set_error(text, sizeof text - 1);
    return forked;
}

#define NOT_FORKED() do { if (in_forked_child()) return RV_ERR_FORKED; } while (0)

int rv_connect(const char *address, const rv_options *options, uint64_t *out)
{
    NOT_FORKED();
    return rvgo_connect((rv_string *)address, (rv_const_options *)options, out);
}

int rv_listen(const char *address, const rv_options *options, uint64_t *out)
{
    NOT_FORKED();
    return rvgo_listen((rv_string *)address, (rv_const_options *)options, out);
}

int rv_send_images(uint64_t handle, const rv_image *images, uint32_t count, const rv_send_options *options)
{
    NOT_FORKED();
    return rvgo_send_images(handle, (rv_const_image *)images, count, (rv_const_send_options *)options);
}

int rv_read(uint64_t handle, rv_event **out, int32_t timeout_ms)
{
    NOT_FORKED();
    return rvgo_read(handle, out, timeout_ms);
}

void rv_event_free(rv_event *event)
{
    free(event); /* one block: see event.go */
}

int rv_camera(uint64_t handle, struct rv_camera *out)
{
    NOT_FORKED();
    return rvgo_camera(handle, out);
}

int rv_want_cameras(uint64_t handle, int32_t wanted)
{
    NOT_FORKED();
    return rvgo_want_cameras(handle, wanted);
}

int rv_set_view(uint64_t handle, const struct rv_camera *view)
{
    NOT_FORKED();
    return rvgo_set_view(handle, (rv_const_camera *)view);
}

rvshim_poll rvshim_polls[RVSHIM_POLLS];

static rvshim_poll *poll_of(uint64_t handle)
{
    rvshim_poll *poll = &rvshim_polls[handle % RVSHIM_POLLS];
    return handle != 0 && __atomic_load_n(&poll->handle, __ATOMIC_ACQUIRE) == handle ? poll : NULL;
}

/* Says whether rv_wants would give nothing now. */
static int nothing_wanted(uint64_t handle, double budget, double refresh)
{
    struct timespec now;
    rvshim_poll *poll = poll_of(handle);
    int64_t until = poll ? __atomic_load_n(&poll->until, __ATOMIC_ACQUIRE) : 0;
    double for_budget, for_refresh;
    if (until == 0)
        return 0;
    __atomic_load(&poll->budget, &for_budget, __ATOMIC_RELAXED);
    __atomic_load(&poll->refresh, &for_refresh, __ATOMIC_RELAXED);
    if (for_budget != budget || for_refresh != refresh || clock_gettime(CLOCK_MONOTONIC, &now) != 0)
        return 0;
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec < until;
}

int rv_wants(uint64_t handle, double budget, double refresh, struct rv_camera *out)
{
    NOT_FORKED();
    if (out && nothing_wanted(handle, budget, refresh))
        return 0;
    return rvgo_wants(handle, budget, refresh, out);
}

int rv_gate(uint64_t handle, int32_t timeout_ms)
{
    NOT_FORKED();
    rvshim_poll *poll = poll_of(handle);
    if (poll && __atomic_load_n(&poll->running, __ATOMIC_ACQUIRE))
        return 1;
    return rvgo_gate(handle, timeout_ms);
}

int rv_closed(uint64_t handle, const char *stream, char *buffer, uint32_t size)
{
    NOT_FORKED();
    return rvgo_closed(handle, (rv_string *)stream, buffer, size);
}

int rv_slider(uint64_t handle, const char *name, double min, double max, double initial, double *value,
              const rv_control_options *options)
{
    NOT_FORKED();
    return rvgo_slider(handle, (rv_string *)name, min, max, initial, value, (rv_const_control_options *)options);
}

int rv_checkbox(uint64_t handle, const char *name, int32_t initial, int32_t *value, const rv_control_options *options)
{
    NOT_FORKED();
    return rvgo_checkbox(handle, (rv_string *)name, initial, value, (rv_const_control_options *)options);
}

int rv_dropdown(uint64_t handle, const char *name, const char *const *choices, uint32_t count, int32_t initial,
                int32_t *value, const rv_control_options *options)
{
    NOT_FORKED();
    return rvgo_dropdown(handle, (rv_string *)name, (rv_strings *)choices, count, initial, value,
                         (rv_const_control_options *)options);
}

int rv_button(uint64_t handle, const char *name, const rv_control_options *options)
{
    NOT_FORKED();
    return rvgo_button(handle, (rv_string *)name, (rv_const_control_options *)options);
}

int rv_text(uint64_t handle, const char *name, const char *initial, char *buffer, uint32_t size,
            const rv_control_options *options)
{
    NOT_FORKED();
    return rvgo_text(handle, (rv_string *)name, (rv_string *)initial, buffer, size,
                     (rv_const_control_options *)options);
}

int rv_color(uint64_t handle, const char *name, uint32_t channels, const double *initial, double *value,
             const rv_control_options *options)
{
    NOT_FORKED();
    return rvgo_color(handle, (rv_string *)name, channels, (rv_doubles *)initial, value,
                      (rv_const_control_options *)options);
}

int rv_vector3(uint64_t handle, const char *name, const double *initial, double *value,
               const rv_control_options *options)
{
    NOT_FORKED();
    return rvgo_vector3(handle, (rv_string *)name, (rv_doubles *)initial, value,
                        (rv_const_control_options *)options);
}

int rv_plot(uint64_t handle, const char *name, double value, const rv_control_options *options)
{
    NOT_FORKED();
    return rvgo_plot(handle, (rv_string *)name, value, (rv_const_control_options *)options);
}

int rv_label(uint64_t handle, const char *name, const char *text, const rv_control_options *options)
{
    NOT_FORKED();
    return rvgo_label(handle, (rv_string *)name, (rv_string *)text, (rv_const_control_options *)options);
}

int rv_set_control(uint64_t handle, const char *name, const char *json)
{
    NOT_FORKED();
    return rvgo_set_control(handle, (rv_string *)name, (rv_string *)json);
}

int rv_remove_control(uint64_t handle, const char *name)
{
    NOT_FORKED();
    return rvgo_remove_control(handle, (rv_string *)name);
}

int rv_want_picks(uint64_t handle, int32_t wanted)
{
    NOT_FORKED();
    return rvgo_want_picks(handle, wanted);
}

int rv_answer(uint64_t handle, uint64_t id, const char *json)
{
    NOT_FORKED();
    return rvgo_answer(handle, id, (rv_string *)json);
}

int rv_send_data(uint64_t handle, const char *name, const char *format, const void *data, uint64_t size)
{
    NOT_FORKED();
    return rvgo_send_data(handle, (rv_string *)name, (rv_string *)format, (void *)data, size);
}

int rv_address(uint64_t handle, char *buffer, uint32_t size)
{
    NOT_FORKED();
    return rvgo_address(handle, buffer, size);
}

int rv_stats(uint64_t handle, rv_statistics *out)
{
    NOT_FORKED();
    return rvgo_stats(handle, out);
}

int rv_close(uint64_t handle, int32_t linger_ms)
{
    NOT_FORKED();
    return rvgo_close(handle, linger_ms);
}

const char *rv_last_error(void)
{
    return last_error;
}

uint32_t rv_abi_version(void)
{
    return (uint32_t)RV_ABI_MAJOR << 16 | RV_ABI_MINOR;
}

const char *rv_version(void)
{
    return RV_VERSION;
}
