// The things that a forward pass needs besides its input.
#pragma once

#include <ATen/ATen.h>

#include <optional>

#include "models/kernels/dispatch.h"

namespace mnemo {

struct RecurrentProbe;

struct ForwardContext {
  // Source of dropout masks; training mode with a dropout above 0 needs it. Passed in, and never
  // LibTorch's global one, so that a step's randomness depends on (seed, epoch, step) alone.
  std::optional<at::Generator> generator = std::nullopt;
  // Type in which recurrent layers compute: kFloat or kBFloat16. Parameters stay fp32.
  at::ScalarType compute_type = at::kFloat;
  // Only tests set this: they hold each of mnemo's kernels to the others and to LibTorch's own
  // operators, which the machine at hand would not choose.
  KernelPath kernel_path = KernelPath::automatic;
  // Recurrent layers leave here what they do at each step, which is slow; see recurrent_probe.h.
  RecurrentProbe* probe = nullptr;
};

}  // namespace mnemo
