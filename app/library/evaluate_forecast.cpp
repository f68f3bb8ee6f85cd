// The figures of a forecaster: its errors, and those of the naive forecasts over the same windows.
#include <fmt/format.h>

#include "app/library/model_evaluation.h"
#include "app/tasks/forecast/backtest.h"
#include "app/tasks/forecast/forecast_comparison.h"
#include "app/tasks/forecast/forecast_predictor.h"

namespace mnemo {

Evaluation evaluate_forecast(StoredModel model, const EvaluationRequest& request,
                             Reporter& reporter) {
  const auto trained = trained_rows(model.meta);
  auto predictor = load_forecast_predictor(std::move(model), request.compute);
  const auto& settings = predictor.settings;
  const auto table = read_table_for(settings, request.reading.table(settings.table), request.file,
                                    reporter.as_warn());
  const auto windows =
      rolling_windows(table, settings, request.rolling, trained, request.file, reporter.as_warn());
  const auto metrics =
      backtest(predictor, table, windows, usual_classics(settings), {}, {}, [&](int64_t done) {
        reporter.progress(fmt::format("{} of {} windows forecast", done, windows.origins.size()));
      });
  reporter.end_progress();
  return {.text = to_text(metrics), .json = to_json(metrics)};
}

Evaluation evaluation_of(const ForecastMetrics& metrics) {
  Evaluation evaluation{.text = to_text(metrics), .json = to_json(metrics)};
  evaluation.json["task"] = enum_name(Task::forecast);
  return evaluation;
}

}  // namespace mnemo
