// Optimizers, each with PyTorch's update rule.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "models/safetensors.h"
#include "models/torch_api.h"

namespace mnemo {

enum class OptimizerKind {
  adam,     // Kingma and Ba 2015
  adamw,    // with decoupled weight decay, Loshchilov and Hutter 2019
  rmsprop,  // Tieleman and Hinton 2012
  sgd,      // with momentum, Sutskever et al. 2013, as PyTorch has it
};

// PyTorch's values: the decays of Adam's averages, that of RMSprop's, and what both add to roots.
inline constexpr double kAdamBeta1 = 0.9, kAdamBeta2 = 0.999, kRmsPropSmoothing = 0.99;
inline constexpr double kOptimizerEps = 1e-8;

struct OptimizerOptions {
  OptimizerKind kind = OptimizerKind::adam;
  double learning_rate = 1e-3;
  double momentum = 0.0;      // rmsprop, sgd
  bool nesterov = false;      // sgd
  double weight_decay = 0.0;  // of matrices; biases and norms, which have one dimension, have none
};

// When a parameter learns, and how fast beside the others.
struct ParameterPace {
  double rate = 1.0;          // times the learning rate
  int64_t waiting_steps = 0;  // that leave it as it is
};

// Updates parameters in place from their gradients.
class Optimizer {
 public:
  Optimizer(std::vector<at::Tensor> parameters, const OptimizerOptions& options);
  virtual ~Optimizer() = default;
  Optimizer(const Optimizer&) = delete;
  Optimizer& operator=(const Optimizer&) = delete;

  const std::vector<at::Tensor>& parameters() const { return parameters_; }
  double learning_rate() const { return options_.learning_rate; }
  void set_learning_rate(double learning_rate) { options_.learning_rate = learning_rate; }

  // Takes one pace for each parameter; before the first step.
  void set_paces(std::vector<ParameterPace> paces);

  void zero_grad();
  // Takes the gradients from parameters that the next step leaves as they are, so that they have no
  // part in its norm.
  void drop_waiting_gradients();
  // One update from the gradients, dense or sparse, each times `gradient_scale`; a parameter
  // without a gradient stays. Rows that a sparse gradient does not hold have the gradient zero.
  void step(double gradient_scale = 1.0);

  // The numbers that later updates depend on besides the parameters and options; they share
  // storage.
  NamedTensors state() const;
  // Goes on from such a state of an optimizer of this kind over parameters of these shapes.
  void restore(const NamedTensors& state);

 protected:
  // Zeros like each parameter, by index, as a part of the state.
  std::vector<at::Tensor>& add_slot(const std::string& name);
  // Updates the parameter with this index, which has a gradient; autograd is off.
  virtual void update(size_t index, double gradient_scale) = 0;

  const OptimizerOptions& options() const { return options_; }
  // The steps that updated the parameter, the one at hand included.
  int64_t steps_of(size_t index) const { return steps_ - paces_[index].waiting_steps; }
  double learning_rate_of(size_t index) const {
    return options_.learning_rate * paces_[index].rate;
  }
  double weight_decay_of(size_t index) const;
  // The gradient times `scale`, dense, with the L2 penalty's part.
  at::Tensor penalized_gradient(size_t index, double scale) const;

 private:
  std::vector<at::Tensor> parameters_;
  OptimizerOptions options_;
  std::vector<ParameterPace> paces_;  // of each parameter
  int64_t steps_ = 0;
  std::map<std::string, std::vector<at::Tensor>> slots_;
};

// Throws UsageError for options that contradict each other.
void validate(const OptimizerOptions& options);

std::unique_ptr<Optimizer> make_optimizer(std::vector<at::Tensor> parameters,
                                          const OptimizerOptions& options);

// A sparse gradient with each of its rows once. Autograd forgets that its are so, and coalesce()
// would sort and copy them.
at::Tensor with_distinct_rows(const at::Tensor& gradient);

// The L2 norm of all elements together; right wherever they are finite, also where PyTorch's own
// is infinite: what is no number in fp32 is taken anew in double.
double global_norm(const std::vector<at::Tensor>& tensors);

// global_norm() of the gradients, dense or sparse.
double gradient_norm(const std::vector<at::Tensor>& parameters);

// Limits every element of the gradients to -limit to limit, as torch.nn.utils.clip_grad_value_
// does.
void clip_gradient_values(const std::vector<at::Tensor>& parameters, double limit);

// The factor that gradients of that norm are multiplied with so that it is at most `max_norm` (0:
// no limit), as torch.nn.utils.clip_grad_norm_ does.
double clipping_scale(double norm, double max_norm);

}  // namespace mnemo
