// A renderer of gaussian splatting's .ply files on the CPU: colour, depth and alpha
// from the viewer's camera, with controls, and what is under the pointer.
//
//   splats SCENE.ply [--listen ADDR | --connect ADDR] [--size WxH] [--threads N]
#include "arguments.hpp"
#include "raster.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <exception>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;

rv::Viewer open(const gs::Arguments &a) {
  rv::Options options;
  options.name = a.name.empty() ? a.scene.substr(a.scene.find_last_of('/') + 1) : a.name;
  options.width = static_cast<int>(a.width);
  options.height = static_cast<int>(a.height);
  if (a.address.empty())
    return a.connect ? rv::connect(options) : rv::listen(options);
  return a.connect ? rv::connect(a.address, options) : rv::listen(a.address, options);
}

// From outside, at the middle of the gaussians; y points down, as in scenes by COLMAP.
rv::Camera first_view(const gs::Scene &scene) {
  rv::Vector3 centre{};
  double distance = 1;
  std::vector<float> values(scene.size());
  for (std::size_t axis = 0; axis < 3 && !values.empty(); axis++) {
    for (std::size_t n = 0; n < values.size(); n++)
      values[n] = scene.mean[n][axis];
    std::sort(values.begin(), values.end());
    const float low = values[values.size() / 20], high = values[values.size() - 1 - values.size() / 20];
    centre[axis] = static_cast<double>(values[values.size() / 2]);
    distance = std::max(distance, 1.3 * static_cast<double>(high - low));
  }
  return rv::Camera::look_at({centre[0], centre[1] - 0.4 * distance, centre[2] - distance}, centre);
}

gs::Settings ask(const rv::Viewer &viewer, int degree) {
  gs::Settings s;
  s.modifier = static_cast<float>(viewer.slider("scale modifier", 0.01, 2, 1));
  s.degree = viewer.dropdown("spherical harmonics", {"degree 0", "degree 1", "degree 2", "degree 3"}, degree);
  s.points = viewer.checkbox("points");
  const rv::Vector3 background = viewer.color("background", {0, 0, 0});
  for (std::size_t i = 0; i < 3; i++)
    s.background[i] = static_cast<float>(background[i]);
  return s;
}

std::string describe(const gs::Scene &scene, const gs::Hit &hit) {
  const gs::Vec3 &m = scene.mean[hit.id];
  char text[256];
  std::snprintf(text, sizeof text,
                R"({"gaussian": %zu, "opacity": %.4f, "position": [%.6g, %.6g, %.6g], "depth": %.6g, "weight": %.4f})",
                hit.id, static_cast<double>(scene.opacity[hit.id]), static_cast<double>(m[0]),
                static_cast<double>(m[1]), static_cast<double>(m[2]), static_cast<double>(hit.depth),
                static_cast<double>(hit.weight));
  return text;
}

void show(rv::Viewer &viewer, const rv::Camera &camera, const gs::Raster &raster, double milliseconds) {
  char meta[96];
  std::snprintf(meta, sizeof meta, R"({"gaussians": %zu, "frame_ms": %.1f})", raster.drawn(), milliseconds);
  rv::SendOptions options;
  options.camera = camera;
  options.meta = meta;
  const auto w = camera.width(), h = camera.height();
  viewer.send_images({rv::image(raster.color(), w, h).named("color"), rv::depth(raster.depth(), w, h).named("depth"),
                      rv::image(raster.alpha(), w, h).named("alpha")},
                     options);
}

void run(const gs::Arguments &a) {
  const gs::Scene scene = gs::read_ply(a.scene);
  std::fprintf(stderr, "splats: %zu gaussians, spherical harmonics of degree %d\n", scene.size(), scene.degree);
  pt::Workers workers(a.threads != 0 ? a.threads : std::max(1U, std::thread::hardware_concurrency()));
  gs::Raster raster(scene, workers);
  rv::Viewer viewer = open(a);
  viewer.set_view(first_view(scene));
  viewer.want_picks();

  std::optional<gs::Settings> shown;
  for (;;) {
    const gs::Settings settings = ask(viewer, scene.degree);
    const bool changed = !shown || *shown != settings;
    // A changed control renders the same camera again, else only a new one counts.
    if (const auto camera = viewer.wants(1, changed ? rv::Seconds(0) : rv::never)) {
      const Clock::time_point start = Clock::now();
      raster.render(*camera, settings);
      show(viewer, *camera, raster, std::chrono::duration<double, std::milli>(Clock::now() - start).count());
      shown = settings;
      continue;
    }
    while (const auto event = viewer.read(std::chrono::milliseconds(5))) {
      if (event->type() == RV_EVENT_PICK) {
        const std::optional<gs::Hit> hit = raster.pick(event->x(), event->y());
        viewer.answer(*event, hit ? describe(scene, *hit) : "");
      }
      if (event->type() == RV_EVENT_CAMERA || event->type() == RV_EVENT_CONTROL)
        break;
    }
  }
}

} // namespace

int main(int argc, char **argv) {
  try {
    run(gs::arguments(argc, argv));
  } catch (const std::exception &error) { // rv::Error is one
    std::fprintf(stderr, "splats: %s\n", error.what());
    return 1;
  }
}
