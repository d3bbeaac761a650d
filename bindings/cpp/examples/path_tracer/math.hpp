// Vectors and random numbers of the path tracer.
#pragma once

#include <rv.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace pt {

constexpr float pi = 3.14159265F;

struct Vec3 {
  float x = 0, y = 0, z = 0;
};

inline Vec3 operator+(Vec3 a, Vec3 b) { return {a.x + b.x, a.y + b.y, a.z + b.z}; }
inline Vec3 operator-(Vec3 a, Vec3 b) { return {a.x - b.x, a.y - b.y, a.z - b.z}; }
inline Vec3 operator*(Vec3 a, Vec3 b) { return {a.x * b.x, a.y * b.y, a.z * b.z}; }
inline Vec3 operator*(Vec3 a, float s) { return {a.x * s, a.y * s, a.z * s}; }
inline Vec3 operator/(Vec3 a, Vec3 b) { return {a.x / b.x, a.y / b.y, a.z / b.z}; }
inline Vec3 operator-(Vec3 a) { return {-a.x, -a.y, -a.z}; }
inline Vec3 &operator+=(Vec3 &a, Vec3 b) { return a = a + b; }

inline float dot(Vec3 a, Vec3 b) { return a.x * b.x + a.y * b.y + a.z * b.z; }
inline Vec3 cross(Vec3 a, Vec3 b) {
  return {a.y * b.z - a.z * b.y, a.z * b.x - a.x * b.z, a.x * b.y - a.y * b.x};
}
inline Vec3 unit(Vec3 a) { return a * (1 / std::sqrt(dot(a, a))); }
inline Vec3 reflect(Vec3 d, Vec3 n) { return d - n * (2 * dot(d, n)); }
inline float largest(Vec3 a) { return std::max({a.x, a.y, a.z}); }

inline Vec3 vec(const rv::Vector3 &a) {
  return {static_cast<float>(a[0]), static_cast<float>(a[1]), static_cast<float>(a[2])};
}

struct Sample2 {
  float u, v;
};

// A direction about `n`, as dense as its cosine with it.
inline Vec3 cosine_direction(Vec3 n, Sample2 s) {
  const float r = std::sqrt(s.u), angle = 2 * pi * s.v;
  const Vec3 side = unit(cross(std::fabs(n.x) > 0.5F ? Vec3{0, 1, 0} : Vec3{1, 0, 0}, n));
  return unit(side * (r * std::cos(angle)) + cross(n, side) * (r * std::sin(angle)) +
              n * std::sqrt(std::max(0.0F, 1 - s.u)));
}

// Scatters the bits of an integer (the finaliser of MurmurHash3).
inline std::uint32_t scatter(std::uint32_t h) {
  h ^= h >> 16;
  h *= 0x85ebca6bU;
  h ^= h >> 13;
  h *= 0xc2b2ae35U;
  return h ^ h >> 16;
}

// The random numbers of one path. The first few pairs follow a sequence that
// covers the square evenly over a pixel's samples (Roberts' R2), each pixel and
// each pair shifted by its own amount; later ones are plain noise.
class Random {
public:
  Random(std::uint32_t pixel, std::uint32_t sample)
      : pixel_(scatter(pixel + 1)), sample_(sample), state_(scatter(pixel_ ^ scatter(sample))) {}

  Sample2 pair() {
    const std::uint32_t n = pairs_++;
    if (n >= even_pairs)
      return {next(), next()};
    const std::uint32_t shift = scatter(pixel_ + n * 0x9e3779b9U);
    return {fraction(shift + sample_ * 0xc13fa9a9U), fraction(scatter(shift) + sample_ * 0x91e10da5U)};
  }

  float next() {
    state_ = state_ * 1664525U + 1013904223U;
    return fraction(scatter(state_));
  }

private:
  static constexpr std::uint32_t even_pairs = 4;

  static float fraction(std::uint32_t bits) { return static_cast<float>(bits >> 8) * 0x1p-24F; }

  std::uint32_t pixel_, sample_, state_;
  std::uint32_t pairs_ = 0;
};

} // namespace pt

template <> struct rv::Pixel<pt::Vec3> { static constexpr int dtype = RV_F32, channels = 3; };
