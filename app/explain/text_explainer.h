// Why a text classifier answered as it did: how much each word adds to the log-odds of a label, or
// to a number in the data's units.
#pragma once

#include <ATen/ATen.h>

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "app/explain/explain_method.h"
#include "app/explain/text_units.h"
#include "app/runs/stored_model.h"
#include "app/tasks/text/text_settings.h"
#include "datasets/tokenizer.h"
#include "models/text_classifier.h"

namespace mnemo {

struct TextExplanation {
  UnitText text = {};
  std::vector<double> answers = {};  // probabilities of every label, or the number
  int64_t label = 0;                 // that is explained; 0 of a number
  // The probability of that label; none of a number.
  std::optional<double> probability = {};
  double score = 0.0;  // the label's log-odds, or the number
  // There is one number a unit. gradients: they sum to score - baseline. occlusion: the score
  // without the unit, taken from that with it. attention: the heads' mean weight.
  std::vector<double> contributions = {};
  double baseline = 0.0;  // gradients: the log-odds of as many empty embeddings without n-grams
  double error = 0.0;     // gradients: see PathIntegral::error
  std::vector<std::vector<double>> heads = {};  // attention: (heads, units)
};

// Safe to ask from several threads.
class TextExplainer {
 public:
  // Throws Error for an exported file, whose inside cannot be looked into.
  explicit TextExplainer(const StoredModel& stored);

  const TextSettings& settings() const { return settings_; }
  bool attends() const;
  // These can be explained: the labels, or the one number by the name of its column.
  LabelSet outputs() const;
  bool explains_number() const { return settings_.model.answer == TextAnswer::numbers; }

  UnitText read(std::string text) const;
  std::string normalized(std::string_view text) const { return tokenizer_.normalize(text); }

  // Explains the score of `label`, or of the most probable one. Throws UsageError for attention of
  // a model without.
  TextExplanation explain(UnitText text, ExplainMethod method,
                          std::optional<int64_t> label = std::nullopt) const;

  // (texts, C) fp32 probabilities, or (texts, 1) numbers.
  at::Tensor answers(std::span<const std::vector<int32_t>> ids) const;
  at::Tensor answers(std::span<const std::string> texts) const;

 private:
  void by_gradients(TextExplanation& explanation) const;
  void by_occlusion(TextExplanation& explanation) const;
  void by_attention(TextExplanation& explanation) const;
  // (B) the one number that is explained, of these logits.
  at::Tensor score_of(const at::Tensor& logits, int64_t label) const;
  at::Tensor logits(std::span<const std::vector<int32_t>> ids) const;

  TextSettings settings_;
  Tokenizer tokenizer_;
  // LibTorch's modules compute in methods that are not const; these write nothing.
  mutable TextClassifier model_;
};

}  // namespace mnemo
