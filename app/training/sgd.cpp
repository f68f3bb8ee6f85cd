#include "app/training/sgd.h"

namespace mnemo {

void Sgd::update(size_t index, double gradient_scale) {
  auto parameter = parameters()[index];
  if (options().momentum == 0.0 && weight_decay_of(index) == 0.0) {  // only these rows move
    parameter.add_(parameter.grad(), -options().learning_rate * gradient_scale);
    return;
  }
  velocities_.resize(parameters().size());
  auto& velocity = velocities_[index];
  auto gradient = penalized_gradient(index, gradient_scale);
  if (options().momentum > 0.0) {
    velocity =
        velocity.defined() ? velocity.mul_(options().momentum).add_(gradient) : gradient.clone();
    gradient = options().nesterov ? gradient.add(velocity, options().momentum) : velocity;
  }
  parameter.add_(gradient, -options().learning_rate);
}

}  // namespace mnemo
