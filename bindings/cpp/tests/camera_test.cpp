// rv::Camera: a point of the world falls on the same pixel in every convention.
#include "check.hpp"

#include <array>
#include <random>

namespace {

std::mt19937_64 generator(7);

double between(double low, double high) { return std::uniform_real_distribution<double>(low, high)(generator); }

using Vector4 = std::array<double, 4>;

Vector4 times(const rv::Matrix4 &m, const rv::Vector3 &p) {
  Vector4 out{};
  for (std::size_t r = 0; r < 4; r++)
    out[r] = m[r * 4] * p[0] + m[r * 4 + 1] * p[1] + m[r * 4 + 2] * p[2] + m[r * 4 + 3];
  return out;
}

rv::Matrix4 widened(const rv::Matrix4f &m, bool transpose) {
  rv::Matrix4 out{};
  for (std::size_t i = 0; i < 16; i++)
    out[i] = static_cast<double>(m[transpose ? i % 4 * 4 + i / 4 : i]);
  return out;
}

// A camera anywhere, with pixels that aren't square and K off the centre.
rv::Camera some_camera() {
  const rv::Vector3 from{between(-5, 5), between(-5, 5), between(-5, 5)};
  const rv::Vector3 to{between(-1, 1) + 8, between(-1, 1), between(-1, 1)};
  rv::Camera camera = rv::Camera::look_at(from, to).sized(640, 480, between(0.3, 1.5));
  camera.raw().k[0] *= 1.1;
  camera.raw().k[2] += 17;
  camera.raw().k[5] -= 9;
  camera.raw().z_near = 0.1;
  camera.raw().z_far = 50;
  return camera;
}

// A point that the camera sees, from its OpenCV coordinates.
rv::Vector3 in_front(const rv::Camera &camera, double &x, double &y, double &z) {
  z = between(1, 20);
  x = between(-0.3, 0.3) * z;
  y = between(-0.3, 0.3) * z;
  const Vector4 p = times(camera.c2w(), {x, y, z});
  return {p[0], p[1], p[2]};
}

void test_inverse() {
  const rv::Camera camera = some_camera();
  const rv::Matrix4 identity = rv::detail::product(camera.w2c(), camera.c2w());
  for (std::size_t i = 0; i < 16; i++)
    CHECK_NEAR(identity[i], i % 5 == 0 ? 1.0 : 0.0, 1e-12);
}

void test_look_at() {
  const rv::Camera camera = rv::Camera::look_at({0, 0, -4}, {0, 0, 0});
  const rv::Matrix4 wanted{1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, -4, 0, 0, 0, 1};
  for (std::size_t i = 0; i < 16; i++)
    CHECK_NEAR(camera.c2w()[i], wanted[i], 1e-15);
  // The target lies ahead, and what is up in the world is up in the image.
  const rv::Camera other = rv::Camera::look_at({3, -2, 5}, {1, 1, 1}).sized(640, 480);
  const Vector4 target = times(other.w2c(), {1, 1, 1}), above = times(other.w2c(), {1, 0.5, 1});
  CHECK_NEAR(target[0], 0.0, 1e-12);
  CHECK_NEAR(target[1], 0.0, 1e-12);
  CHECK(target[2] > 0 && above[1] < 0);
  CHECK_NEAR(other.fov_y(), rv::detail::pi / 3, 1e-12);
}

void test_splatting() {
  rv::Camera camera = some_camera();
  camera.raw().k[2] = 320;
  camera.raw().k[5] = 240;
  const rv::Splatting gs = camera.splatting();
  double x, y, z;
  const rv::Vector3 p = in_front(camera, x, y, z);
  const Vector4 view = times(widened(gs.world_view_transform, true), p);
  CHECK_NEAR(view[2], z, 1e-5);
  const Vector4 clip = times(widened(gs.full_proj_transform, true), p);
  // The rasteriser's ndc2Pix, whose centres are at integers.
  const double u = ((clip[0] / clip[3] + 1) * 640 - 1) / 2, v = ((clip[1] / clip[3] + 1) * 480 - 1) / 2;
  CHECK_NEAR(u + 0.5, camera.K()[0] * x / z + 320, 1e-3);
  CHECK_NEAR(v + 0.5, camera.K()[4] * y / z + 240, 1e-3);
  CHECK_NEAR(640 / (2 * std::tan(gs.fov_x / 2)), camera.K()[0], 1e-9);
  CHECK_NEAR(480 / (2 * std::tan(gs.fov_y / 2)), camera.K()[4], 1e-9);
  for (std::size_t i = 0; i < 3; i++)
    CHECK_NEAR(gs.camera_center[i], static_cast<float>(camera.position()[i]), 0.0F);
  const Vector4 far = times(widened(gs.projection_matrix, true), {0, 0, 50});
  CHECK_NEAR(far[2] / far[3], 1.0, 1e-6);
}

void test_opengl(int projection) {
  rv::Camera camera = some_camera();
  camera.raw().projection = projection;
  camera.raw().ortho_height = 12;
  double x, y, z;
  const rv::Vector3 p = in_front(camera, x, y, z);
  const double scale = 480 / 12.0;
  const bool ortho = projection == RV_ORTHOGRAPHIC;
  const double u = ortho ? camera.K()[2] + scale * x : camera.K()[0] * x / z + camera.K()[2];
  const double v = ortho ? camera.K()[5] + scale * y : camera.K()[4] * y / z + camera.K()[5];
  const Vector4 clip = times(widened(camera.mvp_gl(), false), p);
  CHECK_NEAR((clip[0] / clip[3] + 1) / 2 * 640, u, 2e-3);
  CHECK_NEAR((clip[1] / clip[3] + 1) / 2 * 480, 480 - v, 2e-3); // row 0 is the bottom one
  CHECK(clip[2] / clip[3] > -1 && clip[2] / clip[3] < 1);
  const Vector4 behind = times(widened(camera.mvp_gl(), false), camera.position());
  CHECK(behind[2] < -behind[3]);

  // The ray of that pixel comes back to the point.
  const rv::Ray ray = camera.ray(u, v);
  const rv::Vector3 to{p[0] - ray.origin[0], p[1] - ray.origin[1], p[2] - ray.origin[2]};
  const double length = std::sqrt(rv::detail::dot(to, to));
  CHECK_NEAR(rv::detail::dot(to, ray.direction), length, 1e-9);
  CHECK_NEAR(length * ray.depth, z, 1e-9);
}

void test_pixel_centres() {
  const rv::Camera camera = rv::Camera::look_at({0, 0, 0}, {0, 0, 1}).sized(4, 2);
  const rv::Ray a = camera.pixel_ray(1, 0), b = camera.ray(1.5, 0.5);
  CHECK(a.direction == b.direction && a.direction[0] < 0 && a.direction[1] < 0);
  const rv::Ray centre = camera.ray(2, 1);
  CHECK_NEAR(centre.direction[2], 1.0, 1e-15);
}

void test_equirect() {
  rv::Camera camera = rv::Camera::look_at({0, 0, 0}, {0, 0, 1}).sized(400, 200);
  camera.raw().projection = RV_EQUIRECT;
  CHECK_NEAR(camera.ray(200, 100).direction[2], 1.0, 1e-12); // ahead
  CHECK_NEAR(camera.ray(300, 100).direction[0], 1.0, 1e-12); // right
  CHECK_NEAR(camera.ray(0, 100).direction[2], -1.0, 1e-12);  // behind
  CHECK_NEAR(camera.ray(77, 200).direction[1], 1.0, 1e-12);  // down
}

void test_same_picture() {
  const rv::Camera camera = some_camera();
  rv::Camera other = camera;
  other.raw().seq = 9;
  other.raw().viewer_low = 3;
  other.raw().target[0] += 1;
  CHECK(camera.same_picture(other));
  other.raw().c2w[3] += 1e-9;
  CHECK(!camera.same_picture(other));
  other = camera;
  other.raw().width++;
  CHECK(!camera.same_picture(other));
  other = camera;
  other.raw().time = 1;
  CHECK(!camera.same_picture(other));
}

} // namespace

int main() {
  for (int n = 0; n < 50; n++) {
    test_inverse();
    test_splatting();
    test_opengl(RV_PERSPECTIVE);
    test_opengl(RV_ORTHOGRAPHIC);
    test_same_picture();
  }
  test_look_at();
  test_pixel_centres();
  test_equirect();
  return checked();
}
