#include "app/training/optimizers/sgd.h"

#include <utility>

namespace mnemo {

Sgd::Sgd(std::vector<at::Tensor> parameters, const OptimizerOptions& options)
    : Optimizer(std::move(parameters), options) {
  if (options.momentum > 0.0) velocities_ = &add_slot("velocity");
}

void Sgd::update(size_t index, double gradient_scale) {
  auto parameter = parameters()[index];
  if (velocities_ == nullptr && weight_decay_of(index) == 0.0) {  // only these rows move
    parameter.add_(parameter.grad(), -learning_rate_of(index) * gradient_scale);
    return;
  }
  auto gradient = penalized_gradient(index, gradient_scale);
  if (velocities_ != nullptr) {
    auto& velocity = (*velocities_)[index];
    velocity.mul_(options().momentum).add_(gradient);
    gradient = options().nesterov ? gradient.add(velocity, options().momentum) : velocity;
  }
  parameter.add_(gradient, -learning_rate_of(index));
}

}  // namespace mnemo
