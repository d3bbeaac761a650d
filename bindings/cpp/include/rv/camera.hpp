/// The viewer's camera in the forms that renderers want.
#ifndef RV_CAMERA_HPP
#define RV_CAMERA_HPP

#include "abi.hpp"

#include <array>
#include <cmath>
#include <cstdint>

namespace rv {

using Vector3 = std::array<double, 3>;
using Matrix3 = std::array<double, 9>;   ///< row-major
using Matrix4 = std::array<double, 16>;  ///< row-major
using Matrix4f = std::array<float, 16>;  ///< row-major

/// A half line in the world.
struct Ray {
  Vector3 origin;
  Vector3 direction; ///< of length 1
  double depth;      ///< growth of depth (along the camera's z axis) per unit along the ray
};

/// What gaussian-splatting's rasteriser takes; names are its own. Matrices are
/// for row vectors (transposed), as it stores them. The principal point is
/// always the image's centre, pixel centres are at integers.
struct Splatting {
  double fov_x, fov_y;            ///< radians
  Matrix4f world_view_transform;
  Matrix4f projection_matrix;     ///< z from 0 (near) to 1 (far), y down
  Matrix4f full_proj_transform;
  std::array<float, 3> camera_center;
};

namespace detail {

inline Matrix4 product(const Matrix4 &a, const Matrix4 &b) noexcept {
  Matrix4 m{};
  for (std::size_t r = 0; r < 4; r++)
    for (std::size_t c = 0; c < 4; c++)
      for (std::size_t i = 0; i < 4; i++)
        m[r * 4 + c] += a[r * 4 + i] * b[i * 4 + c];
  return m;
}

inline Matrix4f transposed(const Matrix4 &a) noexcept {
  Matrix4f m{};
  for (std::size_t i = 0; i < 16; i++)
    m[i] = static_cast<float>(a[i % 4 * 4 + i / 4]);
  return m;
}

inline Matrix4f narrowed(const Matrix4 &a) noexcept {
  Matrix4f m{};
  for (std::size_t i = 0; i < 16; i++)
    m[i] = static_cast<float>(a[i]);
  return m;
}

inline double dot(const Vector3 &a, const Vector3 &b) noexcept {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

inline Vector3 cross(const Vector3 &a, const Vector3 &b) noexcept {
  return {a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]};
}

inline Vector3 unit(const Vector3 &a) noexcept {
  const double n = 1 / std::sqrt(dot(a, a));
  return {a[0] * n, a[1] * n, a[2] * n};
}

constexpr double pi = 3.14159265358979323846;

} // namespace detail

/// A camera. Axes are OpenCV's (x right, y down, z forward), matrices row-major
/// for column vectors, pixels have their origin at the image's top-left corner
/// and their centres at +0.5. Perspective cameras use K. Orthographic images are
/// ortho_height world units high. Equirect images span 360 x 180 degrees with
/// the z axis at the centre.
class Camera {
public:
  Camera() noexcept : raw_(RV_CAMERA_INIT) {}
  explicit Camera(const struct ::rv_camera &raw) noexcept : raw_(raw) {}

  /// A view for set_view(): from `position` to `target`, with `up` upright, world
  /// units. Its size is the viewer's window, its vertical field of view 60 degrees.
  /// `up` must not point along the view.
  [[nodiscard]] static Camera look_at(const Vector3 &position, const Vector3 &target,
                                      const Vector3 &up = {0, -1, 0}) noexcept;

  /// The same at this size in pixels, with a vertical field of view in radians.
  [[nodiscard]] Camera sized(std::uint32_t width, std::uint32_t height,
                             double fov_y = detail::pi / 3) const noexcept;

  /// The C struct, with all fields; a few have their own names here.
  [[nodiscard]] const struct ::rv_camera &raw() const noexcept { return raw_; }
  [[nodiscard]] struct ::rv_camera &raw() noexcept { return raw_; }

  [[nodiscard]] std::uint32_t width() const noexcept { return raw_.width; }   ///< pixels
  [[nodiscard]] std::uint32_t height() const noexcept { return raw_.height; } ///< pixels
  [[nodiscard]] double z_near() const noexcept { return raw_.z_near; }        ///< world units
  [[nodiscard]] double z_far() const noexcept { return raw_.z_far; }          ///< world units
  [[nodiscard]] double time() const noexcept { return raw_.time; }            ///< seconds
  [[nodiscard]] int projection() const noexcept { return raw_.projection; }   ///< RV_PERSPECTIVE ...
  [[nodiscard]] std::uint64_t seq() const noexcept { return raw_.seq; } ///< 0: not from a viewer

