// A renderer that tells driver.py what it hears, a line of JSON for each.
//
//   talk controls    every control's value, at each change; events; answers picks
//   talk gate        a line for each round that the gate lets through
//   talk wants SHARE renders for 20 ms whenever wanted; tells the share of the time
#include "check.hpp"

#include <chrono>
#include <cstring>
#include <thread>
#include <vector>

using namespace std::chrono_literals;

namespace {

using Clock = std::chrono::steady_clock;

const std::vector<float> pixels(12, 0.5F);

void say(const std::string &line) {
  std::printf("%s\n", line.c_str());
  std::fflush(stdout);
}

std::string quoted(std::string_view text) {
  std::string json;
  rv::detail::append_json(json, text);
  return json;
}

template <class T> std::string json_number(T value) {
  std::string json;
  (void)rv::detail::append_number(json, value);
  return json;
}

std::string json_numbers(const double *values, std::size_t count) {
  std::string json;
  (void)rv::detail::append_numbers(json, values, count);
  return json;
}

std::string list(const std::optional<rv::Vector3> &v) {
  return v ? json_numbers(v->data(), 3) : "null";
}

std::string number(std::optional<double> x) { return x ? json_number(*x) : "null"; }

std::string values(const rv::Viewer &viewer) {
  const rv::Folder folder = viewer.folder("folder");
  rv::ControlOptions options;
  options.help = "moves by factors";
  options.logarithmic = true;
  const auto color = viewer.color("color", {1, 0.5, 0});
  const auto rgba = viewer.color4("rgba", {0, 0, 0, 0.5});
  return "{\"slider\": " + json_number(viewer.slider("slider", 0, 10, 2)) +
         ", \"log\": " + json_number(folder.slider("log", 0.01, 100, 1, options)) +
         ", \"checkbox\": " + json_number(viewer.checkbox("checkbox")) +
         ", \"dropdown\": " + std::to_string(viewer.dropdown("dropdown", {"a", "b", "c"}, 1)) +
         ", \"text\": " + quoted(viewer.text("text", "at first")) +
         ", \"color\": " + json_numbers(color.data(), 3) +
         ", \"rgba\": " + json_numbers(rgba.data(), 4) +
         ", \"vector3\": " + list(viewer.vector3("vector3", {1, 2, 3})) + "}";
}

const char *kind(const rv::Event &e) {
  switch (e.type()) {
  case RV_EVENT_PICK:
    return "pick";
  case RV_EVENT_CLICK:
    return "click";
  case RV_EVENT_KEY:
    return "key";
  case RV_EVENT_DRAG:
    return "drag";
  default:
    return "control";
  }
}

std::string describe(const rv::Event &e) {
  std::string line = std::string("{\"event\": \"") + kind(e) + "\", \"name\": " + quoted(e.name());
  if (e.type() == RV_EVENT_CONTROL)
    return line + ", \"value\": " + std::string(e.data()) + "}";
  return line + ", \"stream\": " + quoted(e.stream()) + ", \"list\": " + std::to_string(e.list()) +
         ", \"x\": " + number(e.x()) + ", \"y\": " + number(e.y()) + ", \"depth\": " + number(e.depth()) +
         ", \"origin\": " + list(e.origin()) + ", \"direction\": " + list(e.direction()) +
         ", \"point\": " + list(e.point()) + ", \"button\": " + std::to_string(e.button()) +
         ", \"modifiers\": " + std::to_string(e.modifiers()) + ", \"phase\": " + std::to_string(e.phase()) +
         ", \"key\": " + quoted(e.text()) + "}";
}

// What the keys do; false ends the program.
bool obey(rv::Viewer &viewer, const std::string_view key) {
  if (key == "s") {
    viewer.set_control("slider", 7.5);
    viewer.set_control("text", "said \"so\"\t");
    viewer.set_control("color", {0, 0, 1});
  } else if (key == "r") {
    say("{\"removed\": " + std::to_string(viewer.remove_control("folder")) + "}");
  } else if (key == "p") {
    viewer.want_picks(false);
  } else if (key == "c") {
    std::string line = "{\"closed\": [";
    for (const std::string &name : viewer.closed_windows("other"))
      line += quoted(name) + ", ";
    say(line + "null]}");
  }
  return key != "q";
}

std::string answer(const rv::Event &pick) {
  return pick.name() == "void" ? "" : "{\"gaussian\": 1207, \"at\": [" + number(pick.x()) + "]}";
}

void talk_controls(rv::Viewer &viewer) {
  viewer.want_picks();
  viewer.label("label", "words");
  std::string last;
  for (double step = 0;; step++) {
    viewer.plot("plot", step < 3 ? std::numeric_limits<double>::quiet_NaN() : step);
    if (const std::string now = values(viewer); now != last)
      say(last = now);
    if (viewer.button("button"))
      say("{\"pressed\": true}");
    while (const auto event = viewer.read(5ms)) {
      if (event->type() < RV_EVENT_CONTROL)
        continue;
      say(describe(*event));
      if (event->type() == RV_EVENT_PICK)
        viewer.answer(*event, answer(*event));
      if (event->type() == RV_EVENT_KEY && !obey(viewer, event->text()))
        return;
    }
  }
}

// Ends when a line comes in, which closes the viewer under a paused gate.
void talk_gate(rv::Viewer &viewer) {
  viewer.want_cameras();
  std::thread([&] {
    (void)std::getchar();
    (void)viewer.close(0ms);
  }).detach();
  for (int round = 1;; round++) {
    viewer.gate([&](const rv::Camera &camera) {
      say("{\"looked\": " + std::to_string(camera.width()) + "}");
      rv::SendOptions options;
      options.camera = camera;
      viewer.send_images({rv::linear(pixels, 2, 2, 3).named("rgb")}, options);
    });
    say("{\"round\": " + std::to_string(round) + "}");
    std::this_thread::sleep_for(5ms);
  }
}

void talk_wants(rv::Viewer &viewer, double budget) {
  while (viewer.connected() == 0)
    std::this_thread::sleep_for(5ms);
  Clock::time_point start = Clock::now();
  double rendering = 0;
  int images = 0;
  bool warm = false;
  while (Clock::now() - start < 4s) {
    if (!warm && Clock::now() - start > 3s) { // the share that was saved up is used
      warm = true;
      start = Clock::now();
      rendering = images = 0;
    }
    if (const auto camera = viewer.wants(budget, 0ms)) {
      const Clock::time_point begin = Clock::now();
      std::this_thread::sleep_for(20ms);
      viewer.show(rv::linear(pixels, 2, 2, 3));
      rendering += std::chrono::duration<double>(Clock::now() - begin).count();
      images++;
    } else {
      std::this_thread::sleep_for(1ms); // its other work
    }
  }
  say("{\"share\": " + json_number(rendering / 4) + ", \"images\": " + std::to_string(images) + "}");
  // Once more at once, then never: nothing moves.
  int again = 0;
  for (int n = 0; n < 200; n++) {
    if (viewer.wants(1, rv::never)) {
      again++;
      viewer.show(rv::linear(pixels, 2, 2, 3));
    }
    std::this_thread::sleep_for(1ms);
  }
  say("{\"again\": " + std::to_string(again) + "}");
}

} // namespace

int main(int argc, char **argv) {
  const std::string_view mode = argc > 1 ? argv[1] : "";
  rv::Options options;
  options.quiet = true;
  rv::Viewer viewer = rv::listen("127.0.0.1:0", options);
  say(viewer.address());
  try {
    if (mode == "controls")
      talk_controls(viewer);
    else if (mode == "gate")
      talk_gate(viewer);
    else if (mode == "wants")
      talk_wants(viewer, std::strtod(argc > 2 ? argv[2] : "1", nullptr));
  } catch (const rv::Error &error) {
    if (error.code() == RV_ERR_CLOSED)
      say("{\"ended\": \"closed\"}");
    std::fprintf(stderr, "talk: %s\n", error.what());
    return 1;
  }
}
