/// A camera in the conventions of other programs. docs/conventions.md has a
/// picture of each. Matrices are row-major; D is diag(1, -1, -1, 1).
///
/// What a convention can't say (a panorama as a matrix) is RV_ERR_INVALID: thrown,
/// or in a Result where there are no exceptions.
#ifndef RV_CONVENTIONS_HPP
#define RV_CONVENTIONS_HPP

#include "camera.hpp"
#include "result.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <string>

namespace rv {

using Vector2 = std::array<double, 2>;
using Vector4 = std::array<double, 4>;
using Vector3f = std::array<float, 3>;
using Matrix3f = std::array<float, 9>; ///< row-major

/// COLMAP's images.txt and cameras.txt (PINHOLE): X_camera = R(qvec) X + tvec.
struct Colmap {
  Vector4 qvec;   ///< w, x, y, z of length 1, w >= 0
  Vector3 tvec;
  Vector4 params; ///< fx, fy, cx, cy in pixels, pixel centres at +0.5
};

/// What gsplat's rasterization takes: viewmats = w2c, Ks = K.
struct Gsplat {
  Matrix4f viewmat;
  Matrix3f K; ///< of an orthographic camera: pixels a world unit
  std::uint32_t width, height;
  double near_plane, far_plane;
  bool ortho; ///< camera_model="ortho"
};

/// What nvdiffrast takes: mvp = P_gl(K) D w2c; its images have the bottom row first.
struct Nvdiffrast {
  Matrix4f mvp; ///< for column vectors
  std::uint32_t height, width; ///< rasterize's resolution
};

/// PyTorch3D's PerspectiveCameras (or OrthographicCameras), in NDC: X_view = X R + T,
/// x left, y up, z forward. R = R_cv^T with columns 0 and 1 negated, T = (-t0, -t1, t2).
struct Pytorch3d {
  Matrix3f R;
  Vector3f T;
  std::array<float, 2> focal_length;    ///< f / (min(W, H) / 2)
  std::array<float, 2> principal_point; ///< -(p - (W, H) / 2) / (min(W, H) / 2)
  std::uint32_t height, width;          ///< image_size
};

/// Mitsuba's perspective or orthographic sensor: to_world = c2w diag(-1, -1, 1, 1); an
/// orthographic one is scaled by half the image's width in world units.
struct Mitsuba {
  Matrix4 to_world;
  double fov;                ///< degrees along x; 0: orthographic
  double principal_point_offset_x, principal_point_offset_y; ///< 0.5 - cx / W, 0.5 - cy / H
  std::uint32_t width, height; ///< the film's
};

/// LuxCore's scene.camera.*: lookat.orig, lookat.target = orig + z, up = -y.
/// LuxCore draws everything one row lower than this says.
struct LuxCore {
  Vector3 orig, target, up;
  double fieldofview;   ///< degrees along the film's longer side; 0: orthographic or environment
  Vector4 screenwindow; ///< left, right, bottom, top; needed unless K is central with square pixels
};

/// Camera to world with OpenGL's, Blender's and NeRF's axes (x right, y up, z backward): c2w D.
[[nodiscard]] inline Matrix4 c2w_gl(const Camera &camera) noexcept {
  Matrix4 m = camera.c2w();
  for (std::size_t r = 0; r < 3; r++) {
    m[r * 4 + 1] = -m[r * 4 + 1];
    m[r * 4 + 2] = -m[r * 4 + 2];
  }
  return m;
}

/// World to camera with OpenGL's axes, its view matrix: D w2c.
[[nodiscard]] inline Matrix4 w2c_gl(const Camera &camera) noexcept {
  Matrix4 m = camera.w2c();
  for (std::size_t i = 4; i < 12; i++)
    m[i] = -m[i];
  return m;
}

namespace detail {

inline Outcome refused(const char *who, const char *has) {
  return {RV_ERR_INVALID, std::string(who) + " has " + has + ": use c2w, K, width and height"};
}

/// Why a convention without panoramas can't take a camera.
inline Outcome flat(const Camera &camera, const char *who) {
  if (camera.projection() != RV_EQUIRECT)
    return {};
  return refused(who, "perspective and orthographic cameras, found equirect");
}

inline double pixels_per_unit(const Camera &camera) noexcept {
  return camera.height() / camera.raw().ortho_height;
}

/// How far the principal point is from the image's centre, pixels.
inline Vector2 off_centre(const Camera &camera) noexcept {
  return {camera.raw().k[2] - camera.width() / 2.0, camera.raw().k[5] - camera.height() / 2.0};
}

/// The quaternion of a rotation, by the largest of its four parts (Shepperd).
inline Vector4 quaternion(const Matrix4 &m) noexcept {
  const double trace = m[0] + m[5] + m[10];
  const double rows[4][4] = {
      {1 + trace, m[9] - m[6], m[2] - m[8], m[4] - m[1]},
      {m[9] - m[6], 1 + 2 * m[0] - trace, m[1] + m[4], m[2] + m[8]},
      {m[2] - m[8], m[1] + m[4], 1 + 2 * m[5] - trace, m[6] + m[9]},
      {m[4] - m[1], m[2] + m[8], m[6] + m[9], 1 + 2 * m[10] - trace},
  };
  std::size_t best = 0;
  for (std::size_t i = 1; i < 4; i++)
    if (rows[i][i] > rows[best][best])
      best = i;
  const double *q = rows[best];
  double n = 1 / std::sqrt(q[0] * q[0] + q[1] * q[1] + q[2] * q[2] + q[3] * q[3]);
  if (q[0] < 0)
    n = -n;
  return {q[0] * n, q[1] * n, q[2] * n, q[3] * n};
}

} // namespace detail

inline namespace RV_FACE {

/// As COLMAP has it; perspective only.
[[nodiscard]] inline Returned<Colmap> colmap(const Camera &camera) {
  detail::Outcome outcome;
  if (camera.projection() != RV_PERSPECTIVE)
    outcome = detail::refused("COLMAP", "perspective cameras");
  const Matrix4 m = camera.w2c();
  const double *k = camera.raw().k;
  return face::give(outcome, Colmap{detail::quaternion(m), {m[3], m[7], m[11]}, {k[0], k[4], k[2], k[5]}});
}

/// As gaussian-splatting has it, perspective only: Camera::splatting() with that checked.
[[nodiscard]] inline Returned<Splatting> gs(const Camera &camera) {
  detail::Outcome outcome;
  if (camera.projection() != RV_PERSPECTIVE)
    outcome = detail::refused("gaussian-splatting", "perspective cameras");
  return face::give(outcome, camera.splatting());
}

/// As gsplat has it; perspective and orthographic.
[[nodiscard]] inline Returned<Gsplat> gsplat(const Camera &camera) {
  Matrix3 k = camera.K();
  const bool ortho = camera.projection() == RV_ORTHOGRAPHIC;
  if (ortho)
    k[0] = k[4] = detail::pixels_per_unit(camera);
  Gsplat out{detail::narrowed(camera.w2c()), {}, camera.width(), camera.height(),
             camera.z_near(), camera.z_far(), ortho};
  for (std::size_t i = 0; i < 9; i++)
    out.K[i] = static_cast<float>(k[i]);
  return face::give(detail::flat(camera, "gsplat"), out);
}

/// As nvdiffrast has it; perspective and orthographic. Send what is rendered bottom_up().
[[nodiscard]] inline Returned<Nvdiffrast> nvdiffrast(const Camera &camera) {
  return face::give(detail::flat(camera, "nvdiffrast"),
                    Nvdiffrast{camera.mvp_gl(), camera.height(), camera.width()});
}

/// As PyTorch3D has it; perspective and orthographic.
[[nodiscard]] inline Returned<Pytorch3d> pytorch3d(const Camera &camera) {
  const Matrix4 m = camera.w2c();
  const double *k = camera.raw().k;
  const double unit = std::min(camera.width(), camera.height()) / 2.0;
  const bool ortho = camera.projection() == RV_ORTHOGRAPHIC;
  const double scale = ortho ? detail::pixels_per_unit(camera) : 0;
  const Vector2 off = detail::off_centre(camera);
  const double sign[3] = {-1, -1, 1};
  Pytorch3d out{};
  for (std::size_t r = 0; r < 3; r++) {
    for (std::size_t c = 0; c < 3; c++)
      out.R[r * 3 + c] = static_cast<float>(sign[c] * m[c * 4 + r]);
    out.T[r] = static_cast<float>(sign[r] * m[r * 4 + 3]);
  }
  out.focal_length = {static_cast<float>((ortho ? scale : k[0]) / unit),
                      static_cast<float>((ortho ? scale : k[4]) / unit)};
  out.principal_point = {static_cast<float>(-off[0] / unit), static_cast<float>(-off[1] / unit)};
  out.height = camera.height();
  out.width = camera.width();
  return face::give(detail::flat(camera, "PyTorch3D"), out);
}

/// As Mitsuba has it; perspective with square pixels, and orthographic, which is moved
/// sideways for a principal point off the centre.
[[nodiscard]] inline Returned<Mitsuba> mitsuba(const Camera &camera) {
  const double *k = camera.raw().k;
  const Vector2 off = detail::off_centre(camera);
  detail::Outcome outcome = detail::flat(camera, "Mitsuba");
  Matrix4 m = camera.c2w();
  Mitsuba out{{}, 0, 0, 0, camera.width(), camera.height()};
  double side = 1;
  if (camera.projection() == RV_ORTHOGRAPHIC) {
    const double unit = 1 / detail::pixels_per_unit(camera);
    for (std::size_t r = 0; r < 3; r++)
      m[r * 4 + 3] -= (m[r * 4] * off[0] + m[r * 4 + 1] * off[1]) * unit;
    side = camera.width() * unit / 2;
  } else {
    if (outcome.code >= 0 && std::fabs(k[0] / k[4] - 1) > 1e-6)
      outcome = {RV_ERR_INVALID, "Mitsuba has square pixels: make fx and fy equal"};
    out.fov = camera.fov_x() * 180 / detail::pi;
    out.principal_point_offset_x = -off[0] / camera.width();
    out.principal_point_offset_y = -off[1] / camera.height();
  }
  for (std::size_t r = 0; r < 3; r++) {
    m[r * 4] *= -side;
    m[r * 4 + 1] *= -side;
  }
  out.to_world = m;
  return face::give(outcome, out);
}

} // namespace RV_FACE

/// As LuxCore has it: type perspective, orthographic, or environment for a panorama.
[[nodiscard]] inline LuxCore luxcore(const Camera &camera) noexcept {
  const double w = camera.width(), h = camera.height(), *k = camera.raw().k;
  const Vector3 orig = camera.position(), z = camera.axis(2), y = camera.axis(1);
  LuxCore out{orig, {orig[0] + z[0], orig[1] + z[1], orig[2] + z[2]}, {-y[0], -y[1], -y[2]}, 0, {}};
  double fx = k[0], fy = k[4], unit = std::max(w / fx, h / fy) / 2;
  if (camera.projection() == RV_ORTHOGRAPHIC) {
    fx = fy = detail::pixels_per_unit(camera);
    unit = 1;
  } else if (camera.projection() == RV_PERSPECTIVE) {
    out.fieldofview = 2 * std::atan(unit) * 180 / detail::pi;
  }
  out.screenwindow = {-k[2] / fx / unit, (w - k[2]) / fx / unit, (k[5] - h) / fy / unit, k[5] / fy / unit};
  return out;
}

} // namespace rv

#endif // RV_CONVENTIONS_HPP
