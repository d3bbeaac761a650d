/// Turns rv::Image into what rv_send_images takes, and checks what only C++ knows.
#ifndef RV_LIST_HPP
#define RV_LIST_HPP

#include "image.hpp"
#include "outcome.hpp"

#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace rv {
namespace detail {

/// The bytes that an image covers, relative to `data`: [low, high). Strides that
/// could overflow here are left to the library, which refuses them.
struct Extent {
  std::int64_t low = 0, high = 0;
};

inline bool extent(const Image &i, Extent &out) noexcept {
  constexpr std::int64_t huge = std::int64_t{1} << 40;
  const std::int64_t element = element_size(i.dtype);
  const std::int64_t channel = i.channel_stride != 0 ? i.channel_stride : element;
  const std::int64_t pixel = i.pixel_stride != 0 ? i.pixel_stride : element * i.channels;
  const std::int64_t row = i.row_stride != 0 ? i.row_stride : i.packed_row();
  const std::int64_t strides[] = {row, pixel, channel};
  const std::uint32_t counts[] = {i.height, i.width, i.channels};
  out = {0, element};
  for (int a = 0; a < 3; a++) {
    if (counts[a] == 0 || counts[a] > (1U << 20) || strides[a] > huge || strides[a] < -huge)
      return false;
    const std::int64_t reach = strides[a] * (static_cast<std::int64_t>(counts[a]) - 1);
    (reach < 0 ? out.low : out.high) += reach;
  }
  return true;
}

/// An image must not reach beyond the array that it was made from.
inline Outcome fits(const Image &i) {
  if (!i.channel_names.empty() && i.channel_names.size() != i.channels)
    return {RV_ERR_TYPE, "image \"" + i.name + "\": wanted a name for each of its " + std::to_string(i.channels) +
                             " channels, found " + std::to_string(i.channel_names.size())};
  Extent e;
  if (i.size == 0 || i.data == nullptr || !extent(i, e))
    return {};
  const auto start = static_cast<const unsigned char *>(i.data) - static_cast<const unsigned char *>(i.memory);
  if (start + e.low >= 0 && start + e.high <= static_cast<std::int64_t>(i.size))
    return {};
  return {RV_ERR_SHAPE, "image \"" + i.name + "\": " + std::to_string(i.width) + " x " + std::to_string(i.height) +
                            " pixels of " + std::to_string(i.channels) + " channels need bytes " +
                            std::to_string(start + e.low) + " to " + std::to_string(start + e.high) +
                            " of the array, found " + std::to_string(i.size) + " bytes"};
}

/// A list in C's form; it points into the images. Short lists without channel
/// names allocate nothing.
class List {
public:
  List(const Image *images, std::size_t count) {
    rv_image *to = few_.data();
    if (count > few_.size()) {
      many_.resize(count);
      to = many_.data();
    }
    std::size_t named = 0;
    for (std::size_t n = 0; n < count; n++)
      named += images[n].channel_names.size();
    names_.reserve(named);
    for (std::size_t n = 0; n < count; n++)
      to[n] = convert(images[n]);
    list_ = to;
  }
  List(const List &) = delete;
  List &operator=(const List &) = delete;

  [[nodiscard]] const rv_image *get() const noexcept { return list_; }

private:
  rv_image convert(const Image &i) {
    rv_image c = RV_IMAGE_INIT;
    c.dtype = i.dtype;
    c.data = i.data;
    c.name = i.name.empty() ? nullptr : i.name.c_str();
    if (!i.channel_names.empty()) {
      c.channel_names = names_.data() + names_.size();
      for (const std::string &name : i.channel_names)
        names_.push_back(name.c_str());
    }
    c.width = i.width;
    c.height = i.height;
    c.channels = i.channels;
    c.color = i.color;
    c.alpha = i.alpha;
    c.memory = i.where;
    c.cuda_stream = i.cuda_stream;
    c.row_stride = i.row_stride;
    c.pixel_stride = i.pixel_stride;
    c.channel_stride = i.channel_stride;
    c.white = i.white;
    return c;
  }

  std::array<rv_image, 8> few_;
  std::vector<rv_image> many_;
  std::vector<const char *> names_;
  const rv_image *list_ = nullptr;
};

} // namespace detail
} // namespace rv

#endif // RV_LIST_HPP
