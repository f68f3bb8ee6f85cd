#include "app/explain/text_explainer.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "app/explain/label_score.h"
#include "datasets/length_buckets.h"
#include "mnemo/error.h"

namespace mnemo {
namespace {

constexpr int64_t kExplainedAtOnce = 64;

std::vector<double> to_doubles(const at::Tensor& values) {
  const auto wide = values.to(at::kDouble).contiguous();
  return {wide.const_data_ptr<double>(), wide.const_data_ptr<double>() + wide.numel()};
}

// The ids of a text without those of a unit; never empty.
std::vector<int32_t> ids_without(const UnitText& text, int64_t unit) {
  std::vector<int32_t> ids;
  for (size_t i = 0; i < text.ids.size(); ++i) {
    const auto& shares = text.shares[i];
    const bool belongs = std::ranges::find(shares, unit, &UnitText::Share::unit) != shares.end();
    if (!belongs) ids.push_back(text.ids[i]);
  }
  if (ids.empty()) ids.push_back(static_cast<int32_t>(Tokenizer::kUnknownId));
  return ids;
}

}  // namespace

TextExplainer::TextExplainer(const StoredModel& stored)
    : settings_(text_settings_from_json(require_run(stored).settings, stored.path.string())),
      tokenizer_(Tokenizer::from_bytes(stored.tokenizer(), stored.path.string())),
      model_(settings_.model) {
  load_weights(stored, *model_);
  model_->eval();
}

bool TextExplainer::attends() const {
  const auto& kinds = settings_.model.pooling.kinds;
  return std::ranges::find(kinds, Pooling::attention) != kinds.end();
}

UnitText TextExplainer::read(std::string text) const {
  return make_unit_text(std::move(text), tokenizer_, settings_.limit);
}

at::Tensor TextExplainer::logits(std::span<const std::vector<int32_t>> ids) const {
  const at::NoGradGuard no_grad;
  std::vector<int32_t> lengths;
  for (const auto& of_text : ids) lengths.push_back(static_cast<int32_t>(of_text.size()));
  auto result = at::empty({std::ssize(ids), settings_.model.logits()});
  for (const auto& rows : sorted_batches(lengths, kExplainedAtOnce)) {
    std::vector<std::span<const int32_t>> batch;
    for (const int64_t row : rows) batch.emplace_back(ids[static_cast<size_t>(row)]);
    result.index_copy_(0, at::tensor(rows, at::kLong), model_->forward(pack_ids(batch)).logits);
  }
  return result;
}

LabelSet TextExplainer::outputs() const {
  return explains_number() ? LabelSet({settings_.reader.label_column}) : settings_.labels;
}

at::Tensor TextExplainer::answers(std::span<const std::vector<int32_t>> ids) const {
  const at::NoGradGuard no_grad;
  return model_->answers(logits(ids));
}

at::Tensor TextExplainer::score_of(const at::Tensor& logits, int64_t label) const {
  switch (settings_.model.answer) {
    case TextAnswer::classes:
      return label_log_odds(logits, label);
    case TextAnswer::labels:  // of its own sigmoid
      return logits.select(1, label);
    case TextAnswer::numbers:
      return model_->answers(logits).select(1, label);
  }
  throw Error("unhandled answer");
}

at::Tensor TextExplainer::answers(std::span<const std::string> texts) const {
  std::vector<std::vector<int32_t>> ids(texts.size());
  for (size_t i = 0; i < texts.size(); ++i) {
    tokenizer_.encode(texts[i], ids[i]);
    truncate_ids(ids[i], settings_.limit);
  }
  return answers(ids);
}

TextExplanation TextExplainer::explain(UnitText text, ExplainMethod method,
                                       std::optional<int64_t> label) const {
  const auto logit = logits({&text.ids, 1});
  const auto answered = model_->answers(logit).detach()[0];  // (C)
  TextExplanation explanation{.text = std::move(text),
                              .answers = to_doubles(answered),
                              .label = label.value_or(answered.argmax().item<int64_t>())};
  if (!explains_number()) {
    explanation.probability = explanation.answers[static_cast<size_t>(explanation.label)];
  }
  explanation.score = score_of(logit, explanation.label)[0].item<double>();
  switch (method) {
    case ExplainMethod::gradients:
      by_gradients(explanation);
      break;
    case ExplainMethod::occlusion:
      by_occlusion(explanation);
      break;
    case ExplainMethod::attention:
      by_attention(explanation);
      break;
  }
  return explanation;
}

// The baseline is an embedding of zeros for each piece, which word dropout has taught the model to
// read as nothing, and no n-gram. Each piece brings its share of the n-grams' logits as C numbers
// more, on which the logits hang linearly: with two labels their contribution is themselves.
void TextExplainer::by_gradients(TextExplanation& explanation) const {
  const auto& text = explanation.text;
  const std::span<const int32_t> ids = text.ids;
  auto input = model_->embed(pack_ids({&ids, 1})).detach();  // (T, E)
  const int64_t size = input.size(1);
  if (settings_.model.ngrams > 0) {
    input = at::cat({input, model_->ngrams()->by_piece(ids)}, 1);  // (T, E + C)
  }
  const auto score = [&](const at::Tensor& points) {  // (P, T, E) or (P, T, E + C)
    return with_gradients(points, [&](const at::Tensor& leaf) {
      const std::vector<int64_t> lengths(static_cast<size_t>(leaf.size(0)), leaf.size(1));
      const auto packed = leaf.slice(2, 0, size).transpose(0, 1).reshape({-1, size});  // (T P, E)
      auto logits = model_->classify(packed, SequenceLayout::of(lengths)).logits;
      if (settings_.model.ngrams > 0) logits = logits + leaf.slice(2, size).sum(1);
      return score_of(logits, explanation.label);
    });
  };
  const auto integral = integrate_path(at::zeros_like(input), input, score);
  explanation.contributions = text.by_unit(to_doubles(integral.contributions.sum(1)));
  explanation.baseline = integral.baseline;
  explanation.error = integral.error();
}

void TextExplainer::by_occlusion(TextExplanation& explanation) const {
  const auto& text = explanation.text;
  const auto read = text.read();
  std::vector<std::vector<int32_t>> ids;
  for (size_t unit = 0; unit < read.size(); ++unit) {
    if (read[unit]) ids.push_back(ids_without(text, static_cast<int64_t>(unit)));
  }
  explanation.contributions.assign(read.size(), 0.0);
  if (ids.empty()) return;
  const auto without = to_doubles(score_of(logits(ids), explanation.label));
  auto score = without.begin();
  for (size_t unit = 0; unit < read.size(); ++unit) {
    if (read[unit]) explanation.contributions[unit] = explanation.score - *score++;
  }
}

void TextExplainer::by_attention(TextExplanation& explanation) const {
  if (!attends()) {
    throw SettingError("method", "attention: this model has none (`pooling` of its training)",
                       "take gradients or occlusion");
  }
  const at::NoGradGuard no_grad;
  const std::span<const int32_t> ids = explanation.text.ids;
  const auto weights = model_->forward(pack_ids({&ids, 1})).attention[0];  // (heads, T)
  for (int64_t head = 0; head < weights.size(0); ++head) {
    explanation.heads.push_back(explanation.text.by_unit(to_doubles(weights[head])));
  }
  explanation.contributions = explanation.text.by_unit(to_doubles(weights.mean(0)));
}

}  // namespace mnemo
