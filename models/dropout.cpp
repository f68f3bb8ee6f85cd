#include "models/dropout.h"

#include <ATen/CPUGeneratorImpl.h>
#include <ATen/Parallel.h>
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

namespace mnemo {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

at::Generator generator_of(const ForwardContext& context) {
  if (!context.generator)
    throw Error("dropout in training needs a generator in its ForwardContext");
  return *context.generator;
}

// input times 0 or 1 / (1 - p), as the seed decides for each position.
at::Tensor masked(const at::Tensor& input, const RandomDrop& drop, const VectorKernels& kernels) {
  constexpr int64_t kNumbersPerTask = 1 << 15;
  const auto source = input.contiguous();
  auto target = at::empty_like(source);
  with_storage(source.scalar_type(), [&]<typename Storage>(Storage) {
    at::parallel_for(0, source.numel(), kNumbersPerTask, [&](int64_t begin, int64_t end) {
      kernels_for<Storage>(kernels).mask({.source = const_data<Storage>(source) + begin,
                                          .target = data<Storage>(target) + begin,
                                          .first = begin,
                                          .count = end - begin,
                                          .drop = drop});
    });
  });
  return target;
}

struct Memory : torch::CustomClassHolder {
  RandomDrop drop = {};
  const VectorKernels* kernels = nullptr;
};

class MaskFunction : public torch::autograd::Function<MaskFunction> {
 public:
  static at::Tensor forward(AutogradContext* context, const at::Tensor& input,
                            const RandomDrop& drop, const VectorKernels& kernels) {
    auto memory = c10::make_intrusive<Memory>();
    memory->drop = drop;
    memory->kernels = &kernels;
    context->saved_data["memory"] = c10::IValue::make_capsule(std::move(memory));
    return masked(input, drop, kernels);
  }

  static variable_list backward(AutogradContext* context, const variable_list& gradients) {
    const auto memory =
        c10::static_intrusive_pointer_cast<Memory>(context->saved_data["memory"].toCapsule());
    return {masked(gradients.at(0), memory->drop, *memory->kernels), {}, {}};
  }
};

at::Tensor stock_mask(at::IntArrayRef sizes, const at::Tensor& like, double p,
                      const at::Generator& generator) {
  auto mask = at::empty(sizes, like.options().requires_grad(false));
  return mask.bernoulli_(1.0 - p, generator).div_(1.0 - p);
}

}  // namespace

at::Tensor dropout(const at::Tensor& input, double p, bool training,
                   const ForwardContext& context) {
  if (!training || p == 0.0) return input;
  auto generator = generator_of(context);
  const auto type = input.scalar_type();
  const auto* kernels = input.device().is_cpu() && (type == at::kFloat || type == at::kBFloat16)
                            ? vector_kernels(context.kernel_path)
                            : nullptr;
  if (kernels == nullptr) return input * stock_mask(input.sizes(), input, p, generator);
  return MaskFunction::apply(input, random_drop(p, context), *kernels);
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
