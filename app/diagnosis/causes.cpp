#include "app/diagnosis/causes.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <optional>

#include "app/diagnosis/remedies.h"
#include "app/diagnosis/thresholds.h"

namespace mnemo {
namespace {

// The sizes of updates over a training, as shares of the weights.
struct Updates {
  double usual = 0.0;    // the median over the probes
  double largest = 0.0;  // of any probe
};

std::optional<Updates> updates_of(const TrainingRecord& training) {
  std::vector<double> of_probes;
  for (const auto& probe : training.probes) of_probes.push_back(usual_update(probe));
  if (of_probes.empty()) return std::nullopt;
  std::erase_if(of_probes, [](double update) { return !std::isfinite(update); });
  if (of_probes.empty()) return Updates{};
  return Updates{.usual = finite_median(of_probes), .largest = std::ranges::max(of_probes)};
}

std::string in_words(const std::optional<Updates>& updates) {
  if (!updates) return {};
  return fmt::format(
      "; a step changes the weights by {:.1e} of their size{}, and 1e-03 is usual", updates->usual,
      updates->largest > kHugeUpdate ? fmt::format(" (up to {:.1e})", updates->largest) : "");
}

double lowest_valid(const TrainingRecord& training) {
  return std::ranges::min_element(training.epochs, {}, &EpochLosses::valid)->valid;
}

double lowest_train(const TrainingRecord& training) {
  return std::ranges::min_element(training.epochs, {}, &EpochLosses::train)->train;
}

// True of a training whose model is no better than one answer for all samples; false where that is
// not known.
bool is_at_chance(const TrainingRecord& training) {
  return !training.epochs.empty() &&
         lowest_valid(training) >= (1.0 - kLeastGain) * training.chance_loss;
}

bool is_at(FindingKind kind, const std::vector<Finding>& findings) {
  return std::ranges::find(findings, kind, &Finding::kind) != findings.end();
}

class Causes {
 public:
  Causes(const TrainingRecord& training, const std::vector<Finding>& symptoms)
      : training_(training), symptoms_(symptoms), updates_(updates_of(training)) {}

  std::vector<Finding> find() {
    find_few_samples();
    find_high_rate();
    find_low_rate();
    find_dropout();
    find_layers();
    find_early_end();
    find_nothing();
    return std::move(found_);
  }

 private:
  void add(FindingKind kind, const std::string& what) {
    found_.push_back({.kind = kind, .what = what, .remedy = remedy(kind, training_.task, "")});
  }

  // A figure measured on so few, or learnt from so few, is chance whatever else is found.
  void find_few_samples() {
    const int64_t samples = training_.train_samples;
    if (samples == 0 || samples >= kFewSamples) return;
    add(FindingKind::too_few_samples,
        fmt::format("the model learns from {} samples, and {} are held out to measure it: what "
                    "they tell is chance for the most part",
                    samples, training_.valid_samples));
  }

  // Steps that are too large leave a training without a result: they raise the loss, keep it at
  // chance, or beyond. That gradients explode and units saturate then follows.
  void find_high_rate() {
    const bool is_huge = updates_ && updates_->largest > kHugeUpdate;
    const bool is_large = updates_ && updates_->usual > kLargeUpdate;
    if (training_.diverged) {
      const bool explodes = is_at(FindingKind::exploding_gradient, symptoms_);
      if (is_huge || is_large || !explodes) {
        add(FindingKind::learning_rate_too_high, "the training diverged" + in_words(updates_));
      }
      return;
    }
    if (!(is_huge || is_large) || training_.epochs.empty()) return;
    const auto& epochs = training_.epochs;
    const auto& last = epochs.back();
    const auto lowest = std::ranges::min_element(epochs, {}, &EpochLosses::train);
    const double fall = epochs.front().train - lowest->train;
    const bool risen =
        last.train > lowest->train + kRisenShare * std::max(fall, std::abs(lowest->train));
    if (is_large && risen && epochs.size() > 1) {
      add(FindingKind::learning_rate_too_high,
          fmt::format("the training loss rose from {:.4g} in epoch {} to {:.4g} in epoch {}{}",
                      lowest->train, lowest->epoch, last.train, last.epoch, in_words(updates_)));
    } else if (is_huge && epochs.front().train > kThrown * training_.chance_loss) {
      add(FindingKind::learning_rate_too_high,
          fmt::format("the first steps threw the training loss to {:.4g}, and one answer for all "
                      "has {:.4g}{}",
                      epochs.front().train, training_.chance_loss, in_words(updates_)));
    } else if (is_at_chance(training_) && lowest->train > kMemorised * training_.chance_loss) {
      add(FindingKind::learning_rate_too_high,
          fmt::format("the validation loss never came below {:.4g}, and one answer for all has "
                      "{:.4g}{}",
                      lowest_valid(training_), training_.chance_loss, in_words(updates_)));
    }
  }

