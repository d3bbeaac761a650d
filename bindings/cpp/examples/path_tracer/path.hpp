// Follows one path of light back from the camera.
#pragma once

#include "scene.hpp"

namespace pt {

// What arrives at the ray's origin along it, from the first surface that it
// meets. Light that came over more than one surface counts up to `brightest` in
// each of its parts: rare bright paths would stay as specks for long.
[[nodiscard]] Vec3 radiance(const Scene &scene, Surface hit, Vec3 direction, float brightest, Random &random);

} // namespace pt
