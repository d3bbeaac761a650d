// Follows one path of light back from the camera.
#pragma once

#include "scene.hpp"

namespace pt {

// What arrives at the ray's origin along it, from the first surface that it
// meets. Unbiased but for a clamp of rare bright paths.
[[nodiscard]] Vec3 radiance(const Scene &scene, Surface hit, Vec3 direction, Random &random);

} // namespace pt
