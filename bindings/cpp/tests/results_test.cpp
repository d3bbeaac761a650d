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
  while (*viewer->read(0ms)) {
  }
  CHECK(*viewer->close());
  CHECK(viewer->read().code() == RV_ERR_HANDLE);
  rv::Cameras cameras = viewer->cameras();
  CHECK(cameras.begin() == cameras.end() && cameras.code() == RV_ERR_HANDLE);
  return checked();
}
