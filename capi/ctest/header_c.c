/* rv.h in strict C11: alone, twice, with every _INIT and every prototype. */
#include <rv.h>
#include <rv.h>

#include "layout.h"

#define SAME(function, type) _Static_assert(_Generic(&(function), type: 1, default: 0), #function)
SAME(rv_connect, int (*)(const char *, const rv_options *, uint64_t *));
SAME(rv_listen, int (*)(const char *, const rv_options *, uint64_t *));
SAME(rv_send_images, int (*)(uint64_t, const rv_image *, uint32_t, const rv_send_options *));
SAME(rv_read, int (*)(uint64_t, rv_event **, int32_t));
SAME(rv_event_free, void (*)(rv_event *));
SAME(rv_camera, int (*)(uint64_t, struct rv_camera *));
SAME(rv_want_cameras, int (*)(uint64_t, int32_t));
SAME(rv_set_view, int (*)(uint64_t, const struct rv_camera *));
SAME(rv_send_data, int (*)(uint64_t, const char *, const char *, const void *, uint64_t));
SAME(rv_address, int (*)(uint64_t, char *, uint32_t));
SAME(rv_stats, int (*)(uint64_t, rv_statistics *));
SAME(rv_close, int (*)(uint64_t, int32_t));
SAME(rv_last_error, const char *(*)(void));
SAME(rv_abi_version, uint32_t (*)(void));
SAME(rv_version, const char *(*)(void));

int main(void) {
  const rv_options options = RV_OPTIONS_INIT;
  const rv_image image = RV_IMAGE_INIT;
  const struct rv_camera camera = RV_CAMERA_INIT;
  const rv_send_options send = RV_SEND_OPTIONS_INIT;
  const rv_statistics statistics = RV_STATISTICS_INIT;
  const int sized = options.struct_size == sizeof options && image.struct_size == sizeof image &&
                    camera.struct_size == sizeof camera && send.struct_size == sizeof send &&
                    statistics.struct_size == sizeof statistics;
  const uint32_t wanted = (uint32_t)RV_ABI_MAJOR << 16 | RV_ABI_MINOR;
  return sized && rv_abi_version() == wanted && rv_version()[0] != '\0' && rv_last_error()[0] == '\0' ? 0 : 1;
}
