#include "app/training/linear/ngram_regression.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "app/training/linear/lbfgs.h"
#include "models/parallel.h"

namespace mnemo {
namespace {

constexpr int64_t kRowsATask = 256;
constexpr int64_t kNgramsATask = 4096;
constexpr int64_t kHistoryBytes = int64_t{1} << 30;  // at most, with some classes and n-grams

int64_t tasks_for(int64_t count, int64_t each) { return (count + each - 1) / each; }

std::vector<double> targets_of(const ClassLoss& loss, int64_t classes) {
  const auto targets = class_loss_targets(loss, classes);
  return {targets.const_data_ptr<double>(), targets.const_data_ptr<double>() + targets.numel()};
}

double log_one_plus_exp(double x) {
  return x > 0.0 ? x + std::log1p(std::exp(-x)) : std::log1p(std::exp(x));
}

// The loss, and in `logits` its derivative by each of them. targets (classes).
double loss_of(std::span<double> logits, const double* targets) {
  if (logits.size() == 1) {  // which stands for (0, logit)
    const double z = logits[0];
    logits[0] = (targets[0] + targets[1]) / (1.0 + std::exp(-z)) - targets[1];
    return targets[0] * log_one_plus_exp(z) + targets[1] * log_one_plus_exp(-z);
  }
  const double highest = std::ranges::max(logits);
  double exponentials = 0.0, loss = 0.0, total = 0.0;
  for (size_t c = 0; c < logits.size(); ++c) {
    loss -= targets[c] * (logits[c] - highest);
    total += targets[c];
    exponentials += logits[c] = std::exp(logits[c] - highest);
  }
  for (size_t c = 0; c < logits.size(); ++c) {
    logits[c] = total * logits[c] / exponentials - targets[c];
  }
  return loss + total * std::log(exponentials);
}

// result (C) = bias + the weights of the text's n-grams.
template <typename Numbers>
void add_weights(std::span<const int32_t> ngrams, const std::vector<float>& weights,
                 Numbers& result) {
  const size_t logits = result.size();
  if (logits == 1) {
    double sum = 0.0;
    for (const int32_t ngram : ngrams) sum += weights[static_cast<size_t>(ngram)];
    result[0] += sum;
    return;
  }
  for (const int32_t ngram : ngrams) {
    const float* weight = weights.data() + static_cast<size_t>(ngram) * logits;
    for (size_t c = 0; c < logits; ++c) result[c] += weight[c];
  }
}

}  // namespace

at::Tensor NgramModel::logits(const SparseRows& rows) const {
  const auto width = std::ssize(bias);
  auto result = at::empty({rows.size(), width}, at::kDouble);
  auto* answers = result.mutable_data_ptr<double>();
  for_each_on_threads(tasks_for(rows.size(), kRowsATask), [&](int64_t task) {
    const int64_t end = std::min(rows.size(), (task + 1) * kRowsATask);
    for (int64_t i = task * kRowsATask; i < end; ++i) {
      std::span<double> row(answers + i * width, static_cast<size_t>(width));
      std::ranges::copy(bias, row.begin());
      add_weights(rows[i], weight, row);
    }
  });
  return result;
}

std::vector<float> log_count_ratios(const SparseRows& texts_of_ngrams,
                                    const std::vector<int32_t>& labels, int64_t classes) {
  const auto logits = static_cast<size_t>(classes == 2 ? 1 : classes);
  const size_t first = classes == 2 ? 1 : 0;  // the class of the first logit
  const int64_t ngrams = texts_of_ngrams.size();
  std::vector<double> own(static_cast<size_t>(ngrams) * logits), others(own.size());
  std::vector<double> own_sum(logits, 0.0), others_sum(logits, 0.0);
  std::vector<double> counts(static_cast<size_t>(classes));
  for (int64_t f = 0; f < ngrams; ++f) {
    std::ranges::fill(counts, 0.0);
    for (const int32_t text : texts_of_ngrams[f]) {
      counts[static_cast<size_t>(labels[static_cast<size_t>(text)])] += 1.0;
    }
    const auto all = static_cast<double>(texts_of_ngrams[f].size());
    for (size_t c = 0; c < logits; ++c) {
      const size_t at = static_cast<size_t>(f) * logits + c;
      own_sum[c] += own[at] = 1.0 + counts[first + c];
      others_sum[c] += others[at] = 1.0 + all - counts[first + c];
    }
  }
  std::vector<float> ratios(own.size());
  for (size_t i = 0; i < ratios.size(); ++i) {
    const double sums = own_sum[i % logits] / others_sum[i % logits];
    ratios[i] = static_cast<float>(std::log(own[i] / others[i] / sums));
  }
  return ratios;
}

NgramRegression::NgramRegression(SparseRows rows, std::vector<int32_t> labels, int64_t ngrams,
                                 int64_t classes, const ClassLoss& loss)
    : rows_(std::move(rows)),
      columns_(transposed(rows_, ngrams)),
      labels_(std::move(labels)),
      ngrams_(ngrams),
      classes_(classes),
      logits_(classes == 2 ? 1 : classes),
      targets_(targets_of(loss, classes)),
      ratios_(log_count_ratios(columns_, labels_, classes)),
      scaled_(ratios_.size()),
      slopes_(static_cast<size_t>(rows_.size() * logits_)),
      parameters_(static_cast<size_t>((ngrams + 1) * logits_), 0.0) {}

double NgramRegression::evaluate_texts(int64_t block, const std::vector<double>& parameters,
                                       std::vector<double>& bias_gradient) {
  const auto width = static_cast<size_t>(logits_);
  const int64_t end = std::min(rows_.size(), (block + 1) * kRowsATask);
  bias_gradient.assign(width, 0.0);
  double loss = 0.0;
  for (int64_t i = block * kRowsATask; i < end; ++i) {
    const std::span slopes(slopes_.data() + static_cast<size_t>(i) * width, width);
    std::copy(parameters.end() - logits_, parameters.end(), slopes.begin());
    add_weights(rows_[i], scaled_, slopes);
    const auto label = static_cast<size_t>(labels_[static_cast<size_t>(i)]);
    loss += loss_of(slopes, targets_.data() + label * static_cast<size_t>(classes_));
    for (size_t c = 0; c < width; ++c) bias_gradient[c] += slopes[c];
  }
  return loss;
}

// Sums of blocks are added in the blocks' order, so that the number of threads changes nothing.
double NgramRegression::evaluate(double strength, const std::vector<double>& parameters,
                                 std::vector<double>& gradient) {
  const auto width = static_cast<size_t>(logits_);
  const auto weights = static_cast<int64_t>(ratios_.size());
  const auto each = kNgramsATask * logits_;
  for_each_on_threads(tasks_for(weights, each), [&](int64_t task) {
    const auto end = static_cast<size_t>(std::min(weights, (task + 1) * each));
    for (auto i = static_cast<size_t>(task * each); i < end; ++i) {
      scaled_[i] = static_cast<float>(parameters[i] * ratios_[i]);
    }
  });
  const int64_t blocks = tasks_for(rows_.size(), kRowsATask);
  std::vector<double> losses(static_cast<size_t>(blocks));
  std::vector<std::vector<double>> bias_gradients(losses.size());
  for_each_on_threads(blocks, [&](int64_t block) {
    const auto at = static_cast<size_t>(block);
    losses[at] = evaluate_texts(block, parameters, bias_gradients[at]);
  });
  std::vector<double> squares(static_cast<size_t>(tasks_for(ngrams_, kNgramsATask)));
  for_each_on_threads(std::ssize(squares), [&](int64_t task) {
    std::vector<double> sums(width);
    double square = 0.0;
    const int64_t end = std::min(ngrams_, (task + 1) * kNgramsATask);
    for (int64_t f = task * kNgramsATask; f < end; ++f) {
      std::ranges::fill(sums, 0.0);
      for (const int32_t text : columns_[f]) {
        const double* slope = slopes_.data() + static_cast<size_t>(text) * width;
        for (size_t c = 0; c < width; ++c) sums[c] += slope[c];
      }
      for (size_t c = 0; c < width; ++c) {
        const size_t i = static_cast<size_t>(f) * width + c;
        gradient[i] = parameters[i] + strength * static_cast<double>(ratios_[i]) * sums[c];
        square += parameters[i] * parameters[i];
      }
    }
    squares[static_cast<size_t>(task)] = square;
  });
  for (size_t c = 0; c < width; ++c) {
    double sum = 0.0;
    for (const auto& of_block : bias_gradients) sum += of_block[c];
    gradient[ratios_.size() + c] = strength * sum;
  }
  return std::accumulate(squares.begin(), squares.end(), 0.0) / 2.0 +
         strength * std::accumulate(losses.begin(), losses.end(), 0.0);
}

// The second derivative of a text's loss by a logit is a quarter at most.
std::vector<double> NgramRegression::steepness(double strength) const {
  constexpr double kSteepest = 0.25;
  const auto width = static_cast<size_t>(logits_);
  std::vector<double> result(parameters_.size(), strength * kSteepest * double(rows_.size()));
  for (size_t i = 0; i < ratios_.size(); ++i) {
    const double ratio = ratios_[i];
    const auto texts = static_cast<double>(columns_[static_cast<int64_t>(i / width)].size());
    result[i] = 1.0 + strength * kSteepest * ratio * ratio * texts;
  }
  return result;
}

NgramModel NgramRegression::solve(double strength, double tolerance) {
  const auto function = [&](const std::vector<double>& point, std::vector<double>& gradient) {
    return evaluate(strength, point, gradient);
  };
  std::vector<double> gradient(parameters_.size());
  evaluate(strength, std::vector<double>(parameters_.size(), 0.0), gradient);
  const auto bytes = 2 * static_cast<int64_t>(sizeof(float)) * std::ssize(parameters_);
  minimize(function, parameters_, steepness(strength),
           {.tolerance = tolerance,
            .first_norm = std::sqrt(inner_product(gradient, gradient)),
            .history = std::clamp<int64_t>(kHistoryBytes / bytes, 3, 10)});
  NgramModel model{.weight = std::vector<float>(ratios_.size()),
                   .bias = {parameters_.end() - logits_, parameters_.end()}};
  for (size_t i = 0; i < ratios_.size(); ++i) {
    model.weight[i] = static_cast<float>(parameters_[i] * ratios_[i]);
  }
  return model;
}

}  // namespace mnemo
