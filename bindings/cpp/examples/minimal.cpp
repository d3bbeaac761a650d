// The smallest renderer: a picture of the direction of every ray, live.
//
//   c++ -std=c++17 minimal.cpp $(pkg-config --cflags --libs rv) -o minimal
//   ./minimal & rvviewer 127.0.0.1:12346     then drag in its window
#include <rv.hpp>

#include <array>
#include <vector>

int main() {
  rv::Viewer viewer = rv::listen(); // prints where to look
  std::vector<std::array<float, 3>> pixels;
  for (const rv::Camera &camera : viewer.cameras()) { // waits until it has moved
    pixels.clear();
    for (unsigned y = 0; y < camera.height(); y++)
      for (unsigned x = 0; x < camera.width(); x++) {
        const rv::Vector3 d = camera.pixel_ray(x, y).direction;
        pixels.push_back({static_cast<float>(d[0]), static_cast<float>(d[1]), static_cast<float>(d[2])});
      }
    viewer.show(rv::normal(pixels, camera.width(), camera.height()).named("rays"));
  }
}
