/// Images as the library takes them: views of pixels that lie anywhere.
#ifndef RV_IMAGE_HPP
#define RV_IMAGE_HPP

#include "abi.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#if defined(__STDCPP_FLOAT16_T__)
#include <stdfloat>
#endif

namespace rv {

/// The bits of a half float (RV_F16), where the compiler has no type for it.
struct half {
  std::uint16_t bits;
};

/// What the elements of an array are. Specialise it for a pixel type of your
/// own that is nothing but numbers:
///
///     template <> struct rv::Pixel<Vec3> { static constexpr int dtype = RV_F32, channels = 3; };
template <class T> struct Pixel;
template <> struct Pixel<std::uint8_t> { static constexpr int dtype = RV_U8, channels = 1; };
template <> struct Pixel<std::byte> { static constexpr int dtype = RV_U8, channels = 1; };
template <> struct Pixel<std::uint16_t> { static constexpr int dtype = RV_U16, channels = 1; };
template <> struct Pixel<std::uint32_t> { static constexpr int dtype = RV_U32, channels = 1; };
template <> struct Pixel<half> { static constexpr int dtype = RV_F16, channels = 1; };
template <> struct Pixel<float> { static constexpr int dtype = RV_F32, channels = 1; };
#if defined(__STDCPP_FLOAT16_T__)
template <> struct Pixel<std::float16_t> { static constexpr int dtype = RV_F16, channels = 1; };
#endif
#if defined(__CUDACC__)
template <> struct Pixel<uchar3> { static constexpr int dtype = RV_U8, channels = 3; };
template <> struct Pixel<uchar4> { static constexpr int dtype = RV_U8, channels = 4; };
template <> struct Pixel<ushort4> { static constexpr int dtype = RV_U16, channels = 4; };
template <> struct Pixel<float2> { static constexpr int dtype = RV_F32, channels = 2; };
template <> struct Pixel<float3> { static constexpr int dtype = RV_F32, channels = 3; };
template <> struct Pixel<float4> { static constexpr int dtype = RV_F32, channels = 4; };
#endif
template <class T, std::size_t N> struct Pixel<std::array<T, N>> {
  static constexpr int dtype = Pixel<T>::dtype, channels = static_cast<int>(N) * Pixel<T>::channels;
};

/// Bytes of one element of RV_U8 ... RV_F32; 0 for another number.
[[nodiscard]] constexpr int element_size(int dtype) noexcept {
  switch (dtype) {
  case RV_U8:
    return 1;
  case RV_U16:
  case RV_F16:
    return 2;
  case RV_U32:
  case RV_F32:
    return 4;
  default:
    return 0;
  }
}

/// Where an image's elements lie: a pointer, or a std::vector, std::array, T[N]
/// or anything else with std::data and std::size, whose end is then kept. It
/// owns nothing.
struct Pixels {
  const void *data = nullptr;
  std::size_t size = 0;   ///< bytes; 0: not known
  int dtype = 0;          ///< RV_U8 ... RV_F32
  std::uint32_t step = 1; ///< elements of one T

  template <class P, std::enable_if_t<std::is_pointer_v<P>, int> = 0>
  Pixels(const P &pointer) noexcept : data(pointer) {
    of<std::remove_cv_t<std::remove_pointer_t<P>>>();
  }

  template <class C, class T = std::remove_pointer_t<decltype(std::data(std::declval<const C &>()))>>
  Pixels(const C &container) noexcept
      : data(std::data(container)), size(std::size(container) * sizeof(T)) {
    of<std::remove_cv_t<T>>();
  }

private:
  template <class T> void of() noexcept {
    constexpr int channels = Pixel<T>::channels;
    static_assert(sizeof(T) == static_cast<std::size_t>(element_size(Pixel<T>::dtype) * channels),
                  "a pixel type has to be its channels and nothing else");
    dtype = Pixel<T>::dtype;
    step = static_cast<std::uint32_t>(channels);
  }
};

/// One image of a list: a view that owns no pixels. Pixel (x, y) channel c is at
/// data + y*row_stride + x*pixel_stride + c*channel_stride, row 0 at the top;
/// strides are in bytes, 0 means packed. Make it by image(), linear(), depth(),
/// distance(), normal() or data(), and say more by the members that return a
/// changed copy:
///
///     rv::linear(frame, w, h).named("beauty").bottom_up()
struct Image {
  const void *data = nullptr;
  std::uint32_t width = 0;    ///< pixels, 1 to 32768
  std::uint32_t height = 0;   ///< pixels, 1 to 32768
  std::uint32_t channels = 0; ///< 1 to 64
  int dtype = 0;              ///< RV_U8 ... RV_F32
  int color = 0;              ///< RV_COLOR_*
  int alpha = RV_ALPHA_NONE;  ///< RV_ALPHA_*
  double white = 0;           ///< shown as display white; 0: 255 for u8, 65535 for u16, 1 for floats
  std::int64_t row_stride = 0;     ///< bytes
  std::int64_t pixel_stride = 0;   ///< bytes
  std::int64_t channel_stride = 0; ///< bytes
  std::string name;                ///< of its window, at most 128 bytes; empty: its index
  std::vector<std::string> channel_names; ///< empty: Y, YA, RGB, RGBA, or numbers
  const void *memory = nullptr; ///< the whole array, where its size is known
  std::size_t size = 0;         ///< bytes from `memory`; 0: not known, not checked
  int where = RV_MEMORY_HOST;   ///< RV_MEMORY_*
  std::uint64_t cuda_stream = 0; ///< RV_MEMORY_CUDA: the CUstream that makes the pixels

