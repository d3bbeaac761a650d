// Draws gaussians: projected, sorted into tiles by depth, and blended front to back.
#pragma once

#include "../path_tracer/workers.hpp"
#include "project.hpp"

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

namespace gs {

// What a pixel shows most of.
struct Hit {
  std::size_t id; // of the gaussian
  float weight;   // of it in the pixel's colour, 0 to 1
  float depth;    // world units along the camera's z axis
};

class Raster {
public:
  Raster(const Scene &scene, pt::Workers &workers) : scene_(scene), workers_(workers) {}

  void render(const rv::Camera &camera, const Settings &settings);

  [[nodiscard]] const std::vector<Vec3> &color() const { return color_; }  // display values, rows top first
  [[nodiscard]] const std::vector<float> &depth() const { return depth_; } // the mean of what is drawn; none: infinity
  [[nodiscard]] const std::vector<float> &alpha() const { return alpha_; }
  [[nodiscard]] std::size_t drawn() const { return drawn_; } // gaussians that reach the image

  // The gaussian of the highest weight at a pixel of what was rendered last.
  [[nodiscard]] std::optional<Hit> pick(double x, double y) const;

private:
  static constexpr std::uint32_t side = 16; // pixels of a tile

  struct Key { // orders a tile's gaussians
    float depth;
    std::uint32_t id;
    [[nodiscard]] bool operator<(const Key &o) const { return depth != o.depth ? depth < o.depth : id < o.id; }
  };

  void resize(std::uint32_t width, std::uint32_t height);
  void project(const Projector &projector, unsigned chunk);
  void sort_into_tiles();
  void draw(std::uint32_t tile);
  template <class F> void each_tile(const Splat &s, F f) const;

  const Scene &scene_;
  pt::Workers &workers_;
  std::uint32_t width_ = 0, height_ = 0, across_ = 0, down_ = 0;
  Vec3 background_{};
  std::vector<Splat> splats_;
  std::vector<Key> keys_;                // of all tiles, tile after tile
  std::vector<std::size_t> starts_;      // of each tile's keys, and their end
  std::unique_ptr<std::atomic<std::size_t>[]> counts_;
  std::atomic<std::size_t> drawn_{0};
  std::vector<Vec3> color_;
  std::vector<float> depth_, alpha_;
};

} // namespace gs
