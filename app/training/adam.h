// Adam (Kingma and Ba 2015) in LibTorch's fused form: one pass over each parameter and its moments.
#pragma once

#include <vector>

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
  // One update from the parameters' gradients.
  void step();

 private:
  std::vector<at::Tensor> parameters_;
  AdamOptions options_;
  std::vector<at::Tensor> exp_avgs_, exp_avg_sqs_, steps_;
};

// Scales the gradients so that their global L2 norm is at most `max_norm` (0: leaves them), as
// torch.nn.utils.clip_grad_norm_ does. Returns the norm before clipping.
double clip_gradients(const std::vector<at::Tensor>& parameters, double max_norm);

}  // namespace mnemo
