#include "app/training/optimizers/rmsprop.h"

#include <utility>

namespace mnemo {

RmsProp::RmsProp(std::vector<at::Tensor> parameters, const OptimizerOptions& options)
    : Optimizer(std::move(parameters), options), squares_(add_slot("square")) {
  if (options.momentum > 0.0) velocities_ = &add_slot("velocity");
}

void RmsProp::update(size_t index, double gradient_scale) {
  auto parameter = parameters()[index];
  const auto gradient = penalized_gradient(index, gradient_scale);
  auto& square = squares_[index];
  square.mul_(kRmsPropSmoothing).addcmul_(gradient, gradient, 1.0 - kRmsPropSmoothing);
  const auto root = square.sqrt().add_(kOptimizerEps);
  if (velocities_ == nullptr) {
    parameter.addcdiv_(gradient, root, -learning_rate_of(index));
    return;
  }
  auto& velocity = (*velocities_)[index];
  velocity.mul_(options().momentum).addcdiv_(gradient, root);
  parameter.add_(velocity, -learning_rate_of(index));
}

}  // namespace mnemo
