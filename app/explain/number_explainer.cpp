#include "app/explain/number_explainer.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "app/explain/label_score.h"
#include "app/explain/path_integral.h"
#include "mnemo/error.h"
#include "models/sequence_batch.h"
#include "models/text_classifier.h"

namespace mnemo {
namespace {

constexpr int64_t kPointsAtOnce = 64;

using Score = std::function<at::Tensor(const at::Tensor&)>;  // (P, T, F) -> (P)

// Each element in its turn at its baseline.
at::Tensor by_occlusion(const at::Tensor& baseline, const at::Tensor& input, double score,
                        const Score& score_of) {
  const at::NoGradGuard no_grad;
  const auto flat = input.flatten(), replaced = baseline.flatten();  // (T F)
  std::vector<at::Tensor> without;
  for (int64_t begin = 0; begin < flat.numel(); begin += kPointsAtOnce) {
    const int64_t count = std::min(kPointsAtOnce, flat.numel() - begin);
    auto points = flat.repeat({count, 1});  // (P, T F)
    const auto some = replaced.slice(0, begin, begin + count);
    points.slice(1, begin, begin + count).diagonal().copy_(some);
    std::vector<int64_t> shape = {count, input.size(0), input.size(1)};
    without.push_back(score_of(points.view(shape)));
  }
  return (score - at::cat(without).to(at::kDouble)).view(input.sizes());
}

void explain_by(ExplainMethod method, const at::Tensor& baseline, const at::Tensor& input,
                const Score& score_of, NumberExplanation& explanation) {
  switch (method) {
    case ExplainMethod::gradients: {
      const auto integral = integrate_path(baseline, input, [&](const at::Tensor& points) {
        return with_gradients(points, score_of);
      });
      explanation.score = integral.score;
      explanation.baseline = integral.baseline;
      explanation.error = integral.error();
      explanation.contributions = integral.contributions;
      return;
    }
    case ExplainMethod::occlusion: {
      const at::NoGradGuard no_grad;
      const auto both = score_of(at::stack({input, baseline}));
      explanation.score = both[0].item<double>();
      explanation.baseline = both[1].item<double>();
      explanation.contributions = by_occlusion(baseline, input, explanation.score, score_of);
      return;
    }
    case ExplainMethod::attention:
      throw SettingError("method", "attention is for text models", "take gradients or occlusion");
  }
}

SequenceBatch pack_equal(const at::Tensor& points) {  // (P, T, F)
  const std::vector<int64_t> lengths(static_cast<size_t>(points.size(0)), points.size(1));
  return {.values = points.transpose(0, 1).reshape({-1, points.size(2)}),
          .layout = SequenceLayout::of(lengths)};
}

}  // namespace

SeriesExplainer::SeriesExplainer(const StoredModel& stored)
    : settings_(series_settings_from_json(require_run(stored).settings, stored.path.string())),
      model_(settings_.model) {
  load_weights(stored, *model_);
  model_->eval();
}

NumberExplanation SeriesExplainer::explain(const at::Tensor& values, ExplainMethod method,
                                           const SeriesQuestion& question) const {
  NumberExplanation explanation{.features = settings_.features};
  const bool labels = settings_.target_kind == TargetKind::label;
  int64_t output = std::max<int64_t>(question.output, 0);
  if (labels) {
    const at::NoGradGuard no_grad;
    const auto probabilities = model_->forward(pack_equal(values.unsqueeze(0))).softmax(1)[0];
    if (question.output < 0) output = probabilities.argmax().item<int64_t>();
    explanation.probability = probabilities[output].item<double>();
    explanation.answer = settings_.labels.name(output);
  } else {
    explanation.answer = target_names(settings_)[static_cast<size_t>(output)];
  }
  const auto score = [&](const at::Tensor& points) {
    const auto answer = model_->forward(pack_equal(points));  // (P, outputs)
    if (labels) return label_log_odds(answer, output);
    return model_->target_scaling().unscale(answer).select(1, output);
  };
  const auto scaled_zero = model_->feature_scaling().unscale(at::zeros_like(values));
  const auto baseline = settings_.model.z_normalize
                            ? values.mean(0, /*keepdim=*/true).expand_as(values)
                            : scaled_zero;
  explain_by(method, baseline.contiguous(), values, score, explanation);
  return explanation;
}

ForecastExplainer::ForecastExplainer(const StoredModel& stored)
    : settings_(forecast_settings_from_json(require_run(stored).settings, stored.path.string())),
      model_(settings_.model) {
  load_weights(stored, *model_);
  model_->eval();
}

NumberExplanation ForecastExplainer::explain(const at::Tensor& window, ExplainMethod method,
                                             const ForecastQuestion& question) const {
  NumberExplanation explanation{.features = seen_columns(settings_)};
  for (auto& name : made_columns(settings_)) explanation.features.push_back(std::move(name));
  explanation.answer = settings_.targets[static_cast<size_t>(question.target)];
  if (!settings_.quantiles.empty()) {
    explanation.answer += fmt::format(
        ", quantile {}", settings_.quantiles[static_cast<size_t>(settings_.model.centre)]);
  }
  auto history = window;  // scaled
  auto scaling = settings_.target_scaling[static_cast<size_t>(question.target)];
  if (settings_.model.window_scaling != WindowScaling::none) {
    const auto by = model_->window_scale(window.unsqueeze(0));
    history = by.apply(window.unsqueeze(0)).to(at::kFloat)[0];
    const auto own = by.of_columns(settings_.model.target_columns);
    scaling.offset = own.offset[0][0][question.target].item<double>();
    scaling.scale = (own.scale * own.moves)[0][0][question.target].item<double>();
  }
  const auto score = [&](const at::Tensor& points) {
    auto forecast =
        model_->forward(points);  // (P, horizon, K), or with quantiles in the middle of it
    if (forecast.dim() == 4) forecast = forecast.select(3, settings_.model.centre);
    const auto target = forecast.select(2, question.target);  // (P, horizon)
    const auto asked = question.step == 0 ? target.mean(1) : target.select(1, question.step - 1);
    return asked * scaling.scale + scaling.offset;
  };
  const auto past = history.slice(0, 0, settings_.model.lookback);
  auto baseline = at::zeros_like(history);
  switch (settings_.model.normalization) {
    case WindowNormalization::none:
      break;
    case WindowNormalization::last:
      baseline += past.slice(0, -1);
      break;
    case WindowNormalization::reversible:
      baseline += past.mean(0, /*keepdim=*/true);
      break;
  }
  explain_by(method, baseline, history, score, explanation);
  return explanation;
}

}  // namespace mnemo
