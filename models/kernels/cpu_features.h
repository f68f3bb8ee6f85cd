// The abilities of the CPU that LibTorch does not judge for us.
#pragma once

namespace mnemo {

// True if products of bf16 numbers are native: the CPU has the instructions, and oneDNN, which
// makes the products, is not held below them by ONEDNN_MAX_CPU_ISA. Elsewhere they are emulated,
// slower than fp32.
bool cpu_multiplies_bf16();

}  // namespace mnemo
