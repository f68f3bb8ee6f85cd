// Stochastic gradient descent with momentum (Sutskever et al. 2013), as torch.optim.SGD has it.
#pragma once

#include <vector>

#include "app/training/optimizers/optimizer.h"

namespace mnemo {

class Sgd : public Optimizer {
 public:
  Sgd(std::vector<at::Tensor> parameters, const OptimizerOptions& options);

 protected:
  void update(size_t index, double gradient_scale) override;

 private:
  std::vector<at::Tensor>* velocities_ = nullptr;  // with momentum
};

}  // namespace mnemo
