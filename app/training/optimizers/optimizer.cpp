#include "app/training/optimizers/optimizer.h"

#include <fmt/format.h>
#include <torch/csrc/autograd/variable.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <utility>

#include "app/training/optimizers/adam.h"
#include "app/training/optimizers/rmsprop.h"
#include "app/training/optimizers/sgd.h"
#include "mnemo/error.h"

namespace mnemo {

Optimizer::Optimizer(std::vector<at::Tensor> parameters, const OptimizerOptions& options)
    : parameters_(std::move(parameters)), options_(options), paces_(parameters_.size()) {}

void Optimizer::set_paces(std::vector<ParameterPace> paces) {
  TORCH_CHECK(paces.size() == parameters_.size(), "an optimizer of ", parameters_.size(),
              " parameters was given ", paces.size(), " paces");
  paces_ = std::move(paces);
}

void Optimizer::zero_grad() {
  for (auto& parameter : parameters_) parameter.mutable_grad() = at::Tensor();
}

void Optimizer::drop_waiting_gradients() {
  for (size_t i = 0; i < parameters_.size(); ++i) {
    if (steps_ < paces_[i].waiting_steps) parameters_[i].mutable_grad() = at::Tensor();
  }
}

void Optimizer::step(double gradient_scale) {
  const at::NoGradGuard no_grad;
  ++steps_;
  for (size_t i = 0; i < parameters_.size(); ++i) {
    if (!parameters_[i].grad().defined() || steps_of(i) < 1) continue;
    update(i, gradient_scale);
    // Kernels change the parameter without autograd's notice; others go by the version.
    torch::autograd::impl::bump_version(parameters_[i]);
  }
}

NamedTensors Optimizer::state() const {
  NamedTensors state = {{"steps", at::full({1}, steps_, at::kLong)}};
  for (const auto& [name, tensors] : slots_) {
    for (size_t i = 0; i < tensors.size(); ++i) {
      state.emplace(fmt::format("{}.{}", name, i), tensors[i]);
    }
  }
  return state;
}

void Optimizer::restore(const NamedTensors& state) {
  const at::NoGradGuard no_grad;
  for (auto& [name, tensor] : this->state()) {
    const auto found = state.find(name);
    if (found == state.end() || found->second.sizes() != tensor.sizes()) {
      throw Error(fmt::format("the optimizer's state lacks {}, or has it in another shape", name));
    }
    tensor.copy_(found->second);
  }
  steps_ = state.at("steps").item<int64_t>();
}

std::vector<at::Tensor>& Optimizer::add_slot(const std::string& name) {
  auto& slot = slots_[name];
  for (const auto& parameter : parameters_) slot.push_back(at::zeros_like(parameter));
  return slot;
}

double Optimizer::weight_decay_of(size_t index) const {
  return parameters_[index].dim() > 1 ? options_.weight_decay : 0.0;
}

at::Tensor Optimizer::penalized_gradient(size_t index, double scale) const {
  const auto& parameter = parameters_[index];
  const auto& gradient = parameter.grad();
  const auto scaled = (gradient.is_sparse() ? gradient.to_dense() : gradient) * scale;
  const double decay = weight_decay_of(index);
  return decay == 0.0 ? scaled : scaled.add(parameter, decay);
}

void validate(const OptimizerOptions& options) {
  const bool has_momentum =
      options.kind == OptimizerKind::sgd || options.kind == OptimizerKind::rmsprop;
  if (options.momentum > 0.0 && !has_momentum) {
    throw SettingError("momentum", "is for `optimizer` sgd and rmsprop",
                       "adam and adamw have their own: drop it");
  }
  if (options.nesterov && (options.kind != OptimizerKind::sgd || options.momentum == 0.0)) {
    throw SettingError("nesterov",
                       "is a form of `optimizer` sgd with `momentum`: give both, or drop it");
  }
  if (options.kind == OptimizerKind::adamw && options.weight_decay == 0.0) {
    throw SettingError("optimizer", "adamw without `weight-decay` is adam: give it, as in 0.01");
  }
}

std::unique_ptr<Optimizer> make_optimizer(std::vector<at::Tensor> parameters,
                                          const OptimizerOptions& options) {
  switch (options.kind) {
    case OptimizerKind::adam:
    case OptimizerKind::adamw:
      return std::make_unique<Adam>(std::move(parameters), options);
    case OptimizerKind::rmsprop:
      return std::make_unique<RmsProp>(std::move(parameters), options);
    case OptimizerKind::sgd:
      return std::make_unique<Sgd>(std::move(parameters), options);
  }
  throw Error("unhandled optimizer");
}

at::Tensor with_distinct_rows(const at::Tensor& gradient) {
  if (gradient.is_coalesced()) return gradient;
  const auto indices = gradient._indices().contiguous();  // (1, rows)
  const auto* first = indices.const_data_ptr<int64_t>();
  const bool ascending =
      std::adjacent_find(first, first + indices.size(1), std::greater_equal<int64_t>()) ==
      first + indices.size(1);
  return ascending ? gradient : gradient.coalesce();
}

double global_norm(const std::vector<at::Tensor>& tensors) {
  const at::NoGradGuard no_grad;
  if (tensors.empty()) return 0.0;
  const auto norm = at::stack(at::_foreach_norm(tensors)).norm().item<double>();
  if (std::isfinite(norm)) return norm;
  // Squares of finite numbers above 1.8e19 have no place in fp32.
  double squares = 0.0;
  for (const auto& tensor : tensors) {
    const auto one = at::linalg_vector_norm(tensor, 2, std::nullopt, false, at::kDouble);
    squares += std::pow(one.item<double>(), 2);
  }
  return std::sqrt(squares);
}

double gradient_norm(const std::vector<at::Tensor>& parameters) {
  const at::NoGradGuard no_grad;
  std::vector<at::Tensor> gradients;
  gradients.reserve(parameters.size());
  for (const auto& parameter : parameters) {
    const auto& gradient = parameter.grad();
    if (!gradient.defined()) continue;
    gradients.push_back(gradient.is_sparse() ? with_distinct_rows(gradient)._values() : gradient);
  }
  return global_norm(gradients);
}

void clip_gradient_values(const std::vector<at::Tensor>& parameters, double limit) {
  const at::NoGradGuard no_grad;
  for (const auto& parameter : parameters) {
    auto& gradient = parameter.mutable_grad();
    if (!gradient.defined()) continue;
    if (gradient.is_sparse()) gradient = with_distinct_rows(gradient);
    auto values = gradient.is_sparse() ? gradient._values() : gradient;
    values.clamp_(-limit, limit);
  }
}

double clipping_scale(double norm, double max_norm) {
  // The small number is PyTorch's.
  const double scale = max_norm / (norm + 1e-6);
  return max_norm > 0.0 && scale < 1.0 ? scale : 1.0;
}

}  // namespace mnemo
