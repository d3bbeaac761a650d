// Blends gaussians into one tile of 16 x 16 pixels. The loops over a row have no
// branches, so that the compiler makes vector code of them.
#pragma once

#include "project.hpp"

#include <cstring>

namespace gs {

constexpr float least_transmittance = 1e-4F; // of a pixel that more is blended into

// exp(x) for x from -87 to 0, to within 2e-7 of its value: 2^n 2^f, f from -0.5 to
// 0.5 by its Taylor series.
inline float exp_below_zero(float x) {
  constexpr float shift = 12582912; // 1.5 * 2^23: adding it rounds to integers
  const float t = (x < -87 ? -87 : x) * 1.44269504F;
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

  // Blends one row, whose first pixel is at x.
  void row(const Splat &s, int first, float x, float dy) {
    float *t = transmittance + first, *o = open + first;
    float *r = red + first, *g = green + first, *b = blue + first, *d = depth + first;
    for (int i = 0; i < side; i++) {
      const float alpha = alpha_at(s, s.x - (x + static_cast<float>(i)), dy) * o[i];
      const float next = t[i] * (1 - alpha);
      const float go_on = next < least_transmittance ? 0.0F : 1.0F;
      const float weight = alpha * t[i] * go_on;
      o[i] *= go_on;
      t[i] = go_on > 0 ? next : t[i];
      r[i] += weight * s.color[0];
      g[i] += weight * s.color[1];
      b[i] += weight * s.color[2];
      d[i] += weight * s.depth;
    }
  }

  [[nodiscard]] bool done() const {
    float sum = 0;
    for (const float o : open)
      sum += o;
    return sum == 0;
  }
};

} // namespace gs
