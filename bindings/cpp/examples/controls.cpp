// Waves from two sources, with sliders, a button and a plot in the viewer's window.
#include <rv.hpp>

#include <array>
#include <chrono>
#include <cmath>
#include <string>
#include <thread>
#include <vector>

int main(int argc, char **argv) {
  constexpr unsigned width = 320, height = 240;
  constexpr double turn = 6.283185307179586;
  rv::Viewer viewer = argc > 1 ? rv::listen(argv[1]) : rv::listen(); // prints where to look
  std::vector<std::array<float, 3>> waves(width * height);
  std::vector<float> energy(width * height);
  double time = 0;
  for (;; std::this_thread::sleep_for(std::chrono::milliseconds(33))) {
    viewer.gate(); // pause, step and run
    const double length = viewer.slider("wavelength", 4, 60, 20);
    const double apart = viewer.folder("sources").slider("apart", 0, 200, 80);
    const auto color = viewer.color("color", {0.3, 0.7, 1});
    time = viewer.button("restart") ? 0 : time + viewer.slider("speed", 0, 4, 1) / 30;
    for (unsigned y = 0; y < height; y++)
      for (unsigned x = 0; x < width; x++) {
        const double dx = x - width / 2.0, dy = y - height / 2.0;
        const double a = turn * (std::hypot(dx - apart / 2, dy) / length - time);
        const double b = turn * (std::hypot(dx + apart / 2, dy) / length - time);
        const double wave = (std::sin(a) + std::sin(b)) / 4 + 0.5;
        for (unsigned c = 0; c < 3; c++)
          waves[y * width + x][c] = static_cast<float>(wave * color[c]);
        energy[y * width + x] = static_cast<float>(0.5 + 0.5 * std::cos(a - b));
      }
    viewer.plot("middle", static_cast<double>(waves[height / 2 * width + width / 2][0]));
    rv::SendOptions told;
    told.meta = "{\"time\": " + std::to_string(time) + ", \"wavelength\": " + std::to_string(length) + "}";
    viewer.send_images({rv::image(waves, width, height).named("waves"), rv::data(energy, width, height).named("energy")},
                       told);
  }
}
