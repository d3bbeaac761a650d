// rv.h in strict C++17: alone, twice, with every _INIT.
#include <rv.h>
#include <rv.h>

#include "layout.h"

#include <cstdint>
#include <type_traits>

static_assert(std::is_standard_layout<rv_options>::value && std::is_trivial<rv_options>::value, "plain");
static_assert(std::is_standard_layout<rv_image>::value && std::is_trivial<rv_image>::value, "plain");
static_assert(std::is_standard_layout<struct rv_camera>::value && std::is_trivial<struct rv_camera>::value, "plain");
static_assert(std::is_same<decltype(&rv_camera), int (*)(std::uint64_t, struct rv_camera *)>::value, "the function");

int main() {
  const rv_options options = RV_OPTIONS_INIT;
  const rv_image image = RV_IMAGE_INIT;
  const struct rv_camera camera = RV_CAMERA_INIT;
  const rv_send_options send = RV_SEND_OPTIONS_INIT;
  const rv_statistics statistics = RV_STATISTICS_INIT;
  const bool sized = options.struct_size == sizeof options && image.struct_size == sizeof image &&
                     camera.struct_size == sizeof camera && send.struct_size == sizeof send &&
                     statistics.struct_size == sizeof statistics;
  return sized && rv_abi_version() >> 16 == RV_ABI_MAJOR ? 0 : 1;
}
