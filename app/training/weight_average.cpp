#include "app/training/weight_average.h"

#include <algorithm>
#include <string>
#include <utility>

#include "mnemo/error.h"

namespace mnemo {
namespace {

constexpr const char* kUpdates = "updates";

}  // namespace

WeightAverage::WeightAverage(std::vector<at::Tensor> parameters, double decay)
    : parameters_(std::move(parameters)), decay_(decay) {
  const auto largest = std::ranges::max_element(
      parameters_, {}, [](const at::Tensor& parameter) { return parameter.numel(); });
  if (largest != parameters_.end()) {
    spare_ = at::empty({largest->numel()}, largest->options().requires_grad(false));
  }
}

void WeightAverage::update() {
  const at::NoGradGuard no_grad;
  if (averages_.empty()) {
    for (const auto& parameter : parameters_) averages_.push_back(parameter.detach().clone());
  } else {
    const auto before = static_cast<double>(updates_);
    const double decay = std::min(decay_, (1.0 + before) / (10.0 + before));
    at::_foreach_lerp_(averages_, parameters_, 1.0 - decay);
  }
  ++updates_;
}

void WeightAverage::swap() {
  const at::NoGradGuard no_grad;
  for (size_t i = 0; i < averages_.size(); ++i) {
    auto value = spare_.narrow(0, 0, averages_[i].numel()).view(averages_[i].sizes());
    value.copy_(parameters_[i]);
    parameters_[i].copy_(averages_[i]);
    averages_[i].copy_(value);
  }
}

NamedTensors WeightAverage::state() const {
  NamedTensors state;
  if (averages_.empty()) return state;
  state.emplace(kUpdates, at::scalar_tensor(updates_, at::kLong));
  for (size_t i = 0; i < averages_.size(); ++i) state.emplace(std::to_string(i), averages_[i]);
  return state;
}

void WeightAverage::restore(const NamedTensors& state) {
  averages_.clear();
  updates_ = 0;
  if (state.empty()) return;
  const auto updates = state.find(kUpdates);
  if (updates == state.end() || updates->second.numel() != 1) {
    throw Error("the average of the weights does not tell how many steps it is of");
  }
  updates_ = updates->second.item<int64_t>();
  for (size_t i = 0; i + 1 < state.size(); ++i) {
    const auto found = state.find(std::to_string(i));
    if (found == state.end() || i >= parameters_.size() ||
        found->second.sizes() != parameters_[i].sizes()) {
      throw Error("the average of the weights is not that of this model");
    }
    averages_.push_back(found->second.clone());
  }
}

}  // namespace mnemo
