#include "app/training/chance_loss.h"

namespace mnemo {

double chance_loss_of_classes(const at::Tensor& train, const at::Tensor& valid, int64_t classes) {
  // A class without a training sample would cost infinity; half a sample is what it is given.
  const auto counts = train.to(at::kLong).bincount({}, classes).to(at::kDouble).clamp_min(0.5);
  const auto log_shares = (counts / counts.sum()).log();  // (C)
  return -log_shares.index_select(0, valid.to(at::kLong)).mean().item<double>();
}

double chance_loss_of_labels(const at::Tensor& train, const at::Tensor& valid) {
  const auto samples = static_cast<double>(train.size(0));
  const double least = 0.5 / samples;
  const auto share = train.to(at::kDouble).mean(0).clamp(least, 1.0 - least);  // (C)
  const auto known = valid.to(at::kDouble);
  return -(known * share.log() + (1.0 - known) * (1.0 - share).log()).mean().item<double>();
}

double chance_loss_of_numbers(const at::Tensor& train, const at::Tensor& valid) {
  const auto mean = train.to(at::kDouble).mean(0);  // (K)
  return (valid.to(at::kDouble) - mean).square().mean().item<double>();
}

}  // namespace mnemo