  void find_low_rate() {
    if (!updates_ || training_.diverged || training_.epochs.size() < 2) return;
    const auto& epochs = training_.epochs;
    const auto& last = epochs.back();
    const auto lowest = std::ranges::min_element(epochs, {}, &EpochLosses::train);
    const auto best = std::ranges::min_element(epochs, {}, &EpochLosses::valid);
    const bool falls_still = lowest->epoch == last.epoch && best->epoch == last.epoch;
    const bool has_not_begun = best->valid > kHardlyBegun * training_.chance_loss &&
                               last.train <= (1.0 + kRisenShare) * epochs.front().train;
    const bool is_small = updates_->usual < kSmallUpdate && updates_->largest < kLargeUpdate;
    const bool is_tiny = updates_->largest < kTinyFirstUpdate;
    if (is_small && falls_still) {
      add(FindingKind::learning_rate_too_low,
          "the losses were still falling when the training ended" + in_words(updates_));
    } else if ((is_tiny || is_small) && has_not_begun) {
      add(FindingKind::learning_rate_too_low,
          fmt::format("the training loss went from {:.4g} to {:.4g}, hardly anywhere{}",
                      epochs.front().train, last.train, in_words(updates_)));
    }
  }

  // Dropout raises the training loss, which is measured with it, over the validation loss.
  void find_dropout() {
    if (!found_.empty() || training_.epochs.empty()) return;
    const auto& [setting, share] = training_.dropout;
    if (share < kMuchDropout) return;
    const double train = lowest_train(training_), valid = lowest_valid(training_);
    const bool is_kept_up = train > kMemorised * training_.chance_loss;
    const bool is_above_valid = train > (1.0 + kDropoutGap) * valid;
    if (!is_kept_up && !is_above_valid) return;
    add(FindingKind::too_much_dropout,
        fmt::format("{} is {}: the training loss stays at {:.4g}, the validation loss, without "
                    "dropout, at {:.4g}",
                    setting, share, train, valid));
  }

  void find_layers() {
    if (!found_.empty() || training_.layers < kManyLayers || !is_at_chance(training_)) return;
    if (lowest_train(training_) < kMemorised * training_.chance_loss) return;
    add(FindingKind::too_many_layers,
        fmt::format("{} layers, and not even the training loss came below that of one answer for "
                    "all, {:.4g}: it is {:.4g}",
                    training_.layers, training_.chance_loss, lowest_train(training_)));
  }

  // True of a training that had just left chance, slowly but steadily, when it ended.
  void find_early_end() {
    const auto& epochs = training_.epochs;
    if (!found_.empty() || std::ssize(epochs) < kLeastEpochs || !is_at_chance(training_)) return;
    const bool falls = std::ranges::is_sorted(epochs, std::greater(), &EpochLosses::valid) &&
                       epochs.back().train < epochs.front().train;
    if (!falls || epochs.back().valid > (1.0 - kJustBegun) * training_.chance_loss) return;
    add(FindingKind::learning_rate_too_low,
        fmt::format("the training ended before it came far: the validation loss fell epoch by "
                    "epoch to {:.4g}, and one answer for all has {:.4g}{}",
                    epochs.back().valid, training_.chance_loss, in_words(updates_)));
  }

  // This is left where the model has learnt nothing that holds, or learnt the samples by heart.
  void find_nothing() {
    if (!found_.empty() || !is_at_chance(training_)) return;
    const double train = lowest_train(training_);
    const bool is_memorised = train < kMemorised * training_.chance_loss;
    const bool has_symptom = std::ranges::any_of(
        symptoms_, [](const Finding& finding) { return finding.kind != FindingKind::overfitting; });
    if (!is_memorised && has_symptom) return;
    add(FindingKind::nothing_to_learn,
        fmt::format("the validation loss never came below {:.4g}, and one answer for all has "
                    "{:.4g}, while the training loss is {:.4g}: {}",
                    lowest_valid(training_), training_.chance_loss, train,
                    is_memorised ? "the samples were learnt by heart, and nothing that holds for "
                                   "others"
                                 : "the inputs seem to tell nothing of the answers"));
  }

  const TrainingRecord& training_;
  const std::vector<Finding>& symptoms_;
  std::optional<Updates> updates_;
  std::vector<Finding> found_;
};

}  // namespace

double finite_median(std::vector<double> numbers) {
  std::erase_if(numbers, [](double number) { return !std::isfinite(number); });
  if (numbers.empty()) return 0.0;
  const auto middle = numbers.begin() + std::ssize(numbers) / 2;
  std::ranges::nth_element(numbers, middle);
  return *middle;
}

std::vector<Finding> find_causes(const TrainingRecord& training,
                                 const std::vector<Finding>& symptoms) {
  return Causes(training, symptoms).find();
}

}  // namespace mnemo
