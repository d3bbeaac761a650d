// rv::Image: what the helpers make of arrays, and what doesn't fit into them.
#include "check.hpp"

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

struct Vec3 {
  float x, y, z;
};
template <> struct rv::Pixel<Vec3> { static constexpr int dtype = RV_F32, channels = 3; };

namespace {

bool is(const rv::Image &i, int dtype, int color, std::uint32_t channels, int alpha = RV_ALPHA_NONE) {
  return i.dtype == dtype && i.color == color && i.channels == channels && i.alpha == alpha && i.width == 4 &&
         i.height == 2;
}

int fits(const rv::Image &i) { return rv::detail::fits(i).code; }

void test_containers() {
  const std::vector<float> rgb(24);
  const float gray[8] = {};
  const std::array<std::uint8_t, 32> rgba{};
  const std::vector<Vec3> vectors(8);
  const std::vector<std::array<std::uint16_t, 2>> pairs(8);
  const std::vector<std::uint32_t> labels(8);
  const std::vector<rv::half> halves(8);
  CHECK(is(rv::linear(rgb, 4, 2), RV_F32, RV_COLOR_LINEAR, 3));
  CHECK(is(rv::image(gray, 4, 2), RV_F32, RV_COLOR_SRGB, 1));
  CHECK(is(rv::image(rgba, 4, 2), RV_U8, RV_COLOR_SRGB, 4, RV_ALPHA_STRAIGHT));
  CHECK(is(rv::image(rgba, 4, 2).premultiplied(), RV_U8, RV_COLOR_SRGB, 4, RV_ALPHA_PREMULTIPLIED));
  CHECK(is(rv::linear(vectors, 4, 2), RV_F32, RV_COLOR_LINEAR, 3));
  CHECK(is(rv::normal(vectors, 4, 2), RV_F32, RV_COLOR_NORMAL, 3));
  CHECK(is(rv::data(pairs, 4, 2), RV_U16, RV_COLOR_DATA, 2));
  CHECK(is(rv::image(labels, 4, 2), RV_U32, RV_COLOR_DATA, 1));
  CHECK(is(rv::depth(halves, 4, 2), RV_F16, RV_COLOR_DEPTH, 1));
  CHECK(is(rv::distance(gray, 4, 2), RV_F32, RV_COLOR_DISTANCE, 1));
  const float *pointer = rgb.data();
  CHECK(is(rv::linear(pointer, 4, 2, 3), RV_F32, RV_COLOR_LINEAR, 3));
  CHECK(rv::linear(pointer, 4, 2, 3).size == 0 && rv::linear(rgb, 4, 2).size == 96);
  CHECK(rv::image(gray, 4, 2).named("g").with_white(2).name == "g");
}

void test_bottom_up() {
  const std::vector<std::uint8_t> rgb(24);
  const rv::Image i = rv::image(rgb, 4, 2).bottom_up();
  CHECK(i.data == rgb.data() + 12 && i.row_stride == -12 && fits(i) == RV_OK);
  const rv::Image padded = rv::image(rgb, 3, 2, 3).strided(12).bottom_up();
  CHECK(padded.data == rgb.data() + 12 && padded.row_stride == -12 && fits(padded) == RV_OK);
  const rv::Image twice = i.bottom_up();
  CHECK(twice.data == rgb.data() && twice.row_stride == 12 && fits(twice) == RV_OK);
}

void test_planar() {
  const std::vector<std::uint16_t> chw(24);
  const rv::Image i = rv::image(chw, 4, 2).planar();
  CHECK(i.channel_stride == 16 && i.pixel_stride == 2 && i.row_stride == 8 && fits(i) == RV_OK);
  CHECK(fits(i.bottom_up()) == RV_OK);
}

void test_does_not_fit() {
  const std::vector<float> rgb(24);
  CHECK(fits(rv::linear(rgb, 4, 2)) == RV_OK);
  CHECK(fits(rv::linear(rgb, 4, 3, 3)) == RV_ERR_SHAPE);
  CHECK(fits(rv::linear(rgb, 5, 2, 3)) == RV_ERR_SHAPE);
  CHECK(fits(rv::linear(rgb, 4, 2, 4)) == RV_ERR_SHAPE);
  CHECK(fits(rv::linear(rgb, 4, 2).strided(52)) == RV_ERR_SHAPE);
  CHECK(fits(rv::linear(rgb, 4, 2).strided(-48)) == RV_ERR_SHAPE); // data has to be the last row's
  CHECK(fits(rv::linear(rgb, 4, 2).strided(0, -12)) == RV_ERR_SHAPE);
  CHECK(fits(rv::linear(rgb, 4, 2).with_channels({"u", "v"})) == RV_ERR_TYPE);
  CHECK(fits(rv::linear(rgb, 4, 2).with_channels({"u", "v", "w"})) == RV_OK);
  const rv::detail::Outcome bad = rv::detail::fits(rv::linear(rgb, 4, 3, 3).named("beauty"));
  CHECK(bad.words.find("beauty") != std::string::npos && bad.words.find("96 bytes") != std::string::npos &&
        bad.words.find("144") != std::string::npos);
}

/// Device memory is only a number here: nothing reads from it.
void test_on_cuda() {
  const auto *device = reinterpret_cast<const std::array<float, 4> *>(std::uintptr_t{0x7f0000000000});
  int stream = 0;
  const rv::Image i = rv::linear(device, 4, 2).on_cuda(&stream).bottom_up().named("frame");
  CHECK(is(i, RV_F32, RV_COLOR_LINEAR, 4, RV_ALPHA_STRAIGHT) && i.row_stride == -64 && fits(i) == RV_OK);
  const rv::detail::List list(&i, 1);
  CHECK(list.get()->memory == RV_MEMORY_CUDA && list.get()->data == device + 4);
  CHECK(list.get()->cuda_stream == reinterpret_cast<std::uintptr_t>(&stream));
  const rv::Image host = rv::linear(std::vector<float>(32), 4, 2), legacy = host.on_cuda();
  CHECK(rv::detail::List(&host, 1).get()->memory == RV_MEMORY_HOST);
  CHECK(rv::detail::List(&legacy, 1).get()->cuda_stream == 0);
}

/// A pointer that isn't a device's, or no driver at all, is an error in words.
void test_not_on_cuda() {
  rv::Options options;
  options.quiet = true;
  rv::Viewer viewer = rv::listen("127.0.0.1:0", options);
  const std::vector<float> pixels(24);
  std::string words;
  try {
    viewer.show(rv::linear(pixels, 4, 2).on_cuda());
  } catch (const rv::Error &e) {
    words = e.what();
  }
  CHECK(words.find("CUDA") != std::string::npos);
}

void test_list() {
  const std::vector<float> pixels(24);
  std::vector<rv::Image> images(20, rv::linear(pixels, 4, 2).with_channels({"u", "v", "w"}));
  images[19].name = "last";
  const rv::detail::List list(images.data(), images.size());
  const rv_image *c = list.get();
  CHECK(c[0].struct_size == sizeof(rv_image) && c[0].name == nullptr && c[0].data == pixels.data());
  CHECK(std::string_view(c[19].name) == "last" && std::string_view(c[19].channel_names[2]) == "w");
  CHECK(std::string_view(c[7].channel_names[0]) == "u" && c[7].channels == 3);
}

} // namespace

int main() {
  test_containers();
  test_bottom_up();
  test_planar();
  test_does_not_fit();
  test_list();
  test_on_cuda();
  test_not_on_cuda();
  return checked();
}
