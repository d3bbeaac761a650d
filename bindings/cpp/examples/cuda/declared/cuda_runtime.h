// What cuda_gradient.cu uses of CUDA, only declared: its C++ is compiled with this
// where there is no CUDA compiler, and never linked.
#pragma once

#include <cmath>
#include <cstddef>

#define __global__

struct uchar3 { unsigned char x, y, z; };
struct uchar4 { unsigned char x, y, z, w; };
struct ushort4 { unsigned short x, y, z, w; };
struct float2 { float x, y; };
struct float3 { float x, y, z; };
struct float4 { float x, y, z, w; };
struct dim3 {
  unsigned x, y, z;
  dim3(unsigned x_, unsigned y_, unsigned z_ = 1) : x(x_), y(y_), z(z_) {}
};
inline const dim3 blockIdx(0, 0), blockDim(1, 1), threadIdx(0, 0);

enum cudaError_t { cudaSuccess = 0 };
using cudaStream_t = struct CUstream_st *;
const char *cudaGetErrorString(cudaError_t code);
cudaError_t cudaGetLastError();
cudaError_t cudaStreamCreate(cudaStream_t *stream);
cudaError_t cudaMalloc(void **pointer, std::size_t size);
cudaError_t cudaFree(void *pointer);
