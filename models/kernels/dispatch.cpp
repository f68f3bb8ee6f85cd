#include "models/kernels/dispatch.h"

#include <ATen/Version.h>
#include <fmt/format.h>

#include <string>

#include "mnemo/error.h"
#include "models/kernels/matmul.h"

namespace mnemo {

#ifdef MNEMO_HAS_VECTOR_KERNELS

namespace {

bool cpu_runs(const VectorKernels& kernels) {
  const bool avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
  if (&kernels == &kAvx2Kernels) return avx2;
  return avx2 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
         __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
}

// LibTorch chooses among its own kernels likewise, and ATEN_CPU_CAPABILITY holds it to lesser ones.
const VectorKernels* fastest_kernels() {
  const std::string held_to = at::get_cpu_capability();
  if (held_to == "NO AVX" || held_to == "DEFAULT") return nullptr;
  if (held_to != "AVX2" && cpu_runs(kAvx512Kernels)) return &kAvx512Kernels;
  return cpu_runs(kAvx2Kernels) ? &kAvx2Kernels : nullptr;
}

}  // namespace

const VectorKernels* vector_kernels(KernelPath path) {
  const auto require = [](const VectorKernels& kernels) {
    if (cpu_runs(kernels)) return &kernels;
    throw Error(fmt::format("this machine cannot run the kernels for {}", kernels.name));
  };
  switch (path) {
    case KernelPath::automatic: {
      static const auto* fastest = fastest_kernels();
      return fastest;
    }
    case KernelPath::stock:
      return nullptr;
    case KernelPath::avx2:
      return require(kAvx2Kernels);
    case KernelPath::avx512:
      return require(kAvx512Kernels);
  }
  throw Error("unhandled kernel path");
}

#else

const VectorKernels* vector_kernels(KernelPath path) {
  if (path == KernelPath::automatic || path == KernelPath::stock) return nullptr;
  throw Error("this mnemo was built without kernels of its own");
}

#endif

const VectorKernels* lstm_kernels(KernelPath path, at::ScalarType type) {
  const auto* kernels = vector_kernels(path);
  return kernels != nullptr && has_block_matmul(type) ? kernels : nullptr;
}

}  // namespace mnemo
