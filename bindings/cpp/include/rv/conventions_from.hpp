/// Cameras from the conventions of other programs, for set_view(), record and
/// comparison. docs/conventions.md has a picture of each. Matrices are row-major.
///
/// Nothing is checked here: set_view() refuses what isn't a rotation and a
/// translation. near and far are 0.01 and 100 world units; change them in raw().
#ifndef RV_CONVENTIONS_FROM_HPP
#define RV_CONVENTIONS_FROM_HPP

#include "conventions.hpp"

#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>

namespace rv {

/// From camera to world with OpenCV's axes, and K in pixels of width x height.
[[nodiscard]] inline Camera from_opencv(const Matrix4 &c2w, const Matrix3 &K, std::uint32_t width,
                                        std::uint32_t height) noexcept {
  Camera camera;
  for (std::size_t i = 0; i < 16; i++)
    camera.raw().c2w[i] = c2w[i];
  for (std::size_t i = 0; i < 9; i++)
    camera.raw().k[i] = K[i];
  camera.raw().width = width;
  camera.raw().height = height;
  camera.raw().z_near = 0.01;
  camera.raw().z_far = 100;
  camera.raw().up[1] = -1;
  return camera;
}

namespace detail {

inline Matrix3 pinhole(double fx, double fy, double cx, double cy) noexcept {
  return {fx, 0, cx, 0, fy, cy, 0, 0, 1};
}

/// The inverse of a rotation and a translation.
template <class T> Matrix4 inverse(const std::array<T, 16> &m) noexcept {
  Matrix4 out{};
  for (std::size_t r = 0; r < 3; r++)
    for (std::size_t c = 0; c < 3; c++) {
      out[r * 4 + c] = static_cast<double>(m[c * 4 + r]);
      out[r * 4 + 3] -= static_cast<double>(m[c * 4 + r]) * static_cast<double>(m[c * 4 + 3]);
    }
  out[15] = 1;
  return out;
}

} // namespace detail

/// From world to camera with OpenCV's axes.
[[nodiscard]] inline Camera from_w2c(const Matrix4 &w2c, const Matrix3 &K, std::uint32_t width,
                                     std::uint32_t height) noexcept {
  return from_opencv(detail::inverse(w2c), K, width, height);
}

/// From camera to world with OpenGL's, Blender's, NeRF's axes: c2w = c2w_gl diag(1, -1, -1, 1).
[[nodiscard]] inline Camera from_opengl(const Matrix4 &c2w_gl, const Matrix3 &K, std::uint32_t width,
                                        std::uint32_t height) noexcept {
  Matrix4 m = c2w_gl;
  for (std::size_t r = 0; r < 3; r++) {
    m[r * 4 + 1] = -m[r * 4 + 1];
    m[r * 4 + 2] = -m[r * 4 + 2];
  }
  return from_opencv(m, K, width, height);
}

/// From COLMAP's qvec (w, x, y, z, any length but 0), tvec, and fx, fy, cx, cy of PINHOLE.
[[nodiscard]] inline Camera from_colmap(const Colmap &from, std::uint32_t width, std::uint32_t height) noexcept {
  const Vector4 &q = from.qvec;
  const double s = 2 / (q[0] * q[0] + q[1] * q[1] + q[2] * q[2] + q[3] * q[3]);
  const double w = q[0], x = q[1], y = q[2], z = q[3];
  const Matrix4 w2c{1 - s * (y * y + z * z), s * (x * y - w * z), s * (x * z + w * y), from.tvec[0],
                    s * (x * y + w * z), 1 - s * (x * x + z * z), s * (y * z - w * x), from.tvec[1],
                    s * (x * z - w * y), s * (y * z + w * x), 1 - s * (x * x + y * y), from.tvec[2],
                    0, 0, 0, 1};
  const Vector4 &p = from.params;
  return from_w2c(w2c, detail::pinhole(p[0], p[1], p[2], p[3]), width, height);
}

/// From gaussian-splatting's world_view_transform (w2c for row vectors) and FoVx, FoVy in
/// radians; float or double. The principal point is the centre.
template <class T>
[[nodiscard]] Camera from_gs(const std::array<T, 16> &world_view_transform, double fov_x, double fov_y,
                             std::uint32_t width, std::uint32_t height) noexcept {
  std::array<T, 16> w2c{};
  for (std::size_t i = 0; i < 16; i++)
    w2c[i] = world_view_transform[i % 4 * 4 + i / 4];
  const double w = width, h = height;
  const Matrix3 k = detail::pinhole(w / (2 * std::tan(fov_x / 2)), h / (2 * std::tan(fov_y / 2)), w / 2, h / 2);
  return from_opencv(detail::inverse(w2c), k, width, height);
}

/// From what gsplat's rasterization takes.
[[nodiscard]] inline Camera from_gsplat(const Gsplat &from) noexcept {
  Matrix3 k{};
  for (std::size_t i = 0; i < 9; i++)
    k[i] = static_cast<double>(from.K[i]);
  Camera camera = from_opencv(detail::inverse(from.viewmat), k, from.width, from.height);
  camera.raw().z_near = from.near_plane;
  camera.raw().z_far = from.far_plane;
  if (from.ortho) {
    camera.raw().projection = RV_ORTHOGRAPHIC;
    camera.raw().ortho_height = from.height / k[4];
  }
  return camera;
}

/// From PyTorch3D's PerspectiveCameras in NDC: x left, y up, row vectors.
[[nodiscard]] inline Camera from_pytorch3d(const Pytorch3d &from) noexcept {
  const double sign[3] = {-1, -1, 1};
  Matrix4 w2c{};
  for (std::size_t r = 0; r < 3; r++) {
    for (std::size_t c = 0; c < 3; c++)
      w2c[r * 4 + c] = sign[r] * static_cast<double>(from.R[c * 3 + r]);
    w2c[r * 4 + 3] = sign[r] * static_cast<double>(from.T[r]);
  }
  const double unit = std::min(from.width, from.height) / 2.0;
  const auto at = [unit](float v) { return static_cast<double>(v) * unit; };
  const Matrix3 k = detail::pinhole(at(from.focal_length[0]), at(from.focal_length[1]),
                                    from.width / 2.0 - at(from.principal_point[0]),
                                    from.height / 2.0 - at(from.principal_point[1]));
  return from_w2c(w2c, k, from.width, from.height);
}

/// From Mitsuba's perspective sensor, its fov along x, or its orthographic one (fov 0).
[[nodiscard]] inline Camera from_mitsuba(const Mitsuba &from) noexcept {
  const double w = from.width, h = from.height;
  Matrix4 m = from.to_world;
  const double scale = from.fov > 0 ? 1 : std::sqrt(m[0] * m[0] + m[4] * m[4] + m[8] * m[8]);
  for (std::size_t r = 0; r < 3; r++) {
    m[r * 4] /= -scale;
    m[r * 4 + 1] /= -scale;
  }
  const double f = from.fov > 0 ? w / (2 * std::tan(from.fov * detail::pi / 360)) : w / 2 / scale;
  const Matrix3 k = detail::pinhole(f, f, (0.5 - from.principal_point_offset_x) * w,
                                    (0.5 - from.principal_point_offset_y) * h);
  Camera camera = from_opencv(m, k, from.width, from.height);
  if (!(from.fov > 0)) {
    camera.raw().projection = RV_ORTHOGRAPHIC;
    camera.raw().ortho_height = 2 * scale * h / w;
  }
  return camera;
}

/// From LuxCore's scene.camera.* and the film's size; `up` needn't be perpendicular.
/// screenwindow all 0: LuxCore's own, of which the longer side is -1 to 1.
[[nodiscard]] inline Camera from_luxcore(const LuxCore &from, std::uint32_t width, std::uint32_t height) noexcept {
  const double w = width, h = height, longer = std::max(w, h);
  Vector4 window = from.screenwindow;
  if (!(window[1] > window[0]))
    window = {-w / longer, w / longer, -h / longer, h / longer};
  const bool flat = !(from.fieldofview > 0);
  const double unit = flat ? 1 : std::tan(from.fieldofview * detail::pi / 360);
  const double fx = w / (window[1] - window[0]) / unit, fy = h / (window[3] - window[2]) / unit;
  const Matrix3 k = detail::pinhole(fx, fy, -window[0] * unit * fx, window[3] * unit * fy);
  Camera camera = from_opencv(Camera::look_at(from.orig, from.target, from.up).c2w(), k, width, height);
  if (flat) {
    camera.raw().projection = RV_ORTHOGRAPHIC;
    camera.raw().ortho_height = window[3] - window[2];
  }
  return camera;
}

} // namespace rv

#endif // RV_CONVENTIONS_FROM_HPP
