#include "app/training/optimizers/adam.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "models/kernels/dispatch.h"
#include "models/parallel.h"

namespace mnemo {
namespace {

// Numbers that one task updates.
constexpr int64_t kNumbersPerTask = 1 << 15;

// The update of `count` numbers from `begin` on, of those that `whole` tells of.
AdamUpdate part(const AdamUpdate& whole, int64_t begin, int64_t count, const float* gradient) {
  AdamUpdate update = whole;
  update.parameter += begin;
  update.exp_avg += begin;
  update.exp_avg_sq += begin;
  update.count = count;
  update.gradient = gradient;
  return update;
}

void update_dense(const AdamUpdate& whole, const at::Tensor& gradient,
                  const VectorKernels& kernels) {
  const auto dense = gradient.contiguous();
  const auto* numbers = dense.const_data_ptr<float>();
  for_each_on_threads((whole.count + kNumbersPerTask - 1) / kNumbersPerTask, [&](int64_t task) {
    const int64_t begin = task * kNumbersPerTask;
    kernels.adam(
        part(whole, begin, std::min(kNumbersPerTask, whole.count - begin), numbers + begin));
  });
}

// gradient: with distinct rows; those between have the gradient zero.
void update_rows(const AdamUpdate& whole, const at::Tensor& gradient,
                 const VectorKernels& kernels) {
  const int64_t rows = gradient.size(0), size = whole.count / rows;
  const auto indices = gradient._indices().contiguous();  // (1, touched), ascending
  const auto values = gradient._values().contiguous();    // (touched, size)
  const auto* first = indices.const_data_ptr<int64_t>();
  const auto* last = first + indices.size(1);
  const int64_t rows_per_task = std::max<int64_t>(1, kNumbersPerTask / size);
  for_each_on_threads((rows + rows_per_task - 1) / rows_per_task, [&](int64_t task) {
    int64_t row = task * rows_per_task;
    const int64_t end = std::min(row + rows_per_task, rows);
    for (const auto* touched = std::lower_bound(first, last, row); row < end; ++row, ++touched) {
      const int64_t next = touched == last ? end : std::min(*touched, end);
      kernels.adam(part(whole, row * size, (next - row) * size, nullptr));
      row = next;
      if (row == end) break;
      kernels.adam(
          part(whole, row * size, size, values.const_data_ptr<float>() + (touched - first) * size));
    }
  });
}

}  // namespace

Adam::Adam(std::vector<at::Tensor> parameters, const OptimizerOptions& options)
    : Optimizer(std::move(parameters), options),
      exp_avgs_(add_slot("exp_avg")),
      exp_avg_sqs_(add_slot("exp_avg_sq")) {}

void Adam::update(size_t index, double gradient_scale) {
  auto parameter = parameters()[index];
  at::Tensor gradient = parameter.grad();
  const double decay = weight_decay_of(index);
  if (decay > 0.0 && options().kind == OptimizerKind::adamw) {
    parameter.mul_(1.0 - learning_rate_of(index) * decay);
  } else if (decay > 0.0) {
    gradient = penalized_gradient(index, gradient_scale);
    gradient_scale = 1.0;
  }
  const auto* kernels = vector_kernels(KernelPath::automatic);
  if (kernels != nullptr && parameter.device().is_cpu() && parameter.is_contiguous()) {
    update_by_kernels(index, gradient, gradient_scale, *kernels);
  } else {
    update_by_operator(index, gradient, gradient_scale);
  }
}

void Adam::update_by_kernels(size_t index, const at::Tensor& gradient, double gradient_scale,
                             const VectorKernels& kernels) {
  const auto t = static_cast<double>(steps_of(index));
  const AdamUpdate whole = {
      .parameter = parameters()[index].mutable_data_ptr<float>(),
      .gradient = nullptr,
      .exp_avg = exp_avgs_[index].mutable_data_ptr<float>(),
      .exp_avg_sq = exp_avg_sqs_[index].mutable_data_ptr<float>(),
      .count = parameters()[index].numel(),
      .gradient_scale = static_cast<float>(gradient_scale),
      .one_minus_beta1 = static_cast<float>(1.0 - kAdamBeta1),
      .beta2 = static_cast<float>(kAdamBeta2),
      .one_minus_beta2 = static_cast<float>(1.0 - kAdamBeta2),
      .eps = static_cast<float>(kOptimizerEps),
      .step_size = static_cast<float>(learning_rate_of(index) / (1.0 - std::pow(kAdamBeta1, t))),
      .root_of_bias_2 = static_cast<float>(std::sqrt(1.0 - std::pow(kAdamBeta2, t)))};
  if (gradient.is_sparse()) {
    update_rows(whole, with_distinct_rows(gradient), kernels);
  } else {
    update_dense(whole, gradient, kernels);
  }
}

void Adam::update_by_operator(size_t index, const at::Tensor& gradient, double gradient_scale) {
  const auto dense = (gradient.is_sparse() ? gradient.to_dense() : gradient) * gradient_scale;
  // The operator wants to know the steps done, this one included.
  const auto count = at::full({}, static_cast<double>(steps_of(index)),
                              parameters()[index].options().dtype(at::kFloat));
  at::_fused_adam_(parameters()[index], dense, exp_avgs_[index], exp_avg_sqs_[index],
                   /*max_exp_avg_sqs=*/{}, count, learning_rate_of(index), kAdamBeta1, kAdamBeta2,
                   /*weight_decay=*/0.0, kOptimizerEps, /*amsgrad=*/false, /*maximize=*/false);
}

}  // namespace mnemo
