#include "app/settings/compute.h"

#include <ATen/CPUGeneratorImpl.h>
#include <fmt/format.h>
#include <torch/version.h>

#include <algorithm>
#include <string>
#include <thread>

#include "app/settings/cuda_library.h"
#include "mnemo/error.h"
#include "models/kernels/cpu_features.h"

namespace mnemo {
namespace {

Error no_gpu(const std::string& why, const std::string& otherwise) {
  return Error({.setting = "device",
                .problem = fmt::format("cuda: {}. Use `device` cpu, or {}", why, otherwise)});
}

bool has_native_bf16(at::Device device) { return device.is_cuda() || cpu_multiplies_bf16(); }

}  // namespace

// A checkpoint has these and the precision as they were resolved, see TrainingLog.
void describe_threads(OptionSet& set, int64_t& threads) {
  set.number("threads", threads, {0, 1024}, "threads; 0: one a core")
      .may_change_on_resume()
      .same_in_tune();
}

void describe(OptionSet& set, ComputeOptions& options) {
  set.group("Computing");
  describe_threads(set, options.threads);
  set.choice("device", options.device, "where to compute");
  set.choice("precision", options.precision, "numbers of the recurrent layers")
      .may_change_on_resume();
}

int64_t resolve_threads(int64_t threads) {
  if (threads > 0) return threads;
  return std::max<int64_t>(1, std::thread::hardware_concurrency());
}

at::Device resolve_device(DeviceKind device) {
  switch (device) {
    case DeviceKind::cpu:
      return at::kCPU;
    case DeviceKind::cuda:
      if (const std::string why = load_cuda_library(); !why.empty()) {
        throw no_gpu(why, "see docs/install.md for a CUDA build");
      }
      if (!at::hasCUDA()) {
        throw no_gpu(fmt::format("LibTorch {} sees no GPU", TORCH_VERSION),
                     "check the driver with nvidia-smi");
      }
      return at::kCUDA;
  }
  throw Error("unhandled device");
}

at::ScalarType resolve_precision(Precision precision, Cell cell, at::Device device) {
  switch (precision) {
    case Precision::fp32:
      return at::kFloat;
    case Precision::bf16:
      return at::kBFloat16;
    case Precision::automatic: {
      const bool gains = has_own_kernels(cell) || cell == Cell::transformer;
      return gains && has_native_bf16(device) ? at::kBFloat16 : at::kFloat;
    }
  }
  throw Error("unhandled precision");
}

Compute resolve_compute(const ComputeOptions& options, Cell cell) {
  Compute compute{.threads = resolve_threads(options.threads),
                  .device = resolve_device(options.device)};
  compute.type = resolve_precision(options.precision, cell, compute.device);
  return compute;
}

at::Generator make_generator(at::Device device, uint64_t seed) {
  auto generator = device.is_cuda() ? at::globalContext().defaultGenerator(device).clone()
                                    : at::make_generator<at::CPUGeneratorImpl>();
  generator.set_current_seed(seed);
  return generator;
}

}  // namespace mnemo
