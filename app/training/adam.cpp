#include "app/training/adam.h"

#include <torch/csrc/autograd/variable.h>

#include <algorithm>
#include <cmath>
#include <functional>
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

// A sparse gradient whose rows stand once each, ascending. Autograd forgets that they do, and
// coalesce() would sort and copy them.
at::Tensor with_distinct_rows(const at::Tensor& gradient) {
  if (gradient.is_coalesced()) return gradient;
  const auto indices = gradient._indices().contiguous();  // (1, rows)
  const auto* first = indices.const_data_ptr<int64_t>();
  const bool ascending =
      std::adjacent_find(first, first + indices.size(1), std::greater_equal<int64_t>()) ==
      first + indices.size(1);
  return ascending ? gradient : gradient.coalesce();
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

Adam::Adam(std::vector<at::Tensor> parameters, const AdamOptions& options)
    : parameters_(std::move(parameters)), options_(options) {
  for (const auto& parameter : parameters_) {
    exp_avgs_.push_back(at::zeros_like(parameter));
    exp_avg_sqs_.push_back(at::zeros_like(parameter));
  }
}

void Adam::zero_grad() {
  for (auto& parameter : parameters_) parameter.mutable_grad() = at::Tensor();
}

void Adam::step(double gradient_scale) {
  const at::NoGradGuard no_grad;
  ++steps_;
  const auto* kernels = vector_kernels(KernelPath::automatic);
  for (size_t i = 0; i < parameters_.size(); ++i) {
    const auto& parameter = parameters_[i];
    const auto& gradient = parameter.grad();
    if (!gradient.defined()) continue;
    if (kernels != nullptr && parameter.device().is_cpu() && parameter.is_contiguous()) {
      update_by_kernels(i, gradient_scale, *kernels);
    } else {
      update_by_operator(i, gradient_scale);
    }
    // Both change the parameter without autograd's notice; others go by the version.
    torch::autograd::impl::bump_version(parameter);
  }
}

void Adam::update_by_kernels(size_t i, double gradient_scale, const VectorKernels& kernels) {
  const auto t = static_cast<double>(steps_);
  const auto& gradient = parameters_[i].grad();
  const AdamUpdate whole = {
      .parameter = parameters_[i].mutable_data_ptr<float>(),
      .gradient = nullptr,
      .exp_avg = exp_avgs_[i].mutable_data_ptr<float>(),
      .exp_avg_sq = exp_avg_sqs_[i].mutable_data_ptr<float>(),
      .count = parameters_[i].numel(),
      .gradient_scale = static_cast<float>(gradient_scale),
      .one_minus_beta1 = static_cast<float>(1.0 - options_.beta1),
      .beta2 = static_cast<float>(options_.beta2),
      .one_minus_beta2 = static_cast<float>(1.0 - options_.beta2),
      .eps = static_cast<float>(options_.eps),
      .step_size = static_cast<float>(options_.learning_rate / (1.0 - std::pow(options_.beta1, t))),
      .root_of_bias_2 = static_cast<float>(std::sqrt(1.0 - std::pow(options_.beta2, t)))};
  if (gradient.is_sparse()) {
    update_rows(whole, with_distinct_rows(gradient), kernels);
  } else {
    update_dense(whole, gradient, kernels);
  }
}

void Adam::update_by_operator(size_t i, double gradient_scale) {
  const auto& gradient = parameters_[i].grad();
  const auto dense = (gradient.is_sparse() ? gradient.to_dense() : gradient) * gradient_scale;
  // The operator wants to know the steps done, this one included.
  const auto steps =
      at::full({}, static_cast<double>(steps_), parameters_[i].options().dtype(at::kFloat));
  at::_fused_adam_(parameters_[i], dense, exp_avgs_[i], exp_avg_sqs_[i], /*max_exp_avg_sqs=*/{},
                   steps, options_.learning_rate, options_.beta1, options_.beta2,
                   /*weight_decay=*/0.0, options_.eps, /*amsgrad=*/false, /*maximize=*/false);
}

double gradient_norm(const std::vector<at::Tensor>& parameters) {
  const at::NoGradGuard no_grad;
  std::vector<at::Tensor> gradients;
  gradients.reserve(parameters.size());
  for (const auto& parameter : parameters) {
    const auto& gradient = parameter.grad();
    if (!gradient.defined()) continue;
    gradients.push_back(gradient.is_sparse() ? with_distinct_rows(gradient)._values() : gradient);
  }
  if (gradients.empty()) return 0.0;
  return at::stack(at::_foreach_norm(gradients)).norm().item<double>();
}

double clipping_scale(double norm, double max_norm) {
  // The small number is PyTorch's.
  const double scale = max_norm / (norm + 1e-6);
  return max_norm > 0.0 && scale < 1.0 ? scale : 1.0;
}

}  // namespace mnemo
