#include "models/kernels/cpu_features.h"

#include <ATen/cpu/Utils.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdlib>
#include <string>

namespace mnemo {
namespace {

// The older name still counts where the newer one is not set, and letters count alike.
std::string onednn_limit() {
  const char* value = std::getenv("ONEDNN_MAX_CPU_ISA");
  if (value == nullptr) value = std::getenv("DNNL_MAX_CPU_ISA");
  std::string limit = value == nullptr ? "" : value;
  std::ranges::transform(limit, limit.begin(), [](unsigned char c) { return std::toupper(c); });
  return limit;
}

bool onednn_is_held_below_bf16() {
  constexpr std::array kWithoutBf16 = {
      "SSE41", "AVX", "AVX2", "AVX2_VNNI", "AVX2_VNNI_2", "AVX512_CORE", "AVX512_CORE_VNNI"};
  return std::ranges::find(kWithoutBf16, onednn_limit()) != kWithoutBf16.end();
}

}  // namespace

bool cpu_multiplies_bf16() {
  const auto capabilities = at::cpu::get_cpu_capabilities();
  const auto has = [&](const char* name) {
    const auto found = capabilities.find(name);
    return found != capabilities.end() && found->second.isBool() && found->second.toBool();
  };
  return (has("avx512_bf16") || has("amx_bf16")) && !onednn_is_held_below_bf16();
}

}  // namespace mnemo
