// The figures of a model of series.
#include <fmt/format.h>

#include <cmath>
#include <sstream>

#include "app/library/model_evaluation.h"
#include "app/metrics/labelled_rows.h"
#include "app/metrics/regression_metrics.h"
#include "app/tasks/series/series_data.h"
#include "app/tasks/series/series_predictor.h"

namespace mnemo {
namespace {

Evaluation evaluate_labels(const SeriesPredictor& predictor, const LabelledSeries& data,
                           const at::Tensor& probabilities, const EvaluationRequest& request,
                           Reporter& reporter) {
  LabelledRows rows(predictor.settings.labels);
  std::vector<std::optional<int64_t>> truths;
  for (const auto& label : data.targets) truths.push_back(rows.number_of(label));
  rows.add(truths, probabilities.const_data_ptr<float>());
  rows.warn_of_unknown(request.file, reporter);
  const auto metrics = rows.metrics();
  return {.text = to_text(metrics), .json = to_json(metrics)};
}

Evaluation evaluate_numbers(const LabelledSeries& data, const at::Tensor& found,
                            const EvaluationRequest& request) {
  const auto actual = numbers_of(data, request.file);
  const float* answer = found.const_data_ptr<float>();
  const auto metrics = regression_metrics({answer, actual.size()}, actual, data.targets_per_series);
  return {.text = to_text(metrics), .json = to_json(metrics)};
}

}  // namespace

Evaluation evaluate_series(StoredModel model, const EvaluationRequest& request,
                           Reporter& reporter) {
  const auto meta = model.meta;
  auto predictor = load_series_predictor(std::move(model), request.compute);
  const auto& settings = predictor.settings;
  const auto data = read_series_for(settings, request.reading.series(settings.reader), request.file,
                                    Targets::required);
  for (const auto& warning : data.warnings) reporter.warn(warning);
  const auto seen = RowSketch::from_text(meta.value("seen_rows", std::string()));
  SketchMatches matches;
  for (int64_t i = 0; i < data.size(); ++i) matches.count(seen, fingerprint_of_series(data, i));
  warn_of_rows_trained_on(meta, data.sha256, matches, request.file, reporter);
  const int64_t wanted = settings.target_kind == TargetKind::label ? 1 : settings.model.outputs;
  if (data.targets_per_series != wanted) {
    throw Error(fmt::format("{}: a series has {} targets, and the model answers with {}",
                            request.file, data.targets_per_series, wanted));
  }
  const auto answers = predict_series(predictor, data, [&](int64_t done) {
    reporter.progress(fmt::format("{} of {} series", done, data.size()));
  });
  reporter.end_progress();
  auto evaluation = settings.target_kind == TargetKind::label
                        ? evaluate_labels(predictor, data, answers, request, reporter)
                        : evaluate_numbers(data, answers, request);
  evaluation.json["part"] = "all";  // series have no parts: the file is counted whole
  return evaluation;
}

}  // namespace mnemo
