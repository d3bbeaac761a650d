// Waves from two sources, with sliders, a button and a plot in the viewer's window.
//
//   controls [ADDR]    listens at ADDR, else at 127.0.0.1:12346
#include <rv.hpp>

#include <array>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace {

// Asks for the controls' values each time round: the first call with a name defines one.
void run(rv::Viewer &viewer) {
  constexpr unsigned width = 320, height = 240;
  constexpr double turn = 6.283185307179586;
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

} // namespace

int main(int argc, char **argv) {
  if (argc > 2 || (argc == 2 && argv[1][0] == '-')) {
    const bool asked = argc == 2 && (argv[1] == std::string_view("--help") || argv[1] == std::string_view("-h"));
    std::fputs("usage: controls [ADDR]\n  ADDR  where viewers dial (127.0.0.1:12346)\n", asked ? stdout : stderr);
    return asked ? 0 : 2;
  }
  try {
    rv::Viewer viewer = argc == 2 ? rv::listen(argv[1]) : rv::listen(); // prints where to look
    run(viewer);
  } catch (const rv::Error &error) {
    std::fprintf(stderr, "controls: %s\n", error.what());
    return 1;
  }
}
