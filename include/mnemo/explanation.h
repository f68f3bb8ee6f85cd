// Why a model answers as it does: what each word of a text, or each value of a series, adds.
//
//   const auto explainer = mnemo::Explainer::load("runs/reviews");
//   const auto why = explainer.explain_text("A film to remember.");
//   // why.parts[i] adds why.contributions[i] to the log-odds of why.answer
//
// The explanations are those of `mnemo explain`; docs/explain.md says how they are found and what
// they are worth. Integrated gradients: Sundararajan, Taly and Yan (2017). Occlusion: Zeiler and
// Fergus (2014).
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "mnemo/error.h"
#include "mnemo/options.h"
#include "mnemo/rows.h"

namespace mnemo {

struct ExplanationOptions {
  std::string method = "gradients";  // "occlusion"; of texts also "attention"
  std::string label = {};            // to explain; empty: the most probable one
  std::string target = {};           // to explain, of models that answer with numbers; empty: first
  int64_t step = 0;                  // of a forecast's horizon, from 1; 0: the mean of all
};

struct Explanation {
  std::string name = {};    // which series, or which part of a forecast; empty of a text
  std::string answer = {};  // the label or target that is explained
  std::optional<double> probability = {};  // of a label
  // A label's log-odds, or a target in its units: of the input, and of the baseline, an input that
  // says nothing (gradients; and occlusion of numbers).
  double score = 0.0;
  std::optional<double> baseline = {};
  // gradients: what the contributions lack of score - baseline, as a share of it. Above 0.01 they
  // are not to be taken for what they claim to be; occlusion serves.
  std::optional<double> error = {};
  std::vector<std::string> parts = {};  // the words of a text, or the features
  // (parts) of a text, (steps, features) of numbers, one step after another, in the units of the
  // score. attention: where it looks, which is neither for nor against.
  std::vector<double> contributions = {};
  int64_t first_step = 1;               // numbers: the number of the first of those steps
  std::vector<std::string> times = {};  // (steps) of forecasts whose rows have times
  std::string json = {};  // the line of `mnemo explain --format jsonl`, without its end
};

struct WordOptions {
  int64_t words = 20;       // of each label, from 1
  int64_t least_texts = 5;  // that a word occurs in, to count; from 1
};

struct WordInfluence {
  std::string label = {};
  std::string word = {};
  double mean = 0.0;  // log-odds that an occurrence adds to the label
  int64_t occurrences = 0;
  int64_t texts = 0;  // that it occurs in
};

// A run of any task. Many threads may ask one explainer at once; each gets what it would get alone.
class Explainer {
 public:
  // Throws Error, as Classifier::load() does, and for an exported file, which does not show its
  // inside. Explanations are computed on the CPU in fp32: UsageError for another device or
  // precision.
  static Explainer load(const std::filesystem::path& run, const LoadOptions& options = {});

  Explainer(Explainer&&) noexcept;
  Explainer& operator=(Explainer&&) noexcept;
  ~Explainer();

  // Each is for the models of one task and throws UsageError for those of another, for a label, a
  // target or a step that the model has not, and for a method that does not fit. What is given is
  // as for Classifier::classify(), SeriesModel::predict() and Forecaster::forecast().
  Explanation explain_text(const std::string& text, const ExplanationOptions& options = {}) const;
  Explanation explain_series(std::span<const float> values,
                             const ExplanationOptions& options = {}) const;
  // Explains each series that has as many rows as the model looks back over.
  std::vector<Explanation> explain_rows(const Rows& rows, const ExplanationOptions& options = {},
                                        const DataOptions& data = {}) const;
  // Explains each text, series, or series of rows of a file; for every task.
  std::vector<Explanation> explain_file(const std::filesystem::path& file,
                                        const ExplanationOptions& options = {},
                                        const DataOptions& data = {}) const;

  // Texts only: the words that push each label most over all of `texts`, the strongest first; no
  // texts have none. Bytes of a text that are no UTF-8 count as U+FFFD, as in classify(). Throws
  // SettingError for a number of `options` below 1 or above 1,000,000.
  std::vector<WordInfluence> strongest_words(std::span<const std::string> texts,
                                             const WordOptions& options = {}) const;
  // Texts only: whether the explanations are faithful, as the JSON of `mnemo explain
  // --deletion-test` (DeYoung et al. 2020); `seed`: of the words that are taken away at random.
  // Invalid bytes count likewise. Throws UsageError for no texts.
  std::string deletion_test(std::span<const std::string> texts, uint64_t seed = 1) const;

 private:
  struct Impl;
  explicit Explainer(std::unique_ptr<Impl> impl);
  std::unique_ptr<const Impl> impl_;
};

}  // namespace mnemo
