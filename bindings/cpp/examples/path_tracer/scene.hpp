// A box of coloured walls, open to the front, with a lamp in its ceiling and
// spheres in it.
#pragma once

#include "math.hpp"

#include <array>
#include <cstdint>

namespace pt {

enum class Material : std::uint8_t { sky, lamp, diffuse, mirror, glass };

struct Surface {
  float distance = 0;  // along the ray; 0: the sky
  std::uint32_t id = 0; // of the wall or sphere; 0: the sky
  Material material = Material::sky;
  bool inside = false; // the ray comes from within a sphere
  Vec3 point;
  Vec3 normal; // towards the ray's origin
  Vec3 color;  // albedo, tint, or what the lamp and the sky radiate
};

struct Sphere {
  Vec3 center;
  float radius;
  Material material;
  Vec3 color;
};

struct LampPoint {
  Vec3 point, normal;
  float area;
  Vec3 radiance;
};

// The world is 2 units wide about the origin, y points down.
class Scene {
public:
  // What a ray of unit direction meets first.
  [[nodiscard]] Surface intersect(Vec3 origin, Vec3 direction) const;

  // Whether something stands between two points inside the box.
  [[nodiscard]] bool blocked(Vec3 from, Vec3 direction, float distance) const;

  // A point of the lamp.
  [[nodiscard]] LampPoint lamp(Sample2 s) const;

private:
  static constexpr std::array<Sphere, 5> spheres{{
      {{-0.45F, 0.60F, 0.30F}, 0.40F, Material::mirror, {0.93F, 0.93F, 0.95F}},
      {{0.40F, 0.66F, -0.22F}, 0.34F, Material::glass, {0.98F, 1.00F, 0.99F}},
      {{-0.28F, 0.82F, -0.52F}, 0.18F, Material::diffuse, {0.16F, 0.36F, 0.78F}},
      {{0.05F, 0.88F, -0.80F}, 0.12F, Material::mirror, {1.00F, 0.74F, 0.36F}},
      {{0.62F, 0.80F, 0.55F}, 0.20F, Material::diffuse, {0.85F, 0.60F, 0.16F}},
  }};
};

} // namespace pt
