#include "models/packed_pooling.h"

#include <torch/csrc/autograd/custom_function.h>
#include <torch/custom_class.h>

#include <utility>
#include <vector>

#include "models/kernels/pointers.h"
#include "models/parallel.h"

namespace mnemo {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

// The tensors that forward leaves to backward. None of its differentiable results: they refer to
// the function, which would refer to them, and neither would ever be freed.
struct PoolingMemory : torch::CustomClassHolder {
  at::Tensor values, query, weights, max_step;
  bool mean = false;
  std::vector<int64_t> lengths, step_offsets;
  const VectorKernels* kernels = nullptr;

  int64_t heads() const { return query.defined() ? query.size(1) : 0; }
};

struct Results {
  at::Tensor attended, mean, max;
};

// The b-th sequence's part of a (B, ...) tensor; null for an undefined one.
template <typename Number>
Number* part(const at::Tensor& tensor, int64_t b) {
  if (!tensor.defined()) return nullptr;
  return static_cast<Number*>(tensor.mutable_data_ptr()) + b * tensor.stride(0);
}

template <typename Storage>
SequencePool<Storage> sequence_of(const PoolingMemory& memory, const Results& results, int64_t b) {
  return {.values = const_data<Storage>(memory.values),
          .offsets = memory.step_offsets.data(),
          .sequence = b,
          .length = memory.lengths[static_cast<size_t>(b)],
          .size = memory.values.size(1),
          .heads = memory.heads(),
          .query = part<float>(memory.query, b),
          .weights = part<float>(memory.weights, b),
          .weights_stride = memory.lengths.front(),
          .attended = part<float>(results.attended, b),
          .mean = part<float>(results.mean, b),
          .max = part<float>(results.max, b),
          .max_step = part<int32_t>(memory.max_step, b)};
}

template <typename Task>
void for_each_sequence(const PoolingMemory& memory, const Task& task) {
  for_each_range_on_threads(static_cast<int64_t>(memory.lengths.size()), 1,
                            [&](int64_t begin, int64_t end) {
                              for (int64_t b = begin; b < end; ++b) task(b);
                            });
}

struct Forward {
  c10::intrusive_ptr<PoolingMemory> memory = c10::make_intrusive<PoolingMemory>();
  Results results;
};

Forward pool_forward(const at::Tensor& values, const SequenceLayout& layout,
                     const PackedPoolingRequest& request, const VectorKernels& kernels) {
  const int64_t sequences = layout.sequences(), size = values.size(1);
  Forward forward;
  auto& memory = *forward.memory;
  auto& results = forward.results;
  memory.values = values.contiguous();
  memory.lengths = layout.lengths;
  memory.step_offsets = layout.step_offsets();
  memory.kernels = &kernels;
  if (request.query.defined()) {
    const int64_t heads = request.query.size(1);
    memory.query = request.query.contiguous();
    memory.weights = at::zeros({sequences, heads, layout.steps()}, at::kFloat);
    results.attended = at::empty({sequences, heads, size}, at::kFloat);
  }
  memory.mean = request.mean;
  if (request.mean) results.mean = at::empty({sequences, size}, at::kFloat);
  if (request.max) {
    results.max = at::empty({sequences, size}, at::kFloat);
    memory.max_step = at::empty({sequences, size}, at::kInt);
  }
  with_storage(values.scalar_type(), [&]<typename Storage>(Storage) {
    for_each_sequence(memory, [&](int64_t b) {
      kernels_for<Storage>(kernels).pool(sequence_of<Storage>(memory, results, b));
    });
  });
  return forward;
}

// An undefined gradient of something that was computed is zero.
at::Tensor gradient_or_zeros(const at::Tensor& gradient, bool computed, at::IntArrayRef shape) {
  if (!computed) return {};
  return gradient.defined() ? gradient.contiguous() : at::zeros(shape, at::kFloat);
}

class PoolFunction : public torch::autograd::Function<PoolFunction> {
 public:
  // Returns attended, mean, max, weights; those not asked for are empty.
  static variable_list forward(AutogradContext* context, const at::Tensor& values,
                               const at::Tensor& query, bool mean, bool max,
                               const SequenceLayout& layout, const VectorKernels& kernels) {
    PackedPoolingRequest request;
    if (query.numel() > 0) request.query = query;
    request.mean = mean;
    request.max = max;
    auto [memory, results] = pool_forward(values, layout, request, kernels);
    variable_list outputs = {results.attended, results.mean, results.max, memory->weights};
    for (auto& output : outputs) {
      if (!output.defined()) output = at::empty({0}, at::kFloat);
    }
    context->mark_non_differentiable({outputs.back()});
    context->set_materialize_grads(false);
    context->saved_data["memory"] = c10::IValue::make_capsule(std::move(memory));
    return outputs;
  }

