// Gaussians as a camera sees them.
#pragma once

#include "scene.hpp"

#include <rv.hpp>

#include <cstdint>

namespace gs {

// What a person may change.
struct Settings {
  float modifier = 1;             // of all scales
  int degree = 3;                 // of spherical harmonics, at most the scene's
  bool points = false;            // each gaussian as a dot
  Vec3 background = {0, 0, 0};

  [[nodiscard]] bool operator==(const Settings &o) const {
    return modifier == o.modifier && degree == o.degree && points == o.points && background == o.background;
  }
  [[nodiscard]] bool operator!=(const Settings &o) const { return !(*this == o); }
};

// A gaussian in the image. Pixel centres are at integers here, as in the reference.
struct Splat {
  float x, y;       // its centre, pixels
  float a, b, c;    // inverse of its covariance: a dx^2 + 2 b dx dy + c dy^2
  float opacity;
  float reach;      // a dx^2 + 2 b dx dy + c dy^2 where its alpha is 1/255
  float depth;      // along the camera's z axis, world units
  Vec3 color;       // display values
  std::int32_t left, right, top, bottom; // pixels that it reaches, these too; right < left: none
};

// Projects gaussians by the EWA approximation of "EWA Volume Splatting" (Zwicker et
// al. 2001) as gaussian-splatting's rasteriser does: the projection is linear about
// the centre, and 0.3 pixels squared are added to the covariance. A splat reaches as
// far as its alpha is 1/255, instead of 3 standard deviations, so that no edge shows.
class Projector {
public:
  Projector(const Scene &scene, const rv::Camera &camera, const Settings &settings);
  [[nodiscard]] Splat operator()(std::size_t n) const;

private:
  [[nodiscard]] Vec3 color(std::size_t n) const;

  const Scene &scene_;
  Settings settings_;
  float rotation_[3][3], translation_[3], eye_[3]; // world to camera; the camera's place
  float fx_, fy_, cx_, cy_, near_;
  float left_, right_, up_, down_; // tangents beyond which the linear part stays as it is
  std::int32_t width_, height_;
};

// The least alpha that is drawn, and the most.
constexpr float least_alpha = 1.0F / 255, most_alpha = 0.99F;

} // namespace gs
