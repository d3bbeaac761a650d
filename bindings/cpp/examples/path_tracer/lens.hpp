// Rays of a camera in float: a path tracer asks for one for each sample.
#pragma once

#include "math.hpp"

namespace pt {

struct Ray {
  Vec3 origin, direction; // of length 1
  float depth;            // growth of depth per unit along the ray
};

class Lens {
public:
  Lens() = default;
  explicit Lens(const rv::Camera &camera) : camera_(camera), origin_(vec(camera.position())) {
    const rv::Matrix3 k = camera.K();
    pinhole_ = camera.projection() == RV_PERSPECTIVE && k[0] > 0 && k[4] > 0;
    if (!pinhole_)
      return;
    column_ = vec(camera.axis(0)) * static_cast<float>(1 / k[0]);
    row_ = vec(camera.axis(1)) * static_cast<float>(1 / k[4]);
    corner_ = vec(camera.axis(2)) - column_ * static_cast<float>(k[2]) - row_ * static_cast<float>(k[5]);
  }

  // Through a point of the image, in pixels from its top-left corner.
  [[nodiscard]] Ray ray(float x, float y) const {
    if (!pinhole_) {
      const rv::Ray r = camera_.ray(x, y);
      return {vec(r.origin), vec(r.direction), static_cast<float>(r.depth)};
    }
    const Vec3 to = corner_ + column_ * x + row_ * y; // where depth is 1
    const float scale = 1 / std::sqrt(dot(to, to));
    return {origin_, to * scale, scale};
  }

private:
  rv::Camera camera_;
  Vec3 origin_, corner_, column_, row_;
  bool pinhole_ = false;
};

} // namespace pt
