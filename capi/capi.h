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

void rvshim_set_error(const char *text, size_t length);

#endif
