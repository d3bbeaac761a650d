/* What Go's exports need beside rv.h: names for pointers to const, which cgo
 * can't write itself. */
#ifndef RV_CAPI_H
#define RV_CAPI_H

#include <stddef.h>
#include <stdlib.h>

#include "rv.h"

typedef const char rv_string;
typedef const rv_options rv_const_options;
typedef const rv_image rv_const_image;
typedef const rv_send_options rv_const_send_options;
typedef const struct rv_camera rv_const_camera;
typedef const rv_control_options rv_const_control_options;
typedef const double rv_doubles;
typedef const char *const rv_strings;

/* session.Poll: what rv_wants and rv_gate look at before they enter Go. The slot of
 * a handle is handle % RVSHIM_POLLS; a handle whose slot is taken has none. */
#define RVSHIM_POLLS 64
typedef struct rvshim_poll {
    uint64_t handle;
    int64_t until;
    double budget;
    double refresh;
    int64_t running;
    uint64_t padding[3];
} rvshim_poll;
extern rvshim_poll rvshim_polls[RVSHIM_POLLS];

void rvshim_set_error(const char *text, size_t length);

#endif
