// rv::Viewer over the library, without a viewer: ownership, errors, and the
// face that throws.
#include "check.hpp"

#include <chrono>
#include <cstdlib>
#include <thread>
#include <type_traits>
#include <vector>

using namespace std::chrono_literals;

static_assert(!std::is_copy_constructible_v<rv::Viewer> && std::is_nothrow_move_constructible_v<rv::Viewer>);
static_assert(!std::is_copy_constructible_v<rv::Event> && std::is_nothrow_move_constructible_v<rv::Event>);

namespace {

const std::vector<float> pixels(48);

rv::Options quiet() {
  rv::Options options;
  options.quiet = true;
  return options;
}

rv::Viewer open() { return rv::listen("127.0.0.1:0", quiet()); }

template <class F> int thrown(F call) {
  try {
    call();
  } catch (const rv::Error &error) {
    CHECK(error.what()[0] != '\0');
    return error.code();
  }
  return RV_OK;
}

void test_errors() {
  rv::Viewer viewer = open();
  CHECK(thrown([] { (void)rv::connect("127.0.0.1:99999", quiet()); }) == RV_ERR_ADDRESS);
  CHECK(thrown([&] { viewer.show(rv::linear(pixels, 100, 100, 3)); }) == RV_ERR_SHAPE);
  CHECK(thrown([&] { viewer.show(rv::linear(pixels, 0, 4, 3)); }) == RV_ERR_SHAPE);
  CHECK(thrown([&] {
          viewer.show(rv::linear(pixels, 4, 4).named("a"), rv::image(pixels, 4, 4).named("a"));
        }) == RV_ERR_NAME);
  CHECK(thrown([&] { viewer.send_images(nullptr, 0); }) < 0);
  rv::SendOptions options;
  options.meta = "{";
  CHECK(thrown([&] { viewer.send_images({rv::linear(pixels, 4, 4)}, options); }) == RV_ERR_INVALID);
  CHECK(thrown([&] { viewer.send_data("a", "{"); }) == RV_ERR_TYPE);
  CHECK(thrown([&] { viewer.set_view(rv::Camera()); }) == RV_ERR_INVALID);
  CHECK(viewer.stats().lists == 0);
}

void test_calls() {
  rv::Viewer viewer = open();
  viewer.show(rv::linear(pixels, 4, 4), rv::depth(pixels, 4, 4));
  viewer.send_data("a", "[1, 2]");
  viewer.set_view(rv::Camera::look_at({0, 0, -4}, {0, 0, 0}));
  CHECK(viewer.stats().lists == 1);
  CHECK(viewer.connected() == 0);
  CHECK(viewer.address().find("127.0.0.1:") != std::string::npos && viewer.address().back() != '\0');
  CHECK(!viewer.camera());
  while (viewer.read(0ms)) {
  }
  const auto start = std::chrono::steady_clock::now();
  CHECK(!viewer.read(50ms));
  CHECK(std::chrono::steady_clock::now() - start >= 49ms);
}

void test_close() {
  rv::Viewer viewer = open();
  rv::Viewer moved = std::move(viewer);
  CHECK(viewer.handle() == 0 && moved.handle() != 0);
  CHECK(thrown([&] { viewer.show(rv::linear(pixels, 4, 4)); }) == RV_ERR_HANDLE);
  // A loop over cameras ends when another thread closes.
  std::thread closer([&] {
    std::this_thread::sleep_for(100ms);
    (void)moved.close();
  });
  for (const rv::Camera &camera : moved.cameras())
    CHECK(camera.width() == 0); // there is nobody
  closer.join();
  CHECK(thrown([&] { (void)moved.read(0ms); }) == RV_ERR_HANDLE);
  CHECK(thrown([&] { (void)moved.camera(); }) == RV_ERR_HANDLE);
  CHECK(moved.close());
  moved = open(); // closes the old one, which is closed already
  CHECK(moved.connected() == 0);
}

void test_unacked() {
  rv::Viewer viewer = rv::connect("127.0.0.1:9", quiet()); // nobody is there
  viewer.show(rv::linear(pixels, 4, 4));
  CHECK(!viewer.close(10ms));
}

void test_disabled() {
  rv::Options options;
  options.enabled = false;
  rv::Viewer viewer = rv::listen(options);
  CHECK(!viewer.enabled());
  viewer.show(rv::linear(pixels, 4, 4));
  viewer.send_data("a", "1");
  CHECK(!viewer.camera() && !viewer.read() && viewer.connected() == 0 && viewer.address().empty());
  for (const rv::Camera &camera : viewer.cameras())
    CHECK(camera.width() == 0);
  CHECK(viewer.close());
  setenv("RV_DISABLE", "1", 1);
  CHECK(!rv::listen().enabled() && !rv::show(rv::linear(pixels, 4, 4)));
  unsetenv("RV_DISABLE");
}

} // namespace

int main() {
  CHECK(rv_abi_version() == (RV_ABI_MAJOR << 16 | RV_ABI_MINOR));
  test_errors();
  test_calls();
  test_close();
  test_unacked();
  test_disabled();
  return checked();
}