  /// Field of view in radians, as of a central principal point.
  [[nodiscard]] double fov_x() const noexcept { return 2 * std::atan(width() / (2 * raw_.k[0])); }
  [[nodiscard]] double fov_y() const noexcept { return 2 * std::atan(height() / (2 * raw_.k[4])); }

  /// The camera's centre in world units.
  [[nodiscard]] Vector3 position() const noexcept { return {raw_.c2w[3], raw_.c2w[7], raw_.c2w[11]}; }
  /// Its x, y or z axis (0, 1, 2) in the world.
  [[nodiscard]] Vector3 axis(int i) const noexcept {
    return {raw_.c2w[i], raw_.c2w[4 + i], raw_.c2w[8 + i]};
  }

  /// Camera to world.
  [[nodiscard]] Matrix4 c2w() const noexcept;
  /// World to camera.
  [[nodiscard]] Matrix4 w2c() const noexcept;
  /// fx 0 cx, 0 fy cy, 0 0 1, in pixels.
  [[nodiscard]] Matrix3 K() const noexcept;
  /// As gaussian-splatting builds it; perspective only.
  [[nodiscard]] Splatting splatting() const noexcept;
  /// World to OpenGL clip space (x, y, z from -w to w are visible); perspective
  /// and orthographic. Row 0 of what OpenGL or nvdiffrast renders with it is the
  /// bottom row: send that bottom_up(). glUniformMatrix4fv wants GL_TRUE.
  [[nodiscard]] Matrix4f mvp_gl() const noexcept;

  /// The ray through a point of the image, in pixels from its top-left corner.
  [[nodiscard]] Ray ray(double x, double y) const noexcept;
  /// The ray through the centre of a pixel, column and row.
  [[nodiscard]] Ray pixel_ray(std::uint32_t column, std::uint32_t row) const noexcept {
    return ray(column + 0.5, row + 0.5);
  }

  /// Whether the other camera gives the same picture. Who sent it and what
  /// navigation turns about don't matter.
  [[nodiscard]] bool same_picture(const Camera &other) const noexcept;

private:
  [[nodiscard]] Vector3 local_direction(double x, double y) const noexcept;

