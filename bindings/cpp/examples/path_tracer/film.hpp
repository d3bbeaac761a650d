// The picture that grows: samples are added while the camera stands still.
//
// The image is divided into blocks. A pass takes one sample in each, in a pixel
// that changes from pass to pass; so that the first picture after a move is
// there in time however slow the machine is, and every pixel has its own samples
// after side x side passes. Until a pixel has enough of them, it leans on the
// light that fell on the same surface in the blocks around it.
#pragma once

#include "lens.hpp"
#include "scene.hpp"
#include "workers.hpp"

#include <cstdint>
#include <vector>

namespace pt {

class Film {
public:
  Film(const Scene &scene, Workers &workers) : scene_(scene), workers_(workers) {}

  // Begins anew for a camera.
  void restart(const rv::Camera &camera, unsigned side, unsigned step);
  // Looks again at what was looked at coarsely; samples stay.
  void refine();
  // Adds one sample to each block.
  void pass();
  // Computes color() from the samples.
  void resolve();

  [[nodiscard]] const std::vector<Vec3> &color() const { return color_; }  // linear, rows top first
  [[nodiscard]] const std::vector<float> &depth() const { return depth_; } // world units; sky: infinity
  [[nodiscard]] bool coarse() const { return step_ > 1; }
  [[nodiscard]] unsigned blocks() const { return across_ * down_; }
  [[nodiscard]] double samples_per_pixel() const { return static_cast<double>(passes_) / (side_ * side_); }

private:
  struct Pixel {
    Vec3 sum;              // of what arrived
    float count = 0;       // of samples
    Vec3 albedo{1, 1, 1};  // of the surface in its centre, where that is diffuse
    std::uint32_t id = 0;  // of that surface
    bool rough = false;    // it is diffuse
  };
  struct Block {
    Vec3 light;      // sum of what arrived divided by albedo
    float count = 0; // of its samples that met `id`
    std::uint32_t id = 0;
    bool rough = false; // light may be smoothed
  };

  void look();
  void look_row(unsigned row);
  void trace(unsigned row);
  void sample(unsigned bx, unsigned by);
  void smooth(unsigned row, unsigned reach);
  [[nodiscard]] Vec3 light_around(unsigned x, unsigned y, std::uint32_t id) const;
  void resolve_row(unsigned y);

  const Scene &scene_;
  Workers &workers_;
  Lens lens_;
  unsigned width_ = 0, height_ = 0, side_ = 1, step_ = 1, across_ = 0, down_ = 0, passes_ = 0;
  std::vector<Pixel> pixels_;
  std::vector<Block> blocks_;
  std::vector<Vec3> light_, smoothed_; // of blocks, per sample
  std::vector<Vec3> color_;
  std::vector<float> depth_;
};

} // namespace pt
