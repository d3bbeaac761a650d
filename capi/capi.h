/* What Go's exports need beside rv.h: names for pointers to const, which cgo
 * can't write itself. */
#ifndef RV_CAPI_H
#define RV_CAPI_H

#include <stddef.h>
#include <stdlib.h>

#include "rv.h"

typedef const char rv_text;
typedef const rv_options rv_const_options;
typedef const rv_image rv_const_image;
typedef const rv_send_options rv_const_send_options;
typedef const struct rv_camera rv_const_camera;

void rvshim_set_error(const char *text, size_t length);

#endif
