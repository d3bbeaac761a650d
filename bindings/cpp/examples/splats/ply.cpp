#include "ply_header.hpp"
#include "scene.hpp"

#include <cmath>
#include <cstring>
#include <fstream>
#include <stdexcept>

namespace gs {

namespace {

// Where the fields of a gaussian lie in a vertex.
struct Layout {
  std::size_t stride, mean[3], dc[3], opacity, scale[3], rotation[4];
  std::vector<std::size_t> rest;
  int degree = 0;

  explicit Layout(const PlyHeader &header) : stride(header.stride), opacity(header.at("opacity")) {
    const char *axes[] = {"x", "y", "z"};
    for (std::size_t i = 0; i < 3; i++) {
      mean[i] = header.at(axes[i]);
      dc[i] = header.at("f_dc_" + std::to_string(i));
      scale[i] = header.at("scale_" + std::to_string(i));
    }
    for (std::size_t i = 0; i < 4; i++)
      rotation[i] = header.at("rot_" + std::to_string(i));
    while (header.has("f_rest_" + std::to_string(rest.size())))
      rest.push_back(header.at("f_rest_" + std::to_string(rest.size())));
    while (degree < 3 && rest.size() != 3 * static_cast<std::size_t>((degree + 1) * (degree + 1) - 1))
      degree++;
    if (rest.size() != 3 * static_cast<std::size_t>((degree + 1) * (degree + 1) - 1))
      throw std::runtime_error("wanted 0, 9, 24 or 45 properties f_rest_*, one degree of spherical harmonics, found " +
                               std::to_string(rest.size()));
  }
};

// One vertex; its values have to be finite.
class Vertex {
public:
  Vertex(const char *bytes, std::size_t index) : bytes_(bytes), index_(index) {}
  [[nodiscard]] float at(std::size_t offset, const char *what) const {
    float value = 0;
    std::memcpy(&value, bytes_ + offset, sizeof value);
    if (!std::isfinite(value))
      fail(what, std::to_string(value));
    return value;
  }
  [[noreturn]] void fail(const char *what, const std::string &found) const {
    throw std::runtime_error("gaussian " + std::to_string(index_) + ": wanted a finite " + what + ", found " + found);
  }

private:
  const char *bytes_;
  std::size_t index_;
};

// R S S^T R^T of a rotation (w x y z) and the axes' lengths.
std::array<float, 6> covariance(const double q[4], const double s[3]) {
  const double w = q[0], x = q[1], y = q[2], z = q[3];
  const double r[3][3] = {{1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y)},
                          {2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x)},
                          {2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)}};
  std::array<float, 6> out{};
  std::size_t n = 0;
  for (int i = 0; i < 3; i++)
    for (int j = i; j < 3; j++) {
      double sum = 0;
      for (int k = 0; k < 3; k++)
        sum += r[i][k] * r[j][k] * s[k] * s[k];
      out[n++] = static_cast<float>(sum);
    }
  return out;
}

void add(Scene &scene, const Layout &layout, const Vertex &v) {
  double scale[3], rotation[4], length = 0;
  for (std::size_t i = 0; i < 3; i++)
    scale[i] = std::exp(static_cast<double>(v.at(layout.scale[i], "scale")));
  for (std::size_t i = 0; i < 4; i++) {
    rotation[i] = v.at(layout.rotation[i], "rotation");
    length += rotation[i] * rotation[i];
  }
  if (length == 0)
    v.fail("rotation", "a quaternion of length 0");
  for (double &q : rotation)
    q /= std::sqrt(length);
  const std::array<float, 6> sigma = covariance(rotation, scale);
  for (const float value : sigma)
    if (!std::isfinite(value))
      v.fail("scale", "one whose exponential is " + std::to_string(scale[0]));
  scene.covariance.push_back(sigma);
  scene.mean.push_back({v.at(layout.mean[0], "x"), v.at(layout.mean[1], "y"), v.at(layout.mean[2], "z")});
  scene.opacity.push_back(1 / (1 + std::exp(-v.at(layout.opacity, "opacity"))));
  scene.sh.push_back({v.at(layout.dc[0], "f_dc"), v.at(layout.dc[1], "f_dc"), v.at(layout.dc[2], "f_dc")});
  const std::size_t rest = layout.rest.size() / 3;
  for (std::size_t i = 0; i < rest; i++) // channel by channel in the file
    scene.sh.push_back({v.at(layout.rest[i], "f_rest"), v.at(layout.rest[rest + i], "f_rest"),
                        v.at(layout.rest[2 * rest + i], "f_rest")});
}

Scene read(std::ifstream &file) {
  const PlyHeader header = read_ply_header(file);
  const Layout layout(header);
  const auto start = file.tellg();
  file.seekg(0, std::ios::end);
  const auto size = static_cast<std::uint64_t>(file.tellg() - start);
  file.seekg(start);
  const std::uint64_t wanted = header.vertices * header.stride;
  if (size < wanted || (size > wanted && !header.more))
    throw std::runtime_error("wanted " + std::to_string(wanted) + " bytes after the header (" +
                             std::to_string(header.vertices) + " gaussians of " + std::to_string(header.stride) +
                             "), found " + std::to_string(size) + (size < wanted ? ": it is cut off" : ""));
  Scene scene;
  scene.degree = layout.degree;
  const auto count = static_cast<std::size_t>(header.vertices);
  scene.mean.reserve(count);
  scene.opacity.reserve(count);
  scene.covariance.reserve(count);
  scene.sh.reserve(count * scene.coefficients());
  std::vector<char> vertex(header.stride);
  for (std::size_t n = 0; n < count; n++) {
    if (!file.read(vertex.data(), static_cast<std::streamsize>(vertex.size())))
      throw std::runtime_error("gaussian " + std::to_string(n) + " can't be read");
    add(scene, layout, Vertex(vertex.data(), n));
  }
  return scene;
}

} // namespace

Scene read_ply(const std::string &path) {
  std::ifstream file(path, std::ios::binary);
  if (!file)
    throw std::runtime_error(path + ": can't be opened");
  try {
    return read(file);
  } catch (const std::runtime_error &error) {
    throw std::runtime_error(path + ": " + error.what());
  }
}

} // namespace gs
