// Logistic regression on the presence of n-grams, each scaled by how much more often one class has
// it than the others (Wang and Manning 2012, "NBSVM" with the logistic loss).
//
//   r_fc = log((1 + n_fc) / sum_f (1 + n_fc)) - log((1 + m_fc) / sum_f (1 + m_fc))
//
// where n_fc texts of class c hold the n-gram f, and m_fc texts of other classes. The logit of a
// text is z_c = b_c + sum over its n-grams of w_fc r_fc, and what is least at the solution is
//
//   |w|^2 / 2 + strength * sum over texts of their loss
//
// as in liblinear; two classes share one logit, that of the second.
#pragma once

#include <ATen/ATen.h>

#include <cstdint>
#include <vector>

#include "app/training/class_loss.h"
#include "app/training/linear/ngram_features.h"

namespace mnemo {

struct NgramModel {
  std::vector<float> weight;  // (K, C) w r
  std::vector<double> bias;   // (C)

  // (texts, C) fp64
  at::Tensor logits(const SparseRows& rows) const;
};

// (K, C) of the texts that hold each n-gram, and the texts' class numbers.
std::vector<float> log_count_ratios(const SparseRows& texts_of_ngrams,
                                    const std::vector<int32_t>& labels, int64_t classes);

class NgramRegression {
 public:
  // rows: the numbers of each text's n-grams, below `ngrams`. The loss is that of class_loss.h.
  NgramRegression(SparseRows rows, std::vector<int32_t> labels, int64_t ngrams, int64_t classes,
                  const ClassLoss& loss);

  // Goes on from the solution for the strength before, which should be a smaller one. `tolerance`:
  // see LbfgsOptions, of the gradient at weights of zero.
  NgramModel solve(double strength, double tolerance = 1e-3);

 private:
  // `parameters`: w (K, C), then b (C).
  double evaluate(double strength, const std::vector<double>& parameters,
                  std::vector<double>& gradient);
  // Evaluates a block of texts: the losses' sum, and what they are by their logits.
  double evaluate_texts(int64_t block, const std::vector<double>& parameters,
                        std::vector<double>& bias_gradient);
  std::vector<double> steepness(double strength) const;

  SparseRows rows_, columns_;  // texts to n-grams, and n-grams to texts
  std::vector<int32_t> labels_;
  int64_t ngrams_, classes_, logits_;  // K, classes, C
  std::vector<double> targets_;  // (classes, classes) what a text of a label weighs for each class
  std::vector<float> ratios_;    // (K, C)
  std::vector<float> scaled_;    // (K, C) w r of the point at hand
  std::vector<double> slopes_;   // (texts, C) of each text's loss by its logits
  std::vector<double> parameters_;
};

}  // namespace mnemo
