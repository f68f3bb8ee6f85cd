#include "models/dropout.h"

#include <ATen/CPUGeneratorImpl.h>
#include <ATen/core/ivalue.h>
#include <torch/csrc/autograd/custom_function.h>
#include <torch/custom_class.h>

#include <algorithm>
#include <cmath>
#include <mutex>
#include <utility>
#include <vector>

#include "mnemo/error.h"
#include "models/kernels/pointers.h"
#include "models/parallel.h"

namespace mnemo {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

at::Generator generator_of(const ForwardContext& context) {
  if (!context.generator)
    throw Error("dropout in training needs a generator in its ForwardContext");
  return *context.generator;
}

struct Mask : torch::CustomClassHolder {
  RandomDrop drop = {};
  const VectorKernels* kernels = nullptr;
  std::vector<int64_t>
      step_offsets;  // of sequences that keep one mask; empty: each element its own
};

// Numbers `begin` to `end` of source, whose masks are those of the positions from `first`.
template <typename Storage>
void mask_numbers(const Mask& mask, const at::Tensor& source, at::Tensor& target, int64_t begin,
                  int64_t end, int64_t first) {
  kernels_for<Storage>(*mask.kernels)
      .mask({.source = const_data<Storage>(source) + begin,
             .target = data<Storage>(target) + begin,
             .first = first,
             .count = end - begin,
             .drop = mask.drop});
}

// input times 0 or 1 / (1 - p), as the seed decides for each position.
at::Tensor masked(const at::Tensor& input, const Mask& mask) {
  constexpr int64_t kNumbersPerTask = 1 << 15;
  const auto source = input.contiguous();
  auto target = at::empty_like(source);
  with_storage(source.scalar_type(), [&]<typename Storage>(Storage) {
    if (mask.step_offsets.empty()) {
      for_each_range_on_threads(source.numel(), kNumbersPerTask, [&](int64_t begin, int64_t end) {
        mask_numbers<Storage>(mask, source, target, begin, end, begin);
      });
      return;
    }
    // Each step begins with the same sequences, so that its positions are counted anew.
    const int64_t steps = std::ssize(mask.step_offsets) - 1;
    const int64_t size = source.numel() / std::max<int64_t>(source.size(0), 1);
    const int64_t grain = std::max<int64_t>(1, kNumbersPerTask * steps / (source.numel() + 1));
    for_each_range_on_threads(steps, grain, [&](int64_t begin, int64_t end) {
      for (auto step = static_cast<size_t>(begin); step < static_cast<size_t>(end); ++step) {
        mask_numbers<Storage>(mask, source, target, mask.step_offsets[step] * size,
                              mask.step_offsets[step + 1] * size, 0);
      }
    });
  });
  return target;
}

class MaskFunction : public torch::autograd::Function<MaskFunction> {
 public:
  static at::Tensor forward(AutogradContext* context, const at::Tensor& input,
                            c10::intrusive_ptr<Mask> mask) {
    auto result = masked(input, *mask);
    context->saved_data["mask"] = c10::IValue::make_capsule(std::move(mask));
    return result;
  }

  static variable_list backward(AutogradContext* context, const variable_list& gradients) {
    const auto mask =
        c10::static_intrusive_pointer_cast<Mask>(context->saved_data["mask"].toCapsule());
    return {masked(gradients.at(0), *mask), {}};
  }
};

at::Tensor stock_mask(at::IntArrayRef sizes, const at::Tensor& like, double p,
                      const at::Generator& generator) {
  auto mask = at::empty(sizes, like.options().requires_grad(false));
  return mask.bernoulli_(1.0 - p, generator).div_(1.0 - p);
}

// Null where LibTorch's own operators must do.
const VectorKernels* kernels_for_input(const at::Tensor& input, const ForwardContext& context) {
  const auto type = input.scalar_type();
  const bool fits = input.device().is_cpu() && (type == at::kFloat || type == at::kBFloat16);
  return fits ? vector_kernels(context.kernel_path) : nullptr;
}

}  // namespace

at::Tensor dropout(const at::Tensor& input, double p, bool training,
                   const ForwardContext& context) {
  if (!training || p == 0.0) return input;
  auto mask = c10::make_intrusive<Mask>();
  mask->kernels = kernels_for_input(input, context);
  if (mask->kernels == nullptr) {
    return input * stock_mask(input.sizes(), input, p, generator_of(context));
  }
  mask->drop = random_drop(p, context);
  return MaskFunction::apply(input, std::move(mask));
}

at::Tensor step_dropout(const at::Tensor& packed, const SequenceLayout& layout,
                        const StepDropout& drop, bool training, const ForwardContext& context) {
  if (!drop.variational) return dropout(packed, drop.p, training, context);
  if (!training || drop.p == 0.0) return packed;
  auto mask = c10::make_intrusive<Mask>();
  mask->kernels = kernels_for_input(packed, context);
  if (mask->kernels == nullptr) {
    auto sizes = packed.sizes().vec();
    sizes[0] = layout.sequences();
    const auto masks = stock_mask(sizes, packed, drop.p, generator_of(context));  // (B, ...)
    return packed * masks.index_select(0, layout.sequence_of_rows().to(packed.device()));
  }
  mask->drop = random_drop(drop.p, context);
  mask->step_offsets = layout.step_offsets();
  return MaskFunction::apply(packed, std::move(mask));
}

RandomDrop random_drop(double p, const ForwardContext& context) {
  auto generator = generator_of(context);
  const std::lock_guard lock(generator.mutex());
  return {.seed = at::check_generator<at::CPUGeneratorImpl>(generator)->random64(),
          .kept = static_cast<uint32_t>(std::min(std::ldexp(1.0 - p, 32), 4294967295.0)),
          .scale = static_cast<float>(1.0 / (1.0 - p))};
}

at::Tensor row_dropout(const at::Tensor& input, double p, bool training,
                       const ForwardContext& context) {
  if (!training || p == 0.0) return input;
  auto generator = generator_of(context);
  std::vector<int64_t> one_a_row(static_cast<size_t>(input.dim()), 1);
  one_a_row[0] = input.size(0);
  return input * stock_mask(one_a_row, input, p, generator);
}

}  // namespace mnemo
