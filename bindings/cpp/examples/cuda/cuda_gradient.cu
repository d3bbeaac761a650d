// A renderer on the GPU: a kernel paints what the viewer's camera sees, and the
// image goes to the viewer from the device's memory. Nothing here waits for the
// device: the copy stands on the stream, behind the kernel.
//
// CMake builds it with the other examples where it finds nvcc. Run it, and then
// `rvviewer` with the address that it prints.
#include <rv.hpp>

#include <cuda_runtime.h>

#include <cstdio>
#include <cstdlib>

namespace {

void check(cudaError_t code) {
  if (code == cudaSuccess)
    return;
  std::fprintf(stderr, "cuda_gradient: %s\n", cudaGetErrorString(code));
  std::exit(1);
}

// A camera as the kernel needs it: rows of c2w, and K.
struct View {
  float axes[9];
  float position[3];
  float fx, fy, cx, cy;
};

View view_of(const rv::Camera &camera) {
  View v{};
  const rv::Matrix4 c2w = camera.c2w();
  const rv::Matrix3 k = camera.K();
  for (int row = 0; row < 3; row++) {
    for (int column = 0; column < 3; column++)
      v.axes[row * 3 + column] = static_cast<float>(c2w[static_cast<std::size_t>(row * 4 + column)]);
    v.position[row] = static_cast<float>(c2w[static_cast<std::size_t>(row * 4 + 3)]);
  }
  v.fx = static_cast<float>(k[0]);
  v.fy = static_cast<float>(k[4]);
  v.cx = static_cast<float>(k[2]);
  v.cy = static_cast<float>(k[5]);
  return v;
}

// A sphere of radius 1 at the origin, coloured by its normals; around it the
// direction of the ray.
__global__ void paint(float4 *image, int width, int height, View v) {
  const int x = static_cast<int>(blockIdx.x * blockDim.x + threadIdx.x);
  const int y = static_cast<int>(blockIdx.y * blockDim.y + threadIdx.y);
  if (x >= width || y >= height)
    return;
  const float a = (static_cast<float>(x) + 0.5f - v.cx) / v.fx, b = (static_cast<float>(y) + 0.5f - v.cy) / v.fy;
  float d[3];
  const float length = 1 / sqrtf(a * a + b * b + 1);
  for (int i = 0; i < 3; i++)
    d[i] = (v.axes[i * 3] * a + v.axes[i * 3 + 1] * b + v.axes[i * 3 + 2]) * length;
  float along = 0, beyond = -1;
  for (int i = 0; i < 3; i++) {
    along += d[i] * v.position[i];
    beyond += v.position[i] * v.position[i];
  }
  const float root = along * along - beyond;
  if (root > 0 && along < 0)
    for (int i = 0; i < 3; i++)
      d[i] = v.position[i] - (along + sqrtf(root)) * d[i];
  image[y * width + x] = float4{0.5f + 0.5f * d[0], 0.5f + 0.5f * d[1], 0.5f + 0.5f * d[2], 1};
}

} // namespace

int main() {
  cudaStream_t stream = nullptr;
  check(cudaStreamCreate(&stream));
  rv::Viewer viewer = rv::listen(); // prints where to look
  float4 *image = nullptr;
  std::size_t pixels = 0;
  for (const rv::Camera &camera : viewer.cameras()) {
    const std::uint32_t w = camera.width(), h = camera.height();
    if (pixels < static_cast<std::size_t>(w) * h) {
      pixels = static_cast<std::size_t>(w) * h;
      check(cudaFree(image));
      check(cudaMalloc(reinterpret_cast<void **>(&image), pixels * sizeof(float4)));
    }
    const dim3 block(16, 16), grid((w + 15) / 16, (h + 15) / 16);
    paint<<<grid, block, 0, stream>>>(image, static_cast<int>(w), static_cast<int>(h), view_of(camera));
    check(cudaGetLastError());
    viewer.show(rv::image(image, w, h).named("gradient").on_cuda(stream));
  }
}