  static variable_list backward(AutogradContext* context, const variable_list& gradients) {
    TORCH_CHECK(!at::GradMode::is_enabled(), "mnemo's pooling is differentiable once only");
    const auto memory = c10::static_intrusive_pointer_cast<PoolingMemory>(
        context->saved_data["memory"].toCapsule());
    const auto sequences = static_cast<int64_t>(memory->lengths.size());
    const int64_t size = memory->values.size(1), heads = memory->heads();
    const auto attended = gradient_or_zeros(gradients.at(0), heads > 0, {sequences, heads, size});
    const auto mean = gradient_or_zeros(gradients.at(1), memory->mean, {sequences, size});
    const auto max =
        gradient_or_zeros(gradients.at(2), memory->max_step.defined(), {sequences, size});
    const auto grad_values = at::empty_like(memory->values);
    at::Tensor grad_query;
    if (memory->query.defined()) grad_query = at::empty_like(memory->query);

    with_storage(memory->values.scalar_type(), [&]<typename Storage>(Storage) {
      for_each_sequence(*memory, [&](int64_t b) {
        const auto forward = sequence_of<Storage>(*memory, Results{}, b);
        std::vector<float> scratch(
            static_cast<size_t>(forward.heads * forward.length + forward.size));
        kernels_for<Storage>(*memory->kernels)
            .pool_backward({.forward = forward,
                            .grad_attended = part<float>(attended, b),
                            .grad_mean = part<float>(mean, b),
                            .grad_max = part<float>(max, b),
                            .grad_query = part<float>(grad_query, b),
                            .grad_values = static_cast<Storage*>(grad_values.mutable_data_ptr()),
                            .scratch = scratch.data()});
      });
    });
    return {grad_values, grad_query, {}, {}, {}, {}};
  }
};

}  // namespace

PackedPooling pool_packed(const at::Tensor& values, const SequenceLayout& layout,
                          const PackedPoolingRequest& request, const VectorKernels& kernels) {
  TORCH_CHECK(values.dim() == 2 && values.size(0) == layout.values(), "values to pool are ",
              values.sizes(), ", expected ", layout.values(), " rows");
  TORCH_CHECK(!request.query.defined() || (request.query.scalar_type() == at::kFloat &&
                                           request.query.size(0) == layout.sequences() &&
                                           request.query.size(2) == values.size(1)),
              "a query of ", request.query.sizes(), " does not fit values of ", values.sizes());
  const bool differentiable =
      at::GradMode::is_enabled() &&
      (values.requires_grad() || (request.query.defined() && request.query.requires_grad()));
  if (!differentiable) {
    const at::NoGradGuard no_grad;
    const auto [memory, results] = pool_forward(values, layout, request, kernels);
    return {.attended = results.attended,
            .weights = memory->weights,
            .mean = results.mean,
            .max = results.max};
  }
  // A function that is differentiated takes no undefined tensors.
  const auto query = request.query.defined() ? request.query : at::empty({0}, at::kFloat);
  const auto outputs =
      PoolFunction::apply(values, query, request.mean, request.max, layout, kernels);
  PackedPooling result;
  if (request.query.defined()) {
    result.attended = outputs.at(0);
    result.weights = outputs.at(3);
  }
  if (request.mean) result.mean = outputs.at(1);
  if (request.max) result.max = outputs.at(2);
  return result;
}

}  // namespace mnemo
