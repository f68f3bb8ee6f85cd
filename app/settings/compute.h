// Says where and how precisely to compute: threads, device, number type.
#pragma once

#include <ATen/ATen.h>

#include <cstdint>

#include "app/settings/enum_tables.h"
#include "app/settings/option_set.h"
#include "models/recurrent/recurrent_encoder.h"

namespace mnemo {

enum class DeviceKind { cpu, cuda };
enum class Precision { automatic, fp32, bf16 };

template <>
struct EnumNames<DeviceKind> {
  static constexpr std::array table = {EnumName{DeviceKind::cpu, "cpu"},
                                       EnumName{DeviceKind::cuda, "cuda"}};
};
template <>
struct EnumNames<Precision> {
  static constexpr std::array table = {EnumName{Precision::automatic, "auto"},
                                       EnumName{Precision::fp32, "fp32"},
                                       EnumName{Precision::bf16, "bf16"}};
};

struct ComputeOptions {
  int64_t threads = 0;  // 0: one for each core
  DeviceKind device = DeviceKind::cpu;
  Precision precision = Precision::fp32;
};

// `threads`
void describe_threads(OptionSet& set, int64_t& threads);

// `threads`, `device`, `precision`, under a heading of their own
void describe(OptionSet& set, ComputeOptions& options);

// The same, in fp32, as every trained model answers unless it is told otherwise.
inline ComputeOptions in_fp32(ComputeOptions options) {
  options.precision = Precision::fp32;
  return options;
}

// `threads`, or one a core for 0.
int64_t resolve_threads(int64_t threads);

// Throws Error in plain words when this LibTorch, or this machine, has no CUDA.
at::Device resolve_device(DeviceKind device);

// `automatic` is bf16 for an LSTM or a Transformer where the hardware multiplies it natively, fp32
// elsewhere.
at::ScalarType resolve_precision(Precision precision, Cell cell, at::Device device);

// The machine's answer to ComputeOptions.
struct Compute {
  int64_t threads = 1;
  at::Device device = at::kCPU;
  at::ScalarType type = at::kFloat;
};

// For a model with this cell. LibTorch's number of threads is left to the caller: a program sets it
// for good, and CallerThreads (models/parallel.h) for a while.
Compute resolve_compute(const ComputeOptions& options, Cell cell);

// A generator of its own for `device`, seeded.
at::Generator make_generator(at::Device device, uint64_t seed);

}  // namespace mnemo
