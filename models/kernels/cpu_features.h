// What the CPU can do that LibTorch does not decide for us.
#pragma once

#include <ATen/cpu/Utils.h>

namespace mnemo {

// Whether it multiplies bf16 numbers natively; others emulate it, slower than fp32.
inline bool cpu_multiplies_bf16() {
  const auto capabilities = at::cpu::get_cpu_capabilities();
  const auto has = [&](const char* name) {
    const auto found = capabilities.find(name);
    return found != capabilities.end() && found->second.isBool() && found->second.toBool();
  };
  return has("avx512_bf16") || has("amx_bf16");
}

}  // namespace mnemo
