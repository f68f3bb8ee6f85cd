#include "app/explain/label_score.h"

#include <torch/csrc/autograd/autograd.h>

namespace mnemo {

at::Tensor label_log_odds(const at::Tensor& logits, int64_t label) {
  if (logits.size(1) == 1) return (label == 1 ? logits : logits.neg()).squeeze(1);
  const int64_t classes = logits.size(1);
  const auto others =
      at::cat({logits.slice(1, 0, label), logits.slice(1, label + 1, classes)}, 1);  // (B, C - 1)
  return logits.select(1, label) - others.logsumexp(1);
}

ScoredPoints with_gradients(const at::Tensor& points,
                            const std::function<at::Tensor(const at::Tensor&)>& score) {
  const auto leaf = points.detach().requires_grad_();
  const auto scores = score(leaf);
  const auto gradients = torch::autograd::grad({scores.sum()}, {leaf})[0];
  return {.scores = scores.detach(), .gradients = gradients};
}

}  // namespace mnemo
