#include "app/training/rmsprop.h"

#include <utility>

namespace mnemo {

RmsProp::RmsProp(std::vector<at::Tensor> parameters, const OptimizerOptions& options)
    : Optimizer(std::move(parameters), options) {
  for (const auto& parameter : this->parameters()) {
    squares_.push_back(at::zeros_like(parameter));
    velocities_.push_back(options.momentum > 0.0 ? at::zeros_like(parameter) : at::Tensor());
  }
}

void RmsProp::update(size_t index, double gradient_scale) {
  auto parameter = parameters()[index];
  const auto gradient = penalized_gradient(index, gradient_scale);
  auto& square = squares_[index];
  square.mul_(options().smoothing).addcmul_(gradient, gradient, 1.0 - options().smoothing);
  const auto root = square.sqrt().add_(options().eps);
  if (options().momentum == 0.0) {
    parameter.addcdiv_(gradient, root, -options().learning_rate);
    return;
  }
  velocities_[index].mul_(options().momentum).addcdiv_(gradient, root);
  parameter.add_(velocities_[index], -options().learning_rate);
}

}  // namespace mnemo
