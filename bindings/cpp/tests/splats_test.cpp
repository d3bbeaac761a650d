// The splat renderer against the definition of its picture: every gaussian at every
// pixel, in double, without tiles; and the reader's errors.
#include "check.hpp"

#include "../examples/splats/raster.hpp"

#include <algorithm>
#include <cstring>
#include <fstream>
#include <functional>
#include <limits>
#include <random>
#include <stdexcept>
#include <vector>

namespace {

using gs::Scene;

struct Gaussian { // as the file holds it
  float mean[3], normal[3], dc[3], opacity, scale[3], rotation[4];
};

// A .ply of gaussians; `rest` values of spherical harmonics each, all drawn from rng.
std::string ply(const std::vector<Gaussian> &gaussians, int rest, std::mt19937 &rng) {
  std::string text = "ply\nformat binary_little_endian 1.0\ncomment a test\nelement vertex ";
  text += std::to_string(gaussians.size()) + "\n";
  std::vector<std::string> names = {"x", "y", "z", "nx", "ny", "nz", "f_dc_0", "f_dc_1", "f_dc_2"};
  for (int i = 0; i < rest; i++)
    names.push_back("f_rest_" + std::to_string(i));
  for (const char *name : {"opacity", "scale_0", "scale_1", "scale_2", "rot_0", "rot_1", "rot_2", "rot_3"})
    names.emplace_back(name);
  for (const std::string &name : names)
    text += "property float " + name + "\n";
  text += "end_header\n";
  std::uniform_real_distribution<float> harmonic(-0.2F, 0.2F);
  const auto put = [&](const float *values, std::size_t count) {
    for (std::size_t n = 0; n < count; n++) {
      char bytes[sizeof(float)];
      std::memcpy(bytes, values + n, sizeof bytes);
      text.append(bytes, sizeof bytes);
    }
  };
  for (const Gaussian &g : gaussians) {
    put(g.mean, 3);
    put(g.normal, 3);
    put(g.dc, 3);
    for (int i = 0; i < rest; i++) {
      const float value = harmonic(rng);
      put(&value, 1);
    }
    put(&g.opacity, 1);
    put(g.scale, 3);
    put(g.rotation, 4);
  }
  return text;
}

std::vector<Gaussian> random_gaussians(int count, std::mt19937 &rng) {
  std::uniform_real_distribution<float> place(-1.5F, 1.5F), unit(-1, 1), size(-4.5F, -1.5F), logit(-3, 5);
  std::vector<Gaussian> list(static_cast<std::size_t>(count));
  for (Gaussian &g : list) {
    for (std::size_t i = 0; i < 3; i++) {
      g.mean[i] = place(rng);
      g.dc[i] = 1.5F * unit(rng);
      g.scale[i] = size(rng);
      g.normal[i] = 0;
    }
    g.opacity = logit(rng);
    for (float &q : g.rotation)
      q = unit(rng);
  }
  return list;
}

class File {
public:
  explicit File(const std::string &content) : path_("splats_test_" + std::to_string(std::random_device{}()) + ".ply") {
    std::ofstream(path_, std::ios::binary) << content;
  }
  File(const File &) = delete;
  File &operator=(const File &) = delete;
  ~File() { std::remove(path_.c_str()); }
  [[nodiscard]] const std::string &path() const { return path_; }

private:
  std::string path_;
};

Scene read(const std::string &content) {
  const File file(content);
  return gs::read_ply(file.path());
}

// One gaussian before a camera, in double.
struct Seen {
  double x, y, a, b, c, opacity, depth;
  gs::Vec3 color;
};

// Sigma = R S S^T R^T, J W Sigma W^T J^T + 0.3: matrix by matrix.
Seen seen(const Gaussian &g, const rv::Camera &camera, double modifier, bool points) {
  double q[4], length = 0, sigma[3][3] = {}, w[3][3], t[3];
  for (int i = 0; i < 4; i++)
    length += static_cast<double>(g.rotation[i]) * static_cast<double>(g.rotation[i]);
  for (int i = 0; i < 4; i++)
    q[i] = static_cast<double>(g.rotation[i]) / std::sqrt(length);
  // The columns of R are the axes turned by the quaternion: v + 2 u x (u x v + s v).
  for (int k = 0; k < 3; k++) {
    const double u[3] = {q[1], q[2], q[3]}, v[3] = {k == 0 ? 1. : 0., k == 1 ? 1. : 0., k == 2 ? 1. : 0.};
    const auto cross = [](const double *e, const double *f, int i) {
      return e[(i + 1) % 3] * f[(i + 2) % 3] - e[(i + 2) % 3] * f[(i + 1) % 3];
    };
    double inner[3], axis[3];
    for (int i = 0; i < 3; i++)
      inner[i] = cross(u, v, i) + q[0] * v[i];
    for (int i = 0; i < 3; i++)
      axis[i] = v[i] + 2 * cross(u, inner, i);
    const double s = points ? 0 : modifier * std::exp(static_cast<double>(g.scale[k]));
    for (int i = 0; i < 3; i++)
      for (int j = 0; j < 3; j++)
        sigma[i][j] += s * s * axis[i] * axis[j];
  }
  const rv::Matrix4 w2c = camera.w2c();
  const rv::Matrix3 K = camera.K();
  for (std::size_t i = 0; i < 3; i++) {
    t[i] = w2c[i * 4 + 3];
    for (std::size_t j = 0; j < 3; j++) {
      w[i][j] = w2c[i * 4 + j];
      t[i] += w[i][j] * static_cast<double>(g.mean[j]);
    }
  }
  const double lx = 1.3 * camera.width() / (2 * K[0]), ly = 1.3 * camera.height() / (2 * K[4]);
  const double tx = std::clamp(t[0] / t[2], -lx, lx), ty = std::clamp(t[1] / t[2], -ly, ly);
  const double j[2][3] = {{K[0] / t[2], 0, -K[0] * tx / t[2]}, {0, K[4] / t[2], -K[4] * ty / t[2]}};
  double jw[2][3] = {}, cov[2][2] = {{0.3, 0}, {0, 0.3}};
  for (int r = 0; r < 2; r++)
    for (int c = 0; c < 3; c++)
      for (int k = 0; k < 3; k++)
        jw[r][c] += j[r][k] * w[k][c];
  for (int r = 0; r < 2; r++)
    for (int c = 0; c < 2; c++)
      for (int k = 0; k < 3; k++)
        for (int m = 0; m < 3; m++)
          cov[r][c] += jw[r][k] * sigma[k][m] * jw[c][m];
  const double det = cov[0][0] * cov[1][1] - cov[0][1] * cov[1][0];
  return {K[0] * t[0] / t[2] + K[2], K[4] * t[1] / t[2] + K[5], cov[1][1] / det, -cov[0][1] / det, cov[0][0] / det,
          points ? 1 : 1 / (1 + std::exp(-static_cast<double>(g.opacity))), t[2], {}};
}

struct Pixel {
  double color[3] = {}, depth = 0, transmittance = 1;
  bool near_a_bound = false; // rounding may decide otherwise here
};

Pixel brute(const std::vector<Seen> &sorted, double x, double y) {
  Pixel p;
  for (const Seen &s : sorted) {
    const double dx = s.x - x, dy = s.y - y;
    const double power = -0.5 * (s.a * dx * dx + s.c * dy * dy) - s.b * dx * dy;
    const double alpha = std::min(0.99, s.opacity * std::exp(power));
    p.near_a_bound |= std::fabs(alpha * 255 - 1) < 2e-3;
    if (power > 0 || alpha < 1.0 / 255)
      continue;
    const double next = p.transmittance * (1 - alpha);
    p.near_a_bound |= std::fabs(next - 1e-4) < 1e-6;
    if (next < 1e-4)
      break;
    for (std::size_t c = 0; c < 3; c++)
      p.color[c] += alpha * p.transmittance * static_cast<double>(s.color[c]);
    p.depth += alpha * p.transmittance * s.depth;
    p.transmittance = next;
  }
  return p;
}

// Colours come from the projector, so that what is compared is geometry and blending;
// see test_harmonics.
void compare(const std::vector<Gaussian> &gaussians, const Scene &scene, const rv::Camera &camera,
             const gs::Settings &settings) {
  pt::Workers workers(3);
  gs::Raster raster(scene, workers);
  raster.render(camera, settings);
  const gs::Projector projector(scene, camera, settings);
  std::vector<Seen> sorted;
  for (std::size_t n = 0; n < gaussians.size(); n++) {
    Seen s = seen(gaussians[n], camera, static_cast<double>(settings.modifier), settings.points);
    if (s.depth < camera.z_near())
      continue;
    s.color = projector(n).color; // zero where it is out of the image
    sorted.push_back(s);
  }
  std::stable_sort(sorted.begin(), sorted.end(), [](const Seen &a, const Seen &b) { return a.depth < b.depth; });
  double worst = 0, worst_depth = 0, covered = 0;
  std::size_t left_out = 0;
  for (unsigned y = 0; y < camera.height(); y++)
    for (unsigned x = 0; x < camera.width(); x++) {
      const Pixel wanted = brute(sorted, x + 0.5, y + 0.5);
      if (wanted.near_a_bound) {
        left_out++;
        continue;
      }
      const std::size_t at = std::size_t{y} * camera.width() + x;
      for (std::size_t c = 0; c < 3; c++)
        worst = std::max(worst, std::fabs(wanted.color[c] + wanted.transmittance * static_cast<double>(settings.background[c]) -
                                          static_cast<double>(raster.color()[at][c])));
      const double alpha = 1 - wanted.transmittance;
      covered += alpha;
      worst = std::max(worst, std::fabs(alpha - static_cast<double>(raster.alpha()[at])));
      const auto depth = static_cast<double>(raster.depth()[at]);
      if (alpha > 0.0501)
        worst_depth = std::max(worst_depth, std::fabs(depth - wanted.depth / alpha));
      else if (alpha < 0.0499)
        CHECK(std::isinf(depth));
    }
  const double area = static_cast<double>(camera.width()) * camera.height();
  CHECK(static_cast<double>(left_out) < 0.3 * area);
  CHECK(covered > 0.02 * area);
  CHECK_NEAR(worst, 0, 1e-4);
  CHECK_NEAR(worst_depth, 0, 2e-4);
}

void test_pictures() {
  std::mt19937 rng(11);
  for (const int rest : {0, 9, 24, 45}) {
    const std::vector<Gaussian> gaussians = random_gaussians(300, rng);
    const Scene scene = read(ply(gaussians, rest, rng));
    CHECK(scene.size() == 300 && scene.degree == (rest == 0 ? 0 : rest == 9 ? 1 : rest == 24 ? 2 : 3));
    gs::Settings settings;
    settings.background = {0.2F, 0.5F, 1};
    settings.modifier = rest == 9 ? 0.4F : 1;
    settings.points = rest == 24;
    compare(gaussians, scene, rv::Camera::look_at({0.4, -0.7, -4}, {0, 0, 0}).sized(131, 77), settings);
    rv::Camera inside = rv::Camera::look_at({0.1, 0.2, -0.3}, {1, 0.1, 0}).sized(64, 48, 1.4);
    inside.raw().z_near = 0.05;
    compare(gaussians, scene, inside, settings);
  }
}

// Seen alone, in the middle of the image, where everything is known in closed form.
void test_one() {
  std::mt19937 rng(1);
  std::vector<Gaussian> gaussians(2);
  gaussians[0] = {{0, 0, 1}, {}, {1, 0, -1}, 0, {-3, -3, -3}, {2, 0, 0, 0}};
  gaussians[1] = {{0, 0, 0}, {}, {0, 0, 0}, -1, {-3, -3, -3}, {1, 0, 0, 0}};
  const Scene scene = read(ply(gaussians, 0, rng));
  pt::Workers workers(1);
  gs::Raster raster(scene, workers);
  const rv::Camera camera = rv::Camera::look_at({0, 0, -4}, {0, 0, 0}).sized(33, 33); // a pixel's centre is the middle
  raster.render(camera, {});
  const std::size_t middle = 16 * 33 + 16;
  const double near = 1 / (1 + std::exp(1.0)), far = 0.5 * (1 - near), y0 = 0.28209479177387814;
  CHECK_NEAR(static_cast<double>(raster.color()[middle][0]), near * 0.5 + far * (0.5 + y0), 1e-5);
  CHECK_NEAR(static_cast<double>(raster.color()[middle][2]), near * 0.5 + far * (0.5 - y0), 1e-5);
  CHECK_NEAR(static_cast<double>(raster.depth()[middle]), (4 * near + 5 * far) / (near + far), 1e-5);
  const auto hit = raster.pick(16.5, 16.5);
  CHECK(hit && hit->id == 0);
  CHECK(hit && std::fabs(static_cast<double>(hit->weight) - far) < 1e-5 && std::fabs(hit->depth - 5) < 1e-5F);
  CHECK(!raster.pick(0.5, 0.5) && !raster.pick(-1, 3) && !raster.pick(3, 33) && !raster.pick(NAN, 3));
  raster.render(rv::Camera::look_at({0, 0, 4}, {0, 0, 8}).sized(33, 33), {}); // all behind
  CHECK(raster.drawn() == 0 && raster.color()[middle] == (gs::Vec3{0, 0, 0}) && std::isinf(raster.depth()[middle]));
}

// The harmonics are orthonormal over the sphere, and their signs are the reference's.
void test_harmonics() {
  constexpr std::size_t directions = 4000;
  std::vector<std::array<double, 16>> values(directions);
  Scene scene;
  scene.degree = 3;
  scene.mean.assign(16, {0, 0, 0});
  scene.opacity.assign(16, 1);
  scene.covariance.assign(16, {0.01F, 0, 0, 0.01F, 0, 0.01F});
  scene.sh.assign(16 * 16, {0, 0, 0});
  for (std::size_t i = 0; i < 16; i++)
    scene.sh[i * 16 + i] = {0.2F, 0, 0};
  const auto look = [&](const rv::Vector3 &direction, std::array<double, 16> &out) {
    const rv::Vector3 from{-direction[0], -direction[1], -direction[2]};
    const gs::Projector projector(scene, rv::Camera::look_at(from, {0, 0, 0}, {0.3, -0.9, 0.1}).sized(9, 9), {});
    for (std::size_t i = 0; i < 16; i++)
      out[i] = (static_cast<double>(projector(i).color[0]) - 0.5) / 0.2;
  };
  for (std::size_t n = 0; n < directions; n++) { // a Fibonacci sphere: all count alike
    const double z = 1 - (2 * static_cast<double>(n) + 1) / directions;
    const double around = 2.399963229728653 * static_cast<double>(n); // the golden angle
    const double radius = std::sqrt(1 - z * z);
    look({radius * std::cos(around), radius * std::sin(around), z}, values[n]);
  }
  for (std::size_t i = 0; i < 16; i++)
    for (std::size_t j = 0; j < 16; j++) {
      double sum = 0;
      for (const std::array<double, 16> &v : values)
        sum += v[i] * v[j] * 4 * rv::detail::pi / directions;
      CHECK_NEAR(sum, i == j ? 1.0 : 0.0, 2e-3);
    }
  std::array<double, 16> at{};
  look({0.36, 0.48, 0.8}, at); // which are plus and minus here
  const char *signs = "+-+-+-+---+-+--+";
  for (std::size_t i = 0; i < 16; i++)
    CHECK(at[i] != 0 && (at[i] > 0) == (signs[i] == '+'));
}

std::string replaced(std::string text, const std::string &from, const std::string &to) {
  const std::size_t at = text.find(from);
  CHECK(at != std::string::npos);
  return at == std::string::npos ? text : text.replace(at, from.size(), to);
}

void refused(const std::string &content, const std::string &words) {
  try {
    (void)read(content);
    check(false, __FILE__, __LINE__, "an error about \"" + words + "\", found none");
  } catch (const std::runtime_error &error) {
    check(std::strstr(error.what(), words.c_str()) != nullptr, __FILE__, __LINE__,
          "an error about \"" + words + "\", found \"" + error.what() + "\"");
  }
}

void test_bad_files() {
  std::mt19937 rng(3);
  std::vector<Gaussian> gaussians = random_gaussians(5, rng);
  const std::string good = ply(gaussians, 9, rng);
  CHECK(read(good).size() == 5);
  CHECK(read(ply({}, 0, rng)).size() == 0);
  refused("", "ends within its header");
  refused("solid\n", "whose first line is \"ply\"");
  refused("ply\nformat binary_little_endian 1.0\n" + std::string(70000, 'x'), "64 KiB");
  refused(replaced(good, "binary_little", "binary_big"), "binary_big_endian");
  refused(replaced(good, "format binary_little_endian 1.0\n", ""), "found none");
  refused(replaced(good, "vertex 5", "vertex 50"), "it is cut off");
  refused(replaced(good, "vertex 5", "vertex 4"), "bytes after the header");
  refused(replaced(good, "vertex 5", "vertex 9999999999"), "it is cut off");
  refused(replaced(good, "vertex 5", "vertex -5"), "how many vertices");
  refused(replaced(good, "vertex 5", "face 5"), "first element");
  refused(good.substr(0, good.size() - 1), "it is cut off");
  refused(good.substr(0, 120), "ends within its header");
  refused(replaced(good, "f_dc_1", "red_1"), "f_dc_1");
  refused(replaced(good, "float opacity", "double opacity"), "\"opacity\" as float, found double");
  refused(replaced(good, "float nx", "list nx"), "list");
  refused(replaced(good, "f_rest_8", "f_more_8"), "found 8");
  refused(replaced(good, "float nx", "float x"), "twice");
  const auto spoilt = [&](const std::function<void(Gaussian &)> &spoil) {
    std::vector<Gaussian> other = gaussians;
    spoil(other[2]);
    return ply(other, 0, rng);
  };
  refused(spoilt([](Gaussian &g) { g.mean[1] = std::numeric_limits<float>::quiet_NaN(); }),
          "gaussian 2: wanted a finite y");
  refused(spoilt([](Gaussian &g) { g.opacity = std::numeric_limits<float>::infinity(); }), "finite opacity");
  refused(spoilt([](Gaussian &g) { g.scale[0] = 90; }), "scale");
  refused(spoilt([](Gaussian &g) { std::fill_n(g.rotation, 4, 0.F); }), "length 0");
  try {
    (void)gs::read_ply("there/is/none.ply");
    CHECK(!"an error for a file that is not there");
  } catch (const std::runtime_error &error) {
    CHECK(std::strstr(error.what(), "none.ply: can't be opened") != nullptr);
  }
}

} // namespace

int main() {
  test_one();
  test_pictures();
  test_harmonics();
  test_bad_files();
  return checked();
}
