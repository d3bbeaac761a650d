#include "blend.hpp"

// Where the linker can choose, code for wider vectors stands beside the plain one.
#if defined(__x86_64__) && defined(__linux__) && defined(__GNUC__) && !defined(__clang__) && \
    !defined(__SANITIZE_THREAD__)
#define GS_WIDE __attribute__((target_clones("avx2", "default")))
#else
#define GS_WIDE
#endif

namespace gs {

// It has no branches, so that the compiler makes vector code of it.
GS_WIDE void blend_row(Tile &tile, const Splat &s, int first, float x, float dy) {
  float *t = tile.transmittance + first, *o = tile.open + first;
  float *r = tile.red + first, *g = tile.green + first, *b = tile.blue + first, *d = tile.depth + first;
  for (int i = 0; i < Tile::side; i++) {
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

} // namespace gs
