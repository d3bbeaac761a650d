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

void Film::restart(const rv::Camera &camera, unsigned side, unsigned step) {
  lens_ = Lens(camera);
  width_ = camera.width();
  height_ = camera.height();
  side_ = side;
  step_ = step;
  across_ = (width_ + side - 1) / side;
  down_ = (height_ + side - 1) / side;
  passes_ = 0;
  pixels_.assign(std::size_t{width_} * height_, {});
  color_.resize(pixels_.size());
  depth_.resize(pixels_.size());
  blocks_.assign(std::size_t{across_} * down_, {});
  light_.resize(blocks_.size());
  smoothed_.assign(blocks_.size(), {});
  look();
}

void Film::refine() {
  step_ = 1;
  look();
}

// Finds what each pixel shows, and each block: what its middle pixel does.
void Film::look() {
  workers_.each((height_ + step_ - 1) / step_, [this](unsigned row) { look_row(row); });
  for (unsigned by = 0; by < down_; by++)
    for (unsigned bx = 0; bx < across_; bx++) {
      const unsigned x = std::min(bx * side_ + side_ / 2, width_ - 1), y = std::min(by * side_ + side_ / 2, height_ - 1);
      const Pixel &middle = pixels_[std::size_t{y} * width_ + x];
      Block &b = blocks_[std::size_t{by} * across_ + bx];
      if (b.id != middle.id)
        b = {};
      b.id = middle.id;
      b.rough = middle.rough;
    }
}

// Sends one ray through the middle of each cell of step x step pixels.
void Film::look_row(unsigned row) {
  const unsigned top = row * step_, bottom = std::min(top + step_, height_);
  const float half = 0.5F * static_cast<float>(step_);
  for (unsigned left = 0; left < width_; left += step_) {
    const Ray ray = lens_.ray(static_cast<float>(left) + half, static_cast<float>(top) + half);
    const Surface hit = scene_.intersect(ray.origin, ray.direction);
    const float depth = hit.id == 0 ? std::numeric_limits<float>::infinity() : hit.distance * ray.depth;
    for (unsigned y = top; y < bottom; y++)
      for (unsigned x = left; x < std::min(left + step_, width_); x++) {
        const std::size_t at = std::size_t{y} * width_ + x;
        Pixel &p = pixels_[at];
        p.id = hit.id;
        p.rough = hit.material == Material::diffuse;
        p.albedo = p.rough ? hit.color : Vec3{1, 1, 1};
        depth_[at] = depth;
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
  const Ray ray = lens_.ray(static_cast<float>(x) + jitter.u, static_cast<float>(y) + jitter.v);
  const Surface hit = scene_.intersect(ray.origin, ray.direction);
  const std::size_t block = std::size_t{by} * across_ + bx;
  Block &b = blocks_[block];
  const float usual = largest(smoothed_[block]); // 0 before the first resolve()
  const float brightest = usual > 0 && b.rough ? std::max(1.5F, 3 * usual) : 5;
  const Vec3 arrived = radiance(scene_, hit, ray.direction, brightest, random);
  p.sum += arrived;
  p.count += 1;

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
  // In half pixels from the middle of the block up and left of the pixel.
  const unsigned u = 2 * x + 1 + side_, v = 2 * y + 1 + side_, period = 2 * side_;
  const unsigned bx = u / period, by = v / period; // one more than that block's
  const unsigned columns[2] = {bx > 0 ? bx - 1 : 0, std::min(bx, across_ - 1)};
  const unsigned rows[2] = {by > 0 ? by - 1 : 0, std::min(by, down_ - 1)};
  const float scale = 1 / static_cast<float>(period);
  const float fx = static_cast<float>(u % period) * scale, fy = static_cast<float>(v % period) * scale;
  const float weights_x[2] = {1 - fx, fx}, weights_y[2] = {1 - fy, fy};
  Vec3 sum;
  float weights = 0;
  for (unsigned n = 0; n < 4; n++) {
    const std::size_t at = std::size_t{rows[n / 2]} * across_ + columns[n % 2];
    const bool same = blocks_[at].id == id && blocks_[at].count > 0;
    const float w = (weights_x[n % 2] * weights_y[n / 2] + 1e-3F) * (same ? 1.0F : 1e-4F);
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
