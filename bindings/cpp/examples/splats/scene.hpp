// A set of gaussians, as a .ply of gaussian-splatting holds it.
#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <vector>

namespace gs {

using Vec3 = std::array<float, 3>;

struct Scene {
  std::vector<Vec3> mean;                       // world units
  std::vector<float> opacity;                   // 0 to 1
  std::vector<std::array<float, 6>> covariance; // xx xy xz yy yz zz, world units squared
  std::vector<Vec3> sh;                         // (degree + 1)^2 coefficients of R, G, B for each gaussian
  int degree = 0;                               // of spherical harmonics, 0 to 3

  [[nodiscard]] std::size_t size() const { return mean.size(); }
  [[nodiscard]] std::size_t coefficients() const {
    const auto side = static_cast<std::size_t>(degree) + 1;
    return side * side;
  }
};

// Reads the .ply that gaussian-splatting's train.py writes: binary little-endian
// floats x y z, f_dc_0..2, f_rest_* (channel by channel), opacity (a logit),
// scale_0..2 (logarithms), rot_0..3 (w x y z, of any length); others are ignored.
// Throws std::runtime_error with what was wanted and found.
[[nodiscard]] Scene read_ply(const std::string &path);

} // namespace gs
