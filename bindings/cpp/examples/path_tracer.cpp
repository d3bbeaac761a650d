// A path tracer that follows the viewer's camera: a box with spheres of glass
// and metal, as linear colour and depth. While the camera moves it draws what it
// can in time; while it stands still the picture becomes clean.
//
//   path_tracer [--listen ADDR | --connect ADDR] [--size WxH] [--threads N]
#include "path_tracer/arguments.hpp"
#include "path_tracer/film.hpp"

#include <rv.hpp>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <exception>
#include <optional>
#include <string>
#include <thread>

namespace {

using Clock = std::chrono::steady_clock;

constexpr double frame_seconds = 1.0 / 30;
constexpr double clean = 4096; // samples a pixel
constexpr double degree = 0.017453292519943295;

double since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

// Decides how much to sample in a frame from how long it took before.
class Pace {
public:
  // The side of the blocks for a first picture in time.
  [[nodiscard]] unsigned side(double pixels) const {
    unsigned side = 1;
    while (side < 8 && pixels / (side * side) * sample_seconds_ > 0.6 * frame_seconds)
      side++;
    return side;
  }
  // How many pixels across share a ray to see what is there.
  [[nodiscard]] unsigned step(double pixels) const {
    unsigned step = 1;
    while (step < 4 && pixels / (step * step) * look_seconds_ > 0.3 * frame_seconds)
      step++;
    return step;
  }
  // Notes how long it took to look with so many rays.
  void looked(double rays, Clock::time_point begin) { look_seconds_ += (since(begin) / rays - look_seconds_) * 0.3; }
  // Adds passes until the frame's time is used up, at least one.
  void fill(pt::Film &film, Clock::time_point start) {
    const Clock::time_point begin = Clock::now();
    double each = sample_seconds_ * film.blocks();
    for (int n = 1; n == 1 || since(start) + each + resolve_seconds_ < frame_seconds; n++) {
      film.pass();
      each = since(begin) / n;
    }
    sample_seconds_ += (each / film.blocks() - sample_seconds_) * 0.3;
  }
  // Notes how long it takes from samples to a sent list.
  void finished(Clock::time_point begin) { resolve_seconds_ += (since(begin) - resolve_seconds_) * 0.3; }

private:
  double sample_seconds_ = 3e-7, look_seconds_ = 2e-8, resolve_seconds_ = 0.004;
};

rv::Viewer open(const pt::Arguments &a) {
  rv::Options options;
  options.name = a.name;
  options.width = static_cast<int>(a.width);
  options.height = static_cast<int>(a.height);
  if (a.address.empty())
    return rv::listen(options);
  return a.connect ? rv::connect(a.address, options) : rv::listen(a.address, options);
}

rv::Camera first_view(const pt::Arguments &a) {
  const unsigned width = a.width != 0 ? a.width : 800, height = a.height != 0 ? a.height : 800;
  return rv::Camera::look_at({0, -0.02, -3.55}, {0, 0.06, 0}).sized(width, height, 44 * degree);
}

std::string meta(const pt::Film &film, double seconds) {
  char text[96];
  std::snprintf(text, sizeof text, R"({"samples": %.2f, "frame_ms": %.1f})", film.samples_per_pixel(),
                seconds * 1000);
  return text;
}

void render(const pt::Arguments &a) {
  const pt::Scene scene;
  pt::Workers workers(a.threads != 0 ? a.threads : std::max(1U, std::thread::hardware_concurrency()));
  pt::Film film(scene, workers);
  Pace pace;
  rv::Viewer viewer = open(a);
  viewer.set_view(first_view(a));

  std::optional<rv::Camera> shown;
  double seconds = 0;
  for (unsigned long frame = 0; a.frames == 0 || frame < a.frames;) {
    const std::optional<rv::Camera> camera = viewer.camera();
    const bool moved = camera && !(shown && shown->same_picture(*camera));
    const bool done = !moved && film.samples_per_pixel() >= clean;
    if (!camera || done || viewer.connected() == 0) { // nothing to do, or nobody looks
      (void)viewer.read(std::chrono::milliseconds(100));
      continue;
    }
    const Clock::time_point start = Clock::now();
    if (moved) {
      const double pixels = static_cast<double>(camera->width()) * camera->height();
      const unsigned step = pace.step(pixels);
      film.restart(*camera, pace.side(pixels), step);
      pace.looked(pixels / (step * step), start);
      shown = camera;
    } else if (film.coarse()) {
      film.refine();
    }
    pace.fill(film, start);
    const Clock::time_point sampled = Clock::now();
    film.resolve();
    rv::SendOptions options;
    options.camera = camera;
    options.meta = meta(film, seconds);
    viewer.send_images({rv::linear(film.color(), camera->width(), camera->height()).named("color"),
                        rv::depth(film.depth(), camera->width(), camera->height()).named("depth")},
                       options);
    pace.finished(sampled);
    seconds = since(start);
    frame++;
  }
}

} // namespace

int main(int argc, char **argv) {
  try {
    render(pt::arguments(argc, argv));
  } catch (const std::exception &error) { // rv::Error is one
    std::fprintf(stderr, "path_tracer: %s\n", error.what());
    return 1;
  }
}
