// The face without exceptions, compiled with -fno-exceptions.
#include "check.hpp"

#include <chrono>
#include <vector>

using namespace std::chrono_literals;

namespace {

rv::Options quiet() {
  rv::Options options;
  options.quiet = true;
  return options;
}

// Values, and errors with their words.
void test_controls(rv::Viewer &viewer) {
  const rv::Folder folder = viewer.folder("a");
  CHECK(*viewer.slider("s", 0, 2, 1.5) == 1.5 && *folder.checkbox("b", true) && !*viewer.button("go"));
  CHECK(*viewer.dropdown("d", {"x", "y"}, 1) == 1 && *viewer.text("t", "words") == "words");
  CHECK((*viewer.color("c", {0, 1, 0}))[1] == 1 && (*viewer.vector3("v", {1, 2, 3}))[2] == 3);
  CHECK(viewer.plot("p", 1) && viewer.label("l", "words") && viewer.set_control("s", 0.25));
  CHECK(*viewer.slider("s", 0, 2, 1.5) == 0.25);
  const rv::Result<double> other = viewer.slider("a/b", 0, 1, 0);
  CHECK(!other && other.code() == RV_ERR_NAME && !other.words().empty());
  CHECK(viewer.slider("n", 1, 0, 0).code() == RV_ERR_INVALID);
  CHECK(viewer.set_control("none", 1).code() == RV_ERR_NAME);
  CHECK(*viewer.remove_control("a") == 1 && *folder.remove_controls() == 0);
  const rv::Result<std::optional<rv::Camera>> nobody = viewer.wants();
  CHECK(nobody && !*nobody && viewer.wants(-1).code() == RV_ERR_INVALID);
  CHECK(viewer.gate() && *viewer.gate(0ms) && viewer.gate([](const rv::Camera &) { CHECK(!"a camera"); }));
  CHECK(viewer.closed_windows()->empty() && viewer.want_picks() && viewer.answer(1) && !viewer.answer(1, "{"));
}

} // namespace

int main() {
  const std::vector<float> pixels(48);
  const rv::Result<rv::Viewer> bad = rv::listen("127.0.0.1:99999", quiet());
  CHECK(!bad && bad.code() == RV_ERR_ADDRESS && !bad.words().empty());

  rv::Result<rv::Viewer> viewer = rv::listen("127.0.0.1:0", quiet());
  if (!CHECK(viewer))
    return checked();
  CHECK(viewer.code() == RV_OK && viewer.words().empty());
  CHECK(viewer->show(rv::linear(pixels, 4, 4)));
  const rv::Result<void> shape = viewer->show(rv::linear(pixels, 100, 100, 3));
  CHECK(!shape && shape.code() == RV_ERR_SHAPE && !shape.words().empty());
  CHECK(viewer->stats() && viewer->stats()->lists == 1);
  CHECK(viewer->camera() && !*viewer->camera());
  CHECK(viewer->address()->find("127.0.0.1") != std::string::npos);
  test_controls(*viewer);
  while (*viewer->read(0ms)) {
  }
  CHECK(*viewer->close());
  CHECK(viewer->read().code() == RV_ERR_HANDLE);
  rv::Cameras cameras = viewer->cameras();
  CHECK(cameras.begin() == cameras.end() && cameras.code() == RV_ERR_HANDLE);
  return checked();
}
