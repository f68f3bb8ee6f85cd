// RMSprop (Tieleman and Hinton 2012), as torch.optim.RMSprop has it: not centred, epsilon outside
// the root.
#pragma once

#include <vector>

#include "app/training/optimizers/optimizer.h"

namespace mnemo {

class RmsProp : public Optimizer {
 public:
  RmsProp(std::vector<at::Tensor> parameters, const OptimizerOptions& options);

 protected:
  void update(size_t index, double gradient_scale) override;

 private:
  std::vector<at::Tensor>& squares_;
  std::vector<at::Tensor>* velocities_ = nullptr;  // with momentum
};

}  // namespace mnemo
