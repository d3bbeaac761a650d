// Options written as designated initialisers, and the two-line loop.
#include <rv.hpp>

#include <array>
#include <vector>

int main() {
  const std::vector<std::array<float, 3>> pixels(6);
  rv::Viewer viewer = rv::listen({.name = "train", .quiet = true, .width = 3, .height = 2, .enabled = false});
  viewer.show(rv::linear(pixels, 3, 2).named("rgb"), rv::image(pixels, 3, 2).bottom_up());
  viewer.send_images({rv::linear(pixels, 3, 2)}, {.meta = "{\"step\": 1}", .mode = RV_SEND_EVERY});
  for (const rv::Camera &camera : viewer.cameras())
    viewer.show(rv::normal(pixels, camera.width(), camera.height()));
  return viewer.enabled() ? 1 : 0;
}