  /// The same in a window of this name, 1 to 128 bytes of UTF-8.
  [[nodiscard]] Image named(std::string window) const {
    return with([&](Image &i) { i.name = std::move(window); });
  }
  /// The same, with these names of its channels, one for each.
  [[nodiscard]] Image with_channels(std::vector<std::string> names) const {
    return with([&](Image &i) { i.channel_names = std::move(names); });
  }
  /// The same, with this value shown as display white: finite, above 0.
  [[nodiscard]] Image with_white(double value) const {
    return with([&](Image &i) { i.white = value; });
  }
  /// The same, with alpha that the colour is multiplied by already.
  [[nodiscard]] Image premultiplied() const {
    return with([](Image &i) { i.alpha = RV_ALPHA_PREMULTIPLIED; });
  }
  /// The same with other distances, in bytes, each negative or 0 (packed) too.
  [[nodiscard]] Image strided(std::int64_t row, std::int64_t pixel = 0, std::int64_t channel = 0) const {
    return with([&](Image &i) {
      i.row_stride = row;
      i.pixel_stride = pixel;
      i.channel_stride = channel;
    });
  }
  /// The same, in a CUDA device's memory, made by this stream (a CUstream or a
  /// cudaStream_t; none: the legacy default one). The copy is put on the stream and
  /// show() returns; what is put there afterwards may write to the memory.
  [[nodiscard]] Image on_cuda(const void *stream = nullptr) const {
    return with([&](Image &i) {
      i.where = RV_MEMORY_CUDA;
      i.cuda_stream = static_cast<std::uint64_t>(reinterpret_cast<std::uintptr_t>(stream));
    });
  }
  /// The same, stored as channels x height x width.
  [[nodiscard]] Image planar() const {
    const std::int64_t element = element_size(dtype);
    return strided(element * width, element, element * width * height);
  }
  /// The same, whose first row in memory is the bottom one. After strided().
  [[nodiscard]] Image bottom_up() const {
    return with([](Image &i) {
      const std::int64_t row = i.row_stride != 0 ? i.row_stride : i.packed_row();
      if (i.data != nullptr && i.height > 0)
        i.data = static_cast<const unsigned char *>(i.data) + row * (static_cast<std::int64_t>(i.height) - 1);
      i.row_stride = -row;
    });
  }

  /// Bytes of a row of packed pixels.
  [[nodiscard]] std::int64_t packed_row() const noexcept {
    const std::int64_t packed = static_cast<std::int64_t>(channels) * element_size(dtype);
    const std::int64_t pixel = pixel_stride != 0 ? pixel_stride : packed;
    return (pixel < 0 ? -pixel : pixel) * width;
  }

private:
  template <class F> [[nodiscard]] Image with(F change) const {
    Image other = *this;
    change(other);
    return other;
  }
};

namespace detail {

/// Pixels of `channels` elements; 0: as many as the array has for each pixel.
inline Image view(const Pixels &pixels, std::uint32_t width, std::uint32_t height,
                  std::uint32_t channels, int color) {
  Image i;
  i.data = i.memory = pixels.data;
  i.size = pixels.size;
  i.width = width;
  i.height = height;
  i.dtype = pixels.dtype;
  i.color = color;
  const std::size_t area = static_cast<std::size_t>(width) * height;
  const auto element = static_cast<std::size_t>(element_size(pixels.dtype));
  i.channels = channels;
  if (channels == 0)
    i.channels = pixels.step;
  if (channels == 0 && pixels.step == 1 && area > 0 && pixels.size % (area * element) == 0)
    i.channels = static_cast<std::uint32_t>(pixels.size / (area * element));
  const bool colour = color == RV_COLOR_SRGB || color == RV_COLOR_LINEAR;
  if (colour && (i.channels == 2 || i.channels == 4))
    i.alpha = RV_ALPHA_STRAIGHT;
  return i;
}

} // namespace detail

/// Display values: 0 to 255 in u8, 0 to 65535 in u16, 0 to 1 in floats; u32 is
/// data. `channels` counts elements a pixel, 0: as many as the array has room
/// for (of a pointer: those of its type). The last of 2 or 4 is straight alpha.
[[nodiscard]] inline Image image(const Pixels &pixels, std::uint32_t width, std::uint32_t height,
                                 std::uint32_t channels = 0) {
  return detail::view(pixels, width, height, channels,
                      pixels.dtype == RV_U32 ? RV_COLOR_DATA : RV_COLOR_SRGB);
}

/// Scene-linear values, 1 is white; what most renderers compute.
[[nodiscard]] inline Image linear(const Pixels &pixels, std::uint32_t width, std::uint32_t height,
                                  std::uint32_t channels = 0) {
  return detail::view(pixels, width, height, channels, RV_COLOR_LINEAR);
}

/// Distances along the camera's z axis, world units, one channel.
[[nodiscard]] inline Image depth(const Pixels &pixels, std::uint32_t width, std::uint32_t height) {
  return detail::view(pixels, width, height, 1, RV_COLOR_DEPTH);
}

/// Distances along the ray, world units, one channel.
[[nodiscard]] inline Image distance(const Pixels &pixels, std::uint32_t width, std::uint32_t height) {
  return detail::view(pixels, width, height, 1, RV_COLOR_DISTANCE);
}

/// Directions, -1 to 1 in floats, three channels.
[[nodiscard]] inline Image normal(const Pixels &pixels, std::uint32_t width, std::uint32_t height) {
  return detail::view(pixels, width, height, 3, RV_COLOR_NORMAL);
}

/// Anything else, shown in false colour and never altered: labels, counts.
[[nodiscard]] inline Image data(const Pixels &pixels, std::uint32_t width, std::uint32_t height,
                                std::uint32_t channels = 0) {
  return detail::view(pixels, width, height, channels, RV_COLOR_DATA);
}

} // namespace rv

#endif // RV_IMAGE_HPP
