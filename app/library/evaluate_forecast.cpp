// The figures of a forecaster: its errors, and those of the naive forecasts over the same windows.
#include <fmt/format.h>

#include <algorithm>

#include "app/library/model_evaluation.h"
#include "app/tasks/forecast/forecast_comparison.h"
#include "app/tasks/forecast/forecast_predictor.h"

namespace mnemo {

Evaluation evaluate_forecast(StoredModel model, const EvaluationRequest& request,
                             Reporter& reporter) {
  constexpr size_t kWindowsAtOnce = 1024;  // a bound on memory
  const auto trained = trained_rows(model.meta);
  auto predictor = load_forecast_predictor(std::move(model), request.compute);
  const auto& settings = predictor.settings;
  const auto table = read_table_for(settings, request.reading.table(settings.table), request.file,
                                    reporter.as_warn());
  const auto windows =
      windows_of_part(table, settings, request.part, trained, request.file, reporter.as_warn());
  const auto rows = make_rows(table, predictor);

  ForecastComparison comparison(settings, rows, table);
  const std::span<const int64_t> origins(windows.origins);
  for (size_t begin = 0; begin < origins.size(); begin += kWindowsAtOnce) {
    const auto some = origins.subspan(begin, std::min(kWindowsAtOnce, origins.size() - begin));
    const auto forecasts = forecast_windows(predictor, rows, some, [&](int64_t done) {
      reporter.progress(fmt::format("{} of {} windows forecast", static_cast<int64_t>(begin) + done,
                                    origins.size()));
    });
    for (size_t i = 0; i < some.size(); ++i) {
      comparison.add(forecasts, static_cast<int64_t>(i), some[i], windows.series_begins[begin + i]);
    }
  }
  reporter.end_progress();
  auto metrics = comparison.metrics();
  metrics.part = enum_name(windows.part);
  return {.text = to_text(metrics), .json = to_json(metrics)};
}

}  // namespace mnemo
