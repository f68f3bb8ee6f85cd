// mnemo predict of a forecaster: what comes after a file's end, or a back-test over it, as CSV.
#include <utility>

#include "app/cli/commands.h"
#include "app/cli/forecast_lines.h"
#include "app/cli/predict.h"
#include "app/library/file_reading.h"
#include "app/tasks/forecast/backtest.h"
#include "app/tasks/forecast/forecast_predictor.h"
#include "app/tasks/forecast/forecast_windows.h"

namespace mnemo {
namespace {

void print_next(const ForecastPredictor& predictor, const NumberTable& table,
                const ForecastRows& rows, const std::string& file, Console& console) {
  const auto windows =
      next_windows(table, predictor.settings.model.lookback, file, console.as_warn());
  const ForecastLines lines(predictor.settings, table, ForecastLines::Kind::next);
  const auto forecasts = forecast_windows(predictor, rows, windows.origins);
  print_result(lines.header());
  for (size_t i = 0; i < windows.series.size(); ++i) {
    print_result(lines.lines(forecasts, static_cast<int64_t>(i), windows.series[i],
                             windows.origins[i], nullptr));
  }
}

void print_rolling(const ForecastPredictor& predictor, const NumberTable& table,
                   const ForecastRows& rows, const PartWindows& windows) {
  constexpr size_t kBytesAtOnce = 1 << 16;
  const ForecastLines lines(predictor.settings, table, ForecastLines::Kind::rolling);
  std::string text = lines.header();
  roll(predictor, table, rows, windows, [&](const RolledForecast& one) {
    text += lines.lines(one.forecasts, one.index, one.series, one.origin, rows.targets.data());
    if (text.size() < kBytesAtOnce) return;
    print_result(text);
    text.clear();
  });
  print_result(text);
}

}  // namespace

void predict_forecast(StoredModel model, const PredictOptions& options,
                      const OptionTable& option_table, Console& console) {
  const auto trained = trained_rows(model.meta);
  auto predictor = load_forecast_predictor(std::move(model), options.compute);
  const auto& settings = predictor.settings;
  const std::string file = options.file();
  const auto reading = FileReading(option_table.given_values()).table(settings.table);
  auto table = read_table_for(settings, reading, file, console.as_warn());
  if (!options.future.empty()) add_future_file(settings, reading, options.future, table);
  const auto rows = make_rows(table, predictor);
  if (!options.rolling) {
    print_next(predictor, table, rows, file, console);
    return;
  }
  const auto windows =
      rolling_windows(table, settings, options.windows, trained, file, console.as_warn());
  print_rolling(predictor, table, rows, windows);
}

}  // namespace mnemo
