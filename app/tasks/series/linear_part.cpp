#include "app/tasks/series/linear_part.h"

#include <ATen/ops/linalg_svd.h>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <optional>
#include <tuple>
#include <utility>

#include "app/tasks/series/series_objective.h"
#include "mnemo/error.h"

namespace mnemo {
namespace {

// The training series are dealt to so many folds, one left out of the fit at a time.
constexpr int64_t kFolds = 5;
constexpr int64_t kLeastSeries = 10;

// So many strengths in a row may lose more before weaker ones are left untried.
constexpr int64_t kPatience = 2;

constexpr int64_t kSeriesATime = 1024;
constexpr double kLeastVariance = 1e-12;  // of inputs that do not vary at all
// So that rounding, which the number of threads changes, does not choose between strengths.
constexpr double kGain = 1.0 - 1e-6;

void require_fittable(bool is_fittable) {
  if (is_fittable) return;
  throw Error(
      "the linear part of the model cannot be fitted: scaled values or its losses are too large "
      "for a number; look for values far beyond the others, or train with `linear`=false");
}

RegressionSamples rows_of(const RegressionSamples& samples, const at::Tensor& rows) {
  return {.inputs = samples.inputs.index_select(0, rows),
          .targets = samples.targets.index_select(0, rows),
          .of_classes = samples.of_classes};
}

// One fold left out of the fit.
struct Fold {
  at::Tensor left_out;  // rows
  LinearRegression regression;
};

std::vector<Fold> make_folds(const RegressionSamples& samples, const std::vector<int64_t>& folds) {
  const auto of_rows = at::tensor(folds, at::kLong);
  std::vector<Fold> result;
  for (int64_t fold = 0; fold <= std::ranges::max(folds); ++fold) {
    const auto in_fold = of_rows.eq(fold);
    const auto rows = [](const at::Tensor& mask) { return mask.nonzero().squeeze(1); };
    if (!in_fold.any().item<bool>() || in_fold.all().item<bool>()) continue;
    result.push_back({rows(in_fold), LinearRegression(rows_of(samples, rows(~in_fold)))});
  }
  return result;
}

// The values are those that the layers see: (series, steps * F) fp64.
at::Tensor inputs_of(SeriesModule& model, const SeriesPart& part) {
  const at::NoGradGuard no_grad;
  std::vector<at::Tensor> parts;
  for (int64_t begin = 0; begin < part.size(); begin += kSeriesATime) {
    const auto count = static_cast<size_t>(std::min(kSeriesATime, part.size() - begin));
    const auto batch =
        pack_some(*part.data, std::span(part.series).subspan(static_cast<size_t>(begin), count));
    const auto steps = pad_steps(model->scaled_input(batch), batch.layout);  // (T, B, F)
    parts.push_back(steps.index_select(1, batch.layout.caller_order()).transpose(0, 1).flatten(1));
  }
  return at::cat(parts).to(at::kDouble);
}

}  // namespace

int64_t common_steps(const SeriesPart& part) {
  const int64_t steps = part.size() == 0 ? 0 : part.data->length(part.series.front());
  const bool all = std::ranges::all_of(
      part.series, [&](int64_t series) { return part.data->length(series) == steps; });
  return all ? steps : 0;
}

std::string objection_to_linear_part(const SeriesPart& train, int64_t outputs) {
  const int64_t inputs = common_steps(train) * train.data->width();
  if (inputs == 0) return "the training series differ in length";
  if (train.size() < kLeastSeries) {
    return fmt::format("of {} training series too few could be left out of its fit", train.size());
  }
  const bool of_classes = train.targets.dim() == 1;
  if (of_classes && at::bincount(train.targets).eq(1).any().item<bool>()) {
    return "a label has a single training series, which cannot be left out of its fit";
  }
  if (train.size() * inputs * outputs > kMostLinearNumbers ||
      std::min(train.size(), inputs) > kMostLinearDirections) {
    return fmt::format("{} training series of {} numbers are too many for it", train.size(),
                       inputs);
  }
  return {};
}

LinearPartFit fit_linear_part(const RegressionSamples& samples, const std::vector<int64_t>& folds,
                              std::span<const double> strengths) {
  require_fittable(samples.inputs.isfinite().all().item<bool>());
  // The bias takes up the means, the penalty does not change by a rotation, and along these
  // directions the inputs vary independently: few steps lead to the solution. No more of them are
  // needed than samples.
  const auto means = samples.inputs.mean(0);
  const auto [left, sizes, directions] =
      at::linalg_svd(samples.inputs - means, /*full_matrices=*/false);
  const double unit =
      std::max(sizes.square().sum().item<double>() / static_cast<double>(samples.inputs.numel()),
               kLeastVariance);
  const RegressionSamples turned{.inputs = left * sizes,  // (N, min(N, I))
                                 .targets = samples.targets,
                                 .of_classes = samples.of_classes};
  auto parts = make_folds(turned, folds);
  std::optional<LinearPartFit> best;
  int64_t losing = 0;
  for (const double strength : strengths) {
    auto answers = at::zeros_like(samples.targets);
    for (auto& [left_out, regression] : parts) {
      const auto [weight, bias] = regression.solve(strength * unit);
      answers.index_copy_(0, left_out,
                          at::linear(turned.inputs.index_select(0, left_out), weight, bias));
    }
    const double loss = regression_loss(samples, answers);
    if (!std::isfinite(loss)) break;
    if (best && !(loss < best->left_out_loss * kGain)) {
      if (++losing == kPatience) break;
      continue;
    }
    losing = 0;
    best = {.map = {}, .of_left_out = answers, .strength = strength, .left_out_loss = loss};
  }
  require_fittable(best.has_value());
  const auto [turned_weight, bias] = LinearRegression(turned).solve(best->strength * unit);
  const auto weight = turned_weight.mm(directions);
  best->map = {.weight = weight, .bias = bias - weight.mv(means)};
  return *best;
}

std::vector<int64_t> deal_series(const SeriesPart& part, bool of_classes, int64_t folds) {
  const auto hashes = hashes_of(*part.data);
  const auto targets = of_classes ? part.targets.contiguous() : at::Tensor();
  std::map<std::pair<int64_t, uint64_t>, int64_t> fold_of;  // of a class and a series' hash
  const auto key_of = [&](int64_t i) {
    return std::pair(of_classes ? targets.const_data_ptr<int64_t>()[i] : int64_t{0},
                     hashes[static_cast<size_t>(part.series[static_cast<size_t>(i)])]);
  };
  for (int64_t i = 0; i < part.size(); ++i) fold_of[key_of(i)] = 0;
  int64_t dealt = 0;
  for (auto& [key, fold] : fold_of) fold = dealt++ % folds;
  std::vector<int64_t> result;
  for (int64_t i = 0; i < part.size(); ++i) result.push_back(fold_of.at(key_of(i)));
  return result;
}

LinearPartFit add_linear_part(SeriesModule& model, SeriesPart& train, TargetKind kind,
                              const ClassLoss& loss) {
  const bool of_classes = kind == TargetKind::label;
  RegressionSamples samples{.inputs = inputs_of(model, train),
                            .targets = train.targets.to(at::kDouble),
                            .of_classes = of_classes};
  if (of_classes) {
    samples.targets =
        class_loss_targets(loss, model->options().outputs).index_select(0, train.targets);
  }
  auto fit = fit_linear_part(samples, deal_series(train, of_classes, kFolds));
  model->linear()->set(fit.map.weight, fit.map.bias);
  train.linear_answers = fit.of_left_out.to(at::kFloat);
  // Half the sum over outputs becomes the mean.
  if (!of_classes) fit.left_out_loss *= 2.0 / static_cast<double>(model->options().outputs);
  return fit;
}

}  // namespace mnemo
