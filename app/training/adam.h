// Adam (Kingma and Ba 2015), in one pass over each parameter and its moments.
#pragma once

#include <cstdint>
#include <vector>

#include "models/kernels/vector_kernels.h"
#include "models/torch_api.h"

namespace mnemo {

struct AdamOptions {
  double learning_rate = 1e-3;
  double beta1 = 0.9;
  double beta2 = 0.999;
  double eps = 1e-8;
};

class Adam {
 public:
  // The parameters are updated in place by step().
  Adam(std::vector<at::Tensor> parameters, const AdamOptions& options);

  const std::vector<at::Tensor>& parameters() const { return parameters_; }
  double learning_rate() const { return options_.learning_rate; }
  void set_learning_rate(double learning_rate) { options_.learning_rate = learning_rate; }

  void zero_grad();
  // One update from the parameters' gradients, dense or sparse, each times `gradient_scale`. Rows
  // that a sparse gradient does not hold have the gradient zero, and move as their moments say.
  void step(double gradient_scale = 1.0);

 private:
  void update_by_kernels(size_t i, double gradient_scale, const VectorKernels& kernels);
  void update_by_operator(size_t i, double gradient_scale);  // LibTorch's fused one

  std::vector<at::Tensor> parameters_;
  AdamOptions options_;
  std::vector<at::Tensor> exp_avgs_, exp_avg_sqs_;
  int64_t steps_ = 0;
};

// Global L2 norm of the gradients, dense or sparse.
double gradient_norm(const std::vector<at::Tensor>& parameters);

// What to multiply gradients of that norm with so that it is at most `max_norm` (0: no limit), as
// torch.nn.utils.clip_grad_norm_ does.
double clipping_scale(double norm, double max_norm);

}  // namespace mnemo
