// Blends gaussians into one tile of 16 x 16 pixels.
#pragma once

#include "project.hpp"

#include <cstring>

namespace gs {

constexpr float least_transmittance = 1e-4F; // of a pixel that more is blended into

// exp(x) for x up to 0, to within 2e-7 of its value: 2^n 2^f, f from -0.5 to 0.5 by
// its Taylor series. Below -20 it is that of -20: less than any alpha that is drawn,
// and not so small that processors are slow with it.
inline float exp_below_zero(float x) {
  constexpr float shift = 12582912; // 1.5 * 2^23: adding it rounds to integers
  const float t = (x < -20 ? -20 : x) * 1.44269504F;
  const float rounded = t + shift;
  const float f = (t - (rounded - shift)) * 0.693147181F;
  const float p =
      1 + f * (1 + f * (0.5F + f * (1.F / 6 + f * (1.F / 24 + f * (1.F / 120 + f * (1.F / 720))))));
  std::int32_t n = 0, bits = 0;
  std::memcpy(&n, &rounded, sizeof n);
  std::memcpy(&bits, &p, sizeof bits);
  bits += static_cast<std::int32_t>(static_cast<std::uint32_t>(n) << 23); // the shift's own bits fall out
  float out = 0;
  std::memcpy(&out, &bits, sizeof out);
  return out;
}

// What a splat covers of a pixel; 0 where it is less than 1/255.
inline float alpha_at(const Splat &s, float dx, float dy) {
  const float power = -0.5F * (s.a * dx * dx + s.c * dy * dy) - s.b * dx * dy;
  const float full = s.opacity * exp_below_zero(power < 0 ? power : 0);
  const float alpha = full < most_alpha ? full : most_alpha;
  return alpha >= least_alpha ? alpha : 0;
}

struct Tile {
  static constexpr int side = 16;
  float red[side * side] = {}, green[side * side] = {}, blue[side * side] = {};
  float depth[side * side] = {};         // sum of weight times depth
  float transmittance[side * side];
  float open[side * side];               // 0: the pixel is done

  Tile() {
    for (int n = 0; n < side * side; n++)
      transmittance[n] = open[n] = 1;
  }

  [[nodiscard]] bool done() const {
    float sum = 0;
    for (const float o : open)
      sum += o;
    return sum == 0;
  }
};

// Blends a splat into one row of a tile, whose first pixel is at x.
void blend_row(Tile &tile, const Splat &s, int first, float x, float dy);

} // namespace gs