  struct ::rv_camera raw_;
};

inline Camera Camera::look_at(const Vector3 &position, const Vector3 &target, const Vector3 &up) noexcept {
  const Vector3 z = detail::unit({target[0] - position[0], target[1] - position[1], target[2] - position[2]});
  const Vector3 x = detail::unit(detail::cross(z, up));
  const Vector3 y = detail::cross(z, x);
  Camera camera;
  for (std::size_t r = 0; r < 3; r++) {
    const double row[4] = {x[r], y[r], z[r], position[r]};
    for (std::size_t c = 0; c < 4; c++)
      camera.raw_.c2w[r * 4 + c] = row[c];
    camera.raw_.target[r] = target[r];
    camera.raw_.up[r] = up[r];
  }
  camera.raw_.c2w[15] = 1;
  return camera;
}

inline Camera Camera::sized(std::uint32_t width, std::uint32_t height, double fov_y) const noexcept {
  Camera camera = *this;
  const double focal = height / (2 * std::tan(fov_y / 2));
  const double k[9] = {focal, 0, width / 2.0, 0, focal, height / 2.0, 0, 0, 1};
  for (std::size_t i = 0; i < 9; i++)
    camera.raw_.k[i] = k[i];
  camera.raw_.width = width;
  camera.raw_.height = height;
  return camera;
}

inline Matrix4 Camera::c2w() const noexcept {
  Matrix4 m{};
  for (std::size_t i = 0; i < 16; i++)
    m[i] = raw_.c2w[i];
  return m;
}

inline Matrix4 Camera::w2c() const noexcept {
  Matrix4 m{};
  const Vector3 p = position();
  for (std::size_t r = 0; r < 3; r++) {
    const Vector3 a = axis(static_cast<int>(r));
    for (std::size_t c = 0; c < 3; c++)
      m[r * 4 + c] = a[c];
    m[r * 4 + 3] = -detail::dot(a, p);
  }
  m[15] = 1;
  return m;
}

inline Matrix3 Camera::K() const noexcept {
  Matrix3 m{};
  for (std::size_t i = 0; i < 9; i++)
    m[i] = raw_.k[i];
  return m;
}

inline Splatting Camera::splatting() const noexcept {
  const double n = z_near(), f = z_far();
  const Matrix4 projection{2 * raw_.k[0] / width(), 0, 0, 0,
                           0, 2 * raw_.k[4] / height(), 0, 0,
                           0, 0, f / (f - n), -f * n / (f - n),
                           0, 0, 1, 0};
  const Matrix4 view = w2c();
  const Vector3 p = position();
  return {fov_x(), fov_y(), detail::transposed(view), detail::transposed(projection),
          detail::transposed(detail::product(projection, view)),
          {static_cast<float>(p[0]), static_cast<float>(p[1]), static_cast<float>(p[2])}};
}

inline Matrix4f Camera::mvp_gl() const noexcept {
  const double w = width(), h = height(), n = z_near(), f = z_far();
  const double cx = raw_.k[2], cy = raw_.k[5];
  Matrix4 projection{2 * raw_.k[0] / w, 0, 1 - 2 * cx / w, 0,
                     0, 2 * raw_.k[4] / h, 2 * cy / h - 1, 0,
                     0, 0, -(f + n) / (f - n), -2 * f * n / (f - n),
                     0, 0, -1, 0};
  if (raw_.projection == RV_ORTHOGRAPHIC) {
    const double s = h / raw_.ortho_height;
    projection = {2 * s / w, 0, 0, 2 * cx / w - 1,
                  0, 2 * s / h, 0, 1 - 2 * cy / h,
                  0, 0, -2 / (f - n), -(f + n) / (f - n),
                  0, 0, 0, 1};
  }
  const Matrix4 flip{1, 0, 0, 0, 0, -1, 0, 0, 0, 0, -1, 0, 0, 0, 0, 1};
  return detail::narrowed(detail::product(projection, detail::product(flip, w2c())));
}

inline Vector3 Camera::local_direction(double x, double y) const noexcept {
  switch (raw_.projection) {
  case RV_ORTHOGRAPHIC:
    return {0, 0, 1};
  case RV_EQUIRECT: {
    const double longitude = (x / width() - 0.5) * 2 * detail::pi;
    const double latitude = (y / height() - 0.5) * detail::pi;
    return {std::cos(latitude) * std::sin(longitude), std::sin(latitude),
            std::cos(latitude) * std::cos(longitude)};
  }
  default:
    return detail::unit({(x - raw_.k[2]) / raw_.k[0], (y - raw_.k[5]) / raw_.k[4], 1});
  }
}

inline Ray Camera::ray(double x, double y) const noexcept {
  Vector3 from{};
  if (raw_.projection == RV_ORTHOGRAPHIC) {
    const double unit = raw_.ortho_height / height();
    from = {(x - raw_.k[2]) * unit, (y - raw_.k[5]) * unit, 0};
  }
  const Vector3 d = local_direction(x, y);
  Ray ray{};
  for (std::size_t r = 0; r < 3; r++) {
    const double *row = raw_.c2w + r * 4;
    ray.origin[r] = row[0] * from[0] + row[1] * from[1] + row[2] * from[2] + row[3];
    ray.direction[r] = row[0] * d[0] + row[1] * d[1] + row[2] * d[2];
  }
  ray.depth = d[2];
  return ray;
}

inline bool Camera::same_picture(const Camera &other) const noexcept {
  const struct ::rv_camera &a = raw_, &b = other.raw_;
  for (std::size_t i = 0; i < 16; i++)
    if (a.c2w[i] != b.c2w[i])
      return false;
  for (std::size_t i = 0; i < 9; i++)
    if (a.k[i] != b.k[i])
      return false;
  return a.projection == b.projection && a.width == b.width && a.height == b.height && a.z_near == b.z_near &&
         a.z_far == b.z_far && a.ortho_height == b.ortho_height && a.time == b.time;
}

} // namespace rv

#endif // RV_CAMERA_HPP
