// Sends random images of every element type, of odd sizes and in every layout,
// and writes what a receiver has to get:
//
//   random_images FOLDER LISTS SEED
//
// It prints where it listens, waits for a viewer, and leaves FOLDER/list.json (a
// line for each list) and the packed pixels of each image in a file beside it.
#include <rv.hpp>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <random>
#include <string>
#include <thread>
#include <vector>

namespace {

using Bytes = std::vector<unsigned char>;
std::mt19937_64 generator;

std::int64_t between(std::int64_t low, std::int64_t high) {
  return std::uniform_int_distribution<std::int64_t>(low, high)(generator);
}

Bytes noise(std::size_t size) {
  Bytes bytes(size);
  for (unsigned char &b : bytes)
    b = static_cast<unsigned char>(generator());
  return bytes;
}

enum class Layout { packed, padded, bottom_up, mirrored, planar, swapped, columns, everything, count };

struct Strides {
  std::int64_t row, pixel, channel;
};

// Distances in memory for a layout, at least as large as they have to be.
Strides strides(Layout layout, std::int64_t w, std::int64_t h, std::int64_t c, std::int64_t e) {
  const std::int64_t pad = between(1, 9);
  switch (layout) {
  case Layout::padded:
    return {(w * (c * e + pad)) + pad, c * e + pad, e};
  case Layout::bottom_up:
    return {-(w * c * e + pad), c * e, e};
  case Layout::mirrored:
    return {w * c * e, -(c * e), e};
  case Layout::planar:
    return {w * e, e, w * h * e};
  case Layout::swapped: // BGR
    return {w * c * e, c * e, -e};
  case Layout::columns: // stored column after column
    return {c * e, h * c * e, e};
  case Layout::everything: // planes in the wrong order, padded rows from the bottom, mirrored
    return {-(w * e + pad), -e, -((w * e + pad) * h + pad)};
  default:
    return {w * c * e, c * e, e};
  }
}

struct Picture {
  rv::Image image;
  Bytes packed, memory;
};

// Lays packed pixels out in memory by strides; the rest of it is noise.
void lay_out(Picture &p, const Strides &s, std::int64_t e) {
  const std::int64_t w = p.image.width, h = p.image.height, c = p.image.channels;
  std::int64_t low = 0, high = e;
  for (const auto &[stride, n] : {std::pair{s.row, h}, std::pair{s.pixel, w}, std::pair{s.channel, c}})
    (stride < 0 ? low : high) += stride * (n - 1);
  p.memory = noise(static_cast<std::size_t>(high - low));
  const unsigned char *from = p.packed.data();
  for (std::int64_t y = 0; y < h; y++)
    for (std::int64_t x = 0; x < w; x++)
      for (std::int64_t n = 0; n < c; n++, from += e)
        std::copy(from, from + e, p.memory.data() - low + y * s.row + x * s.pixel + n * s.channel);
  p.image.data = p.memory.data() - low;
  p.image.memory = p.memory.data();
  p.image.size = p.memory.size();
}

Picture picture(int dtype, Layout layout) {
  Picture p;
  const std::int64_t e = rv::element_size(dtype);
  rv::Image &i = p.image;
  i.width = static_cast<std::uint32_t>(between(0, 60) * 2 + 1);
  i.height = static_cast<std::uint32_t>(between(0, 40) * 2 + 1);
  i.channels = static_cast<std::uint32_t>(between(1, 5));
  i.dtype = dtype;
  i.color = dtype == RV_U8 ? RV_COLOR_SRGB : dtype == RV_F32 ? RV_COLOR_LINEAR : RV_COLOR_DATA;
  i.name = "t" + std::to_string(dtype) + "-" + std::to_string(static_cast<int>(layout));
  p.packed = noise(static_cast<std::size_t>(i.width * e) * i.height * i.channels);
  const Strides s = strides(layout, i.width, i.height, i.channels, e);
  lay_out(p, s, e);
  if (layout != Layout::packed)
    p.image = p.image.strided(s.row, s.pixel, s.channel);
  return p;
}

void write(std::ofstream &manifest, const std::string &folder, int list, const std::vector<Picture> &pictures) {
  static const char *const names[] = {"", "u8", "u16", "u32", "f16", "f32"};
  manifest << "[";
  for (const Picture &p : pictures) {
    const std::string file = std::to_string(list) + "-" + p.image.name + ".bin";
    std::ofstream(folder + "/" + file, std::ios::binary)
        .write(reinterpret_cast<const char *>(p.packed.data()), static_cast<std::streamsize>(p.packed.size()));
    manifest << (&p == pictures.data() ? "" : ", ") << R"({"name": ")" << p.image.name << R"(", "dtype": ")"
             << names[p.image.dtype] << R"(", "width": )" << p.image.width << ", \"height\": " << p.image.height
             << ", \"channels\": " << p.image.channels << R"(, "file": ")" << file << "\"}";
  }
  manifest << "]" << std::endl;
}

int run(const std::string &folder, int lists) {
  rv::Options listening;
  listening.quiet = true;
  rv::Viewer viewer = rv::listen("127.0.0.1:0", listening);
  std::cout << viewer.address() << std::endl;
  for (int n = 0; viewer.connected() == 0; n++) {
    if (n == 6000)
      return std::cerr << "random_images: wanted a viewer within 60 s\n", 1;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  std::ofstream manifest(folder + "/list.json");
  rv::SendOptions every;
  every.mode = RV_SEND_EVERY;
  every.timeout = std::chrono::seconds(20);
  for (int list = 0; list < lists; list++) {
    std::vector<Picture> pictures;
    for (int dtype = RV_U8; dtype <= RV_F32; dtype++)
      for (int layout = 0; layout < static_cast<int>(Layout::count); layout++)
        pictures.push_back(picture(dtype, static_cast<Layout>(layout)));
    std::vector<rv::Image> images;
    for (const Picture &p : pictures)
      images.push_back(p.image);
    write(manifest, folder, list, pictures);
    every.meta = "{\"list\": " + std::to_string(list) + "}";
    viewer.send_images(images, every);
  }
  return viewer.close() ? 0 : (std::cerr << "random_images: the last list was not acked\n", 1);
}

} // namespace

int main(int argc, char **argv) {
  if (argc != 4)
    return std::cerr << "usage: random_images FOLDER LISTS SEED\n", 2;
  generator.seed(std::strtoull(argv[3], nullptr, 10));
  try {
    return run(argv[1], std::atoi(argv[2]));
  } catch (const rv::Error &error) {
    std::cerr << "random_images: " << error.what() << "\n";
    return 1;
  }
}
