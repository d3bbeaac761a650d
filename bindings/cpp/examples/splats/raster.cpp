#include "raster.hpp"

#include "blend.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace gs {

namespace {

constexpr std::size_t chunk_size = 2048;  // gaussians that a thread projects at a time
constexpr float least_depth_alpha = 0.05F; // of a pixel that has a depth

} // namespace

template <class F> void Raster::each_tile(const Splat &s, F f) const {
  if (s.right < s.left)
    return;
  const auto tile = [](std::int32_t pixel) { return static_cast<std::uint32_t>(pixel) / side; };
  for (std::uint32_t y = tile(s.top); y <= tile(s.bottom); y++)
    for (std::uint32_t x = tile(s.left); x <= tile(s.right); x++)
      f(y * across_ + x);
}

void Raster::resize(std::uint32_t width, std::uint32_t height) {
  if (width == width_ && height == height_)
    return;
  width_ = width;
  height_ = height;
  across_ = (width + side - 1) / side;
  down_ = (height + side - 1) / side;
  const std::size_t area = std::size_t{width} * height, tiles = std::size_t{across_} * down_;
  color_.resize(area);
  depth_.resize(area);
  alpha_.resize(area);
  starts_.resize(tiles + 1);
  counts_ = std::make_unique<std::atomic<std::size_t>[]>(tiles);
}

void Raster::render(const rv::Camera &camera, const Settings &settings) {
  resize(camera.width(), camera.height());
  background_ = settings.background;
  splats_.resize(scene_.size());
  drawn_ = 0;
  for (std::size_t n = 0; n + 1 < starts_.size(); n++)
    counts_[n] = 0;
  const Projector projector(scene_, camera, settings);
  const std::size_t chunks = (scene_.size() + chunk_size - 1) / chunk_size;
  workers_.each(static_cast<unsigned>(chunks), [&](unsigned n) { project(projector, n); });
  sort_into_tiles();
  workers_.each(across_ * down_, [this](unsigned n) { draw(n); });
}

void Raster::project(const Projector &projector, unsigned chunk) {
  const std::size_t end = std::min(scene_.size(), (chunk + 1) * chunk_size);
  std::size_t drawn = 0;
  for (std::size_t n = chunk * chunk_size; n < end; n++) {
    splats_[n] = projector(n);
    drawn += splats_[n].right >= splats_[n].left;
    each_tile(splats_[n], [this](std::uint32_t t) { counts_[t].fetch_add(1, std::memory_order_relaxed); });
  }
  drawn_ += drawn;
}

void Raster::sort_into_tiles() {
  std::size_t sum = 0;
  for (std::size_t n = 0; n + 1 < starts_.size(); n++) {
    starts_[n] = sum;
    sum += counts_[n];
    counts_[n] = starts_[n]; // where its next key goes
  }
  starts_.back() = sum;
  keys_.resize(sum);
  const std::size_t chunks = (scene_.size() + chunk_size - 1) / chunk_size;
  workers_.each(static_cast<unsigned>(chunks), [this](unsigned chunk) {
    const std::size_t end = std::min(scene_.size(), (chunk + 1) * chunk_size);
    for (std::size_t n = chunk * chunk_size; n < end; n++) {
      const Key key{splats_[n].depth, static_cast<std::uint32_t>(n)};
      each_tile(splats_[n], [&](std::uint32_t t) { keys_[counts_[t].fetch_add(1, std::memory_order_relaxed)] = key; });
    }
  });
}

void Raster::draw(std::uint32_t tile) {
  const auto from = keys_.begin() + static_cast<std::ptrdiff_t>(starts_[tile]);
  const auto to = keys_.begin() + static_cast<std::ptrdiff_t>(starts_[tile + 1]);
  std::sort(from, to);
  const std::uint32_t left = tile % across_ * side, top = tile / across_ * side;
  const std::uint32_t columns = std::min(side, width_ - left), rows = std::min(side, height_ - top);
  Tile pixels;
  unsigned since = 0;
  for (auto key = from; key != to && !(++since % 8 == 0 && pixels.done()); ++key) {
    const Splat &s = splats_[key->id];
    const float skew = s.b / s.a, narrowing = s.c - s.b * skew;
    const int first = std::max(s.top - static_cast<int>(top), 0);
    const int last = std::min(s.bottom - static_cast<int>(top), Tile::side - 1);
    for (int y = first; y <= last; y++) {
      const float dy = s.y - static_cast<float>(static_cast<int>(top) + y);
      // What it covers of the row: so much to each side of a middle.
      const float half = std::sqrt(std::max(0.0F, s.reach - narrowing * dy * dy) / s.a) + 0.01F;
      const float middle = s.x + skew * dy - static_cast<float>(left);
      if (middle + half >= 0 && middle - half <= Tile::side - 1)
        blend_row(pixels, s, y * Tile::side, static_cast<float>(left), dy);
    }
  }
  for (std::uint32_t y = 0; y < rows; y++)
    for (std::uint32_t x = 0; x < columns; x++) {
      const std::size_t at = std::size_t{top + y} * width_ + left + x, n = y * side + x;
      const float t = pixels.transmittance[n], alpha = 1 - t;
      color_[at] = {pixels.red[n] + t * background_[0], pixels.green[n] + t * background_[1],
                    pixels.blue[n] + t * background_[2]};
      alpha_[at] = alpha;
      depth_[at] = alpha > least_depth_alpha ? pixels.depth[n] / alpha : std::numeric_limits<float>::infinity();
    }
}

std::optional<Hit> Raster::pick(double x, double y) const {
  if (!(x >= 0 && y >= 0 && x < width_ && y < height_))
    return std::nullopt;
  const auto column = static_cast<std::uint32_t>(x), row = static_cast<std::uint32_t>(y);
  const std::uint32_t tile = row / side * across_ + column / side;
  std::optional<Hit> best;
  float transmittance = 1;
  for (std::size_t n = starts_[tile]; n < starts_[tile + 1]; n++) {
    const Splat &s = splats_[keys_[n].id];
    if (static_cast<int>(row) < s.top || static_cast<int>(row) > s.bottom)
      continue;
    const float alpha = alpha_at(s, s.x - static_cast<float>(column), s.y - static_cast<float>(row));
    const float next = transmittance * (1 - alpha);
    if (next < least_transmittance)
      break;
    const float weight = alpha * transmittance;
    if (weight > 0 && (!best || weight > best->weight)) // of equal ones the nearest
      best = Hit{keys_[n].id, weight, s.depth};
    transmittance = next;
  }
  return best;
}

} // namespace gs
