#include "app/training/adam.h"

#include <torch/csrc/autograd/variable.h>

#include <utility>

namespace mnemo {

Adam::Adam(std::vector<at::Tensor> parameters, const AdamOptions& options)
    : parameters_(std::move(parameters)), options_(options) {
  for (const auto& parameter : parameters_) {
    exp_avgs_.push_back(at::zeros_like(parameter));
    exp_avg_sqs_.push_back(at::zeros_like(parameter));
    steps_.push_back(at::zeros({}, parameter.options().dtype(at::kFloat)));
  }
}

void Adam::zero_grad() {
  for (auto& parameter : parameters_) parameter.mutable_grad() = at::Tensor();
}

void Adam::step() {
  const at::NoGradGuard no_grad;
  std::vector<at::Tensor> gradients;
  gradients.reserve(parameters_.size());
  for (const auto& parameter : parameters_) gradients.push_back(parameter.grad());
  for (auto& step : steps_) step.add_(1);
  at::_fused_adam_(parameters_, gradients, exp_avgs_, exp_avg_sqs_, /*max_exp_avg_sqs=*/{}, steps_,
                   options_.learning_rate, options_.beta1, options_.beta2, /*weight_decay=*/0.0,
                   options_.eps, /*amsgrad=*/false, /*maximize=*/false);
  // The fused operator changes them without autograd's notice; others go by the version.
  for (const auto& parameter : parameters_) torch::autograd::impl::bump_version(parameter);
}

double clip_gradients(const std::vector<at::Tensor>& parameters, double max_norm) {
  const at::NoGradGuard no_grad;
  std::vector<at::Tensor> gradients;
  gradients.reserve(parameters.size());
  for (const auto& parameter : parameters) gradients.push_back(parameter.grad());
  const double norm = at::stack(at::_foreach_norm(gradients)).norm().item<double>();
  // The small number keeps PyTorch's arithmetic: max_norm / (norm + 1e-6), never above 1.
  const double scale = max_norm / (norm + 1e-6);
  if (max_norm > 0.0 && scale < 1.0) at::_foreach_mul_(gradients, scale);
  return norm;
}

}  // namespace mnemo
