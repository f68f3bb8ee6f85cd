// Adam (Kingma and Ba 2015), in one pass over each parameter and its moments; with decoupled weight
// decay, AdamW (Loshchilov and Hutter 2019).
#pragma once

#include <vector>

#include "app/training/optimizers/optimizer.h"
#include "models/kernels/vector_kernels.h"

namespace mnemo {

class Adam : public Optimizer {
 public:
  Adam(std::vector<at::Tensor> parameters, const OptimizerOptions& options);

 protected:
  void update(size_t index, double gradient_scale) override;

 private:
  void update_by_kernels(size_t index, const at::Tensor& gradient, double gradient_scale,
                         const VectorKernels& kernels);
  // LibTorch's fused operator.
  void update_by_operator(size_t index, const at::Tensor& gradient, double gradient_scale);

  std::vector<at::Tensor>& exp_avgs_;
  std::vector<at::Tensor>& exp_avg_sqs_;
};

}  // namespace mnemo
