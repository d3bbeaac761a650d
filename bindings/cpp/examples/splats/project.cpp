#include "project.hpp"

#include <algorithm>
#include <cmath>

namespace gs {

namespace {

constexpr float low_pass = 0.3F; // pixels squared

constexpr float c0 = 0.28209479177387814F, c1 = 0.4886025119029199F;
constexpr float c2[] = {1.0925484305920792F, -1.0925484305920792F, 0.31539156525252005F, -1.0925484305920792F,
                        0.5462742152960396F};
constexpr float c3[] = {-0.5900435899266435F, 2.890611442640554F,  -0.4570457994644658F, 0.3731763325901154F,
                        -0.4570457994644658F, 1.445305721320277F, -0.5900435899266435F};

// The real spherical harmonics up to a degree, in gaussian-splatting's order and signs.
void harmonics(int degree, float x, float y, float z, float out[16]) {
  out[0] = c0;
  if (degree < 1)
    return;
  out[1] = -c1 * y;
  out[2] = c1 * z;
  out[3] = -c1 * x;
  if (degree < 2)
    return;
  const float xx = x * x, yy = y * y, zz = z * z;
  out[4] = c2[0] * x * y;
  out[5] = c2[1] * y * z;
  out[6] = c2[2] * (2 * zz - xx - yy);
  out[7] = c2[3] * x * z;
  out[8] = c2[4] * (xx - yy);
  if (degree < 3)
    return;
  out[9] = c3[0] * y * (3 * xx - yy);
  out[10] = c3[1] * x * y * z;
  out[11] = c3[2] * y * (4 * zz - xx - yy);
  out[12] = c3[3] * z * (2 * zz - 3 * xx - 3 * yy);
  out[13] = c3[4] * x * (4 * zz - xx - yy);
  out[14] = c3[5] * z * (xx - yy);
  out[15] = c3[6] * x * (xx - 3 * yy);
}

} // namespace

Projector::Projector(const Scene &scene, const rv::Camera &camera, const Settings &settings)
    : scene_(scene), settings_(settings) {
  const rv::Matrix4 w2c = camera.w2c();
  const rv::Matrix3 k = camera.K();
  const rv::Vector3 eye = camera.position();
  for (std::size_t r = 0; r < 3; r++) {
    for (std::size_t c = 0; c < 3; c++)
      rotation_[r][c] = static_cast<float>(w2c[r * 4 + c]);
    translation_[r] = static_cast<float>(w2c[r * 4 + 3]);
    eye_[r] = static_cast<float>(eye[r]);
  }
  fx_ = static_cast<float>(k[0]);
  fy_ = static_cast<float>(k[4]);
  cx_ = static_cast<float>(k[2]);
  cy_ = static_cast<float>(k[5]);
  near_ = static_cast<float>(camera.z_near());
  width_ = static_cast<std::int32_t>(camera.width());
  height_ = static_cast<std::int32_t>(camera.height());
  const float w = static_cast<float>(width_), h = static_cast<float>(height_);
  left_ = -cx_ / fx_ - 0.15F * w / fx_;
  right_ = (w - cx_) / fx_ + 0.15F * w / fx_;
  up_ = -cy_ / fy_ - 0.15F * h / fy_;
  down_ = (h - cy_) / fy_ + 0.15F * h / fy_;
  settings_.degree = std::min(settings_.degree, scene.degree);
}

Vec3 Projector::color(std::size_t n) const {
  const Vec3 &m = scene_.mean[n];
  float d[3] = {m[0] - eye_[0], m[1] - eye_[1], m[2] - eye_[2]};
  const float scale = 1 / std::sqrt(d[0] * d[0] + d[1] * d[1] + d[2] * d[2]);
  float basis[16];
  harmonics(settings_.degree, d[0] * scale, d[1] * scale, d[2] * scale, basis);
  const Vec3 *sh = scene_.sh.data() + n * scene_.coefficients();
  const std::size_t terms = static_cast<std::size_t>((settings_.degree + 1) * (settings_.degree + 1));
  Vec3 sum = {0.5F, 0.5F, 0.5F};
  for (std::size_t i = 0; i < terms; i++)
    for (std::size_t c = 0; c < 3; c++)
      sum[c] += basis[i] * sh[i][c];
  return {std::max(0.0F, sum[0]), std::max(0.0F, sum[1]), std::max(0.0F, sum[2])};
}

Splat Projector::operator()(std::size_t n) const {
  Splat s{};
  s.right = -1; // nothing
  const Vec3 &m = scene_.mean[n];
  float t[3];
  for (int r = 0; r < 3; r++)
    t[r] = rotation_[r][0] * m[0] + rotation_[r][1] * m[1] + rotation_[r][2] * m[2] + translation_[r];
  s.opacity = settings_.points ? 1 : scene_.opacity[n];
  if (t[2] < near_ || s.opacity < least_alpha)
    return s;
  const float inverse = 1 / t[2];
  const float tx = std::clamp(t[0] * inverse, left_, right_), ty = std::clamp(t[1] * inverse, up_, down_);
  // The projection's derivative times the rotation: two rows.
  float u[3], v[3];
  for (int i = 0; i < 3; i++) {
    u[i] = fx_ * inverse * (rotation_[0][i] - tx * rotation_[2][i]);
    v[i] = fy_ * inverse * (rotation_[1][i] - ty * rotation_[2][i]);
  }
  const std::array<float, 6> &e = scene_.covariance[n];
  const float su[3] = {e[0] * u[0] + e[1] * u[1] + e[2] * u[2], e[1] * u[0] + e[3] * u[1] + e[4] * u[2],
                       e[2] * u[0] + e[4] * u[1] + e[5] * u[2]};
  const float sv[3] = {e[0] * v[0] + e[1] * v[1] + e[2] * v[2], e[1] * v[0] + e[3] * v[1] + e[4] * v[2],
                       e[2] * v[0] + e[4] * v[1] + e[5] * v[2]};
  const float size = settings_.points ? 0 : settings_.modifier * settings_.modifier;
  const float xx = size * (u[0] * su[0] + u[1] * su[1] + u[2] * su[2]) + low_pass;
  const float xy = size * (u[0] * sv[0] + u[1] * sv[1] + u[2] * sv[2]);
  const float yy = size * (v[0] * sv[0] + v[1] * sv[1] + v[2] * sv[2]) + low_pass;
  const float determinant = xx * yy - xy * xy;
  if (!(determinant > 0) || !std::isfinite(determinant))
    return s;
  s.a = yy / determinant;
  s.b = -xy / determinant;
  s.c = xx / determinant;
  s.x = fx_ * t[0] * inverse + cx_ - 0.5F;
  s.y = fy_ * t[1] * inverse + cy_ - 0.5F;
  s.depth = t[2];
  s.reach = 2 * std::log(s.opacity * 255); // opacity * exp(-reach / 2) is 1/255
  const float deviations = std::sqrt(s.reach) + 0.01F;
  const float rx = deviations * std::sqrt(xx), ry = deviations * std::sqrt(yy);
  const float w = static_cast<float>(width_), h = static_cast<float>(height_);
  if (!(s.x + rx >= 0 && s.x - rx <= w && s.y + ry >= 0 && s.y - ry <= h))
    return s;
  s.left = static_cast<std::int32_t>(std::ceil(std::max(0.0F, s.x - rx)));
  s.right = static_cast<std::int32_t>(std::floor(std::min(w - 1, s.x + rx)));
  s.top = static_cast<std::int32_t>(std::ceil(std::max(0.0F, s.y - ry)));
  s.bottom = static_cast<std::int32_t>(std::floor(std::min(h - 1, s.y + ry)));
  if (s.bottom < s.top)
    s.right = s.left - 1;
  else if (s.right >= s.left)
    s.color = color(n);
  return s;
}

} // namespace gs
