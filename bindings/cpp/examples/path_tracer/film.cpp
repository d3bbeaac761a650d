#include "film.hpp"

#include "path.hpp"

#include <limits>
#include <utility>

namespace pt {

namespace {

constexpr float trusted = 16;        // samples after which a pixel stands alone
constexpr float brightest_light = 3; // of one sample that others lean on, against blots

// Which pixel of a block a pass samples.
unsigned visit(unsigned pass, unsigned side) {
  // Golden-ratio steps reach every pixel of a block, each next one far from the last.
  const unsigned count = side * side;
  unsigned step = std::max(1U, count * 618 / 1000);
  const auto shares_factor = [&] {
    unsigned a = count, b = step;
    while (b != 0)
      b = a % std::exchange(a, b);
    return a > 1;
  };
  while (count > 1 && shares_factor())
    step++;
  return pass * step % count;
}

} // namespace

void Film::restart(const rv::Camera &camera, unsigned side) {
  camera_ = camera;
  width_ = camera.width();
  height_ = camera.height();
  side_ = side;
  across_ = (width_ + side - 1) / side;
  down_ = (height_ + side - 1) / side;
  passes_ = 0;
  pixels_.resize(std::size_t{width_} * height_);
  color_.resize(pixels_.size());
  depth_.resize(pixels_.size());
  blocks_.assign(std::size_t{across_} * down_, {});
  light_.resize(blocks_.size());
  smoothed_.resize(blocks_.size());
  workers_.each(height_, [this](unsigned y) { look(y); });
}

// Looks once through the centre of each pixel of a row.
void Film::look(unsigned y) {
  for (unsigned x = 0; x < width_; x++) {
    const rv::Ray ray = camera_.pixel_ray(x, y);
    const Surface hit = scene_.intersect(vec(ray.origin), vec(ray.direction));
    const std::size_t at = std::size_t{y} * width_ + x;
    Pixel p;
    p.id = hit.id;
    if (hit.material == Material::diffuse)
      p.albedo = hit.color;
    pixels_[at] = p;
    depth_[at] = hit.id == 0 ? std::numeric_limits<float>::infinity()
                             : hit.distance * static_cast<float>(ray.depth);
    if (x % side_ == side_ / 2 && y % side_ == side_ / 2) {
      Block &b = blocks_[std::size_t{y / side_} * across_ + x / side_];
      b.id = hit.id;
      b.rough = hit.material == Material::diffuse;
    }
  }
}

void Film::pass() {
  workers_.each(down_, [this](unsigned row) { trace(row); });
  passes_++;
}

void Film::trace(unsigned row) {
  for (unsigned bx = 0; bx < across_; bx++)
    sample(bx, row);
}

void Film::sample(unsigned bx, unsigned by) {
  const unsigned place = visit(passes_, side_);
  const unsigned x = bx * side_ + place % side_, y = by * side_ + place / side_;
  if (x >= width_ || y >= height_)
    return;
  Pixel &p = pixels_[std::size_t{y} * width_ + x];
  Random random(y * width_ + x, passes_ / (side_ * side_));
  const Sample2 jitter = random.pair();
  const rv::Ray ray = camera_.ray(x + double{jitter.u}, y + double{jitter.v});
  const Vec3 direction = vec(ray.direction);
  const Surface hit = scene_.intersect(vec(ray.origin), direction);
  const Vec3 arrived = radiance(scene_, hit, direction, random);
  p.sum += arrived;
  p.count += 1;

  Block &b = blocks_[std::size_t{by} * across_ + bx];
  if (hit.id != b.id)
    return;
  Vec3 light = hit.material == Material::diffuse ? arrived / hit.color : arrived;
  if (b.rough && largest(light) > brightest_light)
    light = light * (brightest_light / largest(light));
  b.light += light;
  b.count += 1;
}

void Film::resolve() {
  if (samples_per_pixel() < trusted) {
    for (std::size_t n = 0; n < blocks_.size(); n++)
      smoothed_[n] = blocks_[n].count > 0 ? blocks_[n].light * (1 / blocks_[n].count) : Vec3{};
    for (unsigned reach = 1; reach <= 2; reach++) {
      light_.swap(smoothed_);
      workers_.each(down_, [this, reach](unsigned row) { smooth(row, reach); });
    }
  }
  workers_.each(height_, [this](unsigned y) { resolve_row(y); });
}

// Averages the light of blocks with their neighbours of the same surface.
void Film::smooth(unsigned row, unsigned reach) {
  for (unsigned bx = 0; bx < across_; bx++) {
    const std::size_t at = std::size_t{row} * across_ + bx;
    const Block &b = blocks_[at];
    if (!b.rough && b.count > 0) {
      smoothed_[at] = light_[at];
      continue;
    }
    Vec3 sum;
    float weights = 0;
    for (int dy = -1; dy <= 1; dy++)
      for (int dx = -1; dx <= 1; dx++) {
        const long x = static_cast<long>(bx) + dx * static_cast<long>(reach);
        const long y = static_cast<long>(row) + dy * static_cast<long>(reach);
        if (x < 0 || y < 0 || x >= static_cast<long>(across_) || y >= static_cast<long>(down_))
          continue;
        const std::size_t n = static_cast<std::size_t>(y) * across_ + static_cast<std::size_t>(x);
        if (blocks_[n].id != b.id || blocks_[n].count == 0)
          continue;
        const float w = (dx == 0 ? 2.0F : 1.0F) * (dy == 0 ? 2.0F : 1.0F);
        sum += light_[n] * w;
        weights += w;
      }
    smoothed_[at] = weights > 0 ? sum * (1 / weights) : light_[at];
  }
}

// The light at a pixel, between those of the four blocks around it that show
// the same surface; of all four where none does.
Vec3 Film::light_around(unsigned x, unsigned y, std::uint32_t id) const {
  const float step = 1.0F / static_cast<float>(side_);
  const float u = (static_cast<float>(x) + 0.5F) * step - 0.5F, v = (static_cast<float>(y) + 0.5F) * step - 0.5F;
  const float left = std::floor(u), top = std::floor(v);
  Vec3 sum;
  float weights = 0;
  for (int n = 0; n < 4; n++) {
    const float fx = n % 2 == 0 ? 1 - (u - left) : u - left, fy = n / 2 == 0 ? 1 - (v - top) : v - top;
    const auto bx = static_cast<unsigned>(std::clamp(left + static_cast<float>(n % 2), 0.0F, static_cast<float>(across_ - 1)));
    const auto by = static_cast<unsigned>(std::clamp(top + static_cast<float>(n / 2), 0.0F, static_cast<float>(down_ - 1)));
    const std::size_t at = std::size_t{by} * across_ + bx;
    const bool same = blocks_[at].id == id && blocks_[at].count > 0;
    const float w = (fx * fy + 1e-3F) * (same ? 1.0F : 1e-4F);
    sum += smoothed_[at] * w;
    weights += w;
  }
  return sum * (1 / weights);
}

void Film::resolve_row(unsigned y) {
  const bool lean = samples_per_pixel() < trusted;
  for (unsigned x = 0; x < width_; x++) {
    const std::size_t at = std::size_t{y} * width_ + x;
    const Pixel &p = pixels_[at];
    const float weight = lean ? std::max(0.0F, 3 * (1 - p.count / trusted)) : 0;
    Vec3 sum = p.sum;
    if (weight > 0)
      sum += p.albedo * light_around(x, y, p.id) * weight;
    color_[at] = sum * (1 / (p.count + weight));
  }
}

} // namespace pt
