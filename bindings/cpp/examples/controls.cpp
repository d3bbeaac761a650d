// Waves from two sources, with sliders, a button and a plot in the viewer's window.
#include <rv.hpp>

#include <chrono>
#include <cmath>
#include <thread>
#include <vector>

int main() {
  constexpr unsigned width = 320, height = 240;
  rv::Viewer viewer = rv::listen(); // prints where to look
  std::vector<float> waves(width * height), energy(width * height);
  double time = 0;
  for (;; std::this_thread::sleep_for(std::chrono::milliseconds(33))) {
    viewer.gate(); // pause, step and run
    const double length = viewer.slider("wavelength", 4, 60, 20);
    const double apart = viewer.folder("sources").slider("apart", 0, 200, 80);
    const rv::Vector3 color = viewer.color("color", {0.3, 0.7, 1});
    time = viewer.button("restart") ? 0 : time + viewer.slider("speed", 0, 4, 1) / 30;
    for (unsigned y = 0; y < height; y++)
      for (unsigned x = 0; x < width; x++) {
        const double dx = x - width / 2.0, dy = y - height / 2.0, turn = 2 * rv::detail::pi;
        const double a = turn * (std::hypot(dx - apart / 2, dy) / length - time);
        const double b = turn * (std::hypot(dx + apart / 2, dy) / length - time);
        waves[y * width + x] = static_cast<float>((std::sin(a) + std::sin(b)) / 4 + 0.5);
        energy[y * width + x] = static_cast<float>(0.5 + 0.5 * std::cos(a - b));
      }
    std::vector<std::array<float, 3>> tinted;
    for (const float w : waves)
      tinted.push_back({w * float(color[0]), w * float(color[1]), w * float(color[2])});
    viewer.plot("middle", static_cast<double>(waves[height / 2 * width + width / 2]));
    viewer.show(rv::image(tinted, width, height).named("waves"), rv::data(energy, width, height).named("energy"));
  }
}
