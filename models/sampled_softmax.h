// Cross-entropy over a large vocabulary that looks at a sample of it (Bengio and Senecal 2008; Jean
// et al. 2015), with the product that makes the logits: they exist for a few rows at a time only.
#pragma once

#include <ATen/ATen.h>

#include <cstdint>
#include <random>
#include <vector>

namespace mnemo {

// The part of a vocabulary of V that targets are compared with.
struct SoftmaxSample {
  at::Tensor ids;           // (S) int64, ascending, distinct
  at::Tensor log_expected;  // (V) fp32: log of the chance that an id is in such a sample

  // All of it but padding, id 0, which is no target: the plain softmax.
  static SoftmaxSample whole(int64_t vocab_size);
};

// Draws samples by how often ids occur.
class SoftmaxSampler {
 public:
  // counts[i] (V): how often id i occurs, padding never, flattened a little so that rare ids come,
  // too (count^0.75, Mikolov et al. 2013). `draws` with replacement make a sample.
  SoftmaxSampler(const at::Tensor& counts, int64_t draws);

  SoftmaxSample draw(std::mt19937_64& random) const;

 private:
  std::vector<double> cumulative_;  // of the ids' probabilities
  at::Tensor log_expected_;
  int64_t draws_;
};

// The sum over rows of -log softmax(logits)[target], where logits are of the target itself and of
// the sample without it, each less its log_expected. hidden (M, E) fp32 or bf16, the type of the
// products; weight (V, E) and bias (V) fp32; targets (M) int64 -> () fp32. Differentiable once by
// hidden, weight and bias.
at::Tensor sampled_softmax_loss_sum(const at::Tensor& hidden, const at::Tensor& weight,
                                    const at::Tensor& bias, const at::Tensor& targets,
                                    const SoftmaxSample& sample);

}  // namespace mnemo
