// mnemo predict of a forecaster: what comes after a file's end, or a back-test over it, as CSV.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <span>
#include <utility>

#include "app/cli/commands.h"
#include "app/cli/predict.h"
#include "app/tasks/forecast/forecast_predictor.h"
#include "app/tasks/forecast/forecast_windows.h"
#include "common/name_list.h"

namespace mnemo {
namespace {

// A field as RFC 4180 has it.
std::string csv_field(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  return quoted + '"';
}

std::string csv_fields(std::span<const std::string> texts) {
  std::string fields;
  for (const auto& text : texts) {
    if (!fields.empty()) fields += ',';
    fields += csv_field(text);
  }
  return fields;
}

// All lines of the output share this.
class ForecastLines {
 public:
  ForecastLines(const ForecastSettings& settings, const NumberTable& table, bool rolling)
      : settings_(settings), table_(table), rolling_(rolling) {
    // A float's 7 digits are those of the scaled number. How large that is beside the level of its
    // series only the window tells.
    if (settings.model.window_scaling != WindowScaling::none) {
      constexpr int kDigits = 12;
      digits_.assign(settings.targets.size(), kDigits);
      return;
    }
    for (const auto& [offset, scale] : settings.target_scaling) {
      digits_.push_back(7 +
                        static_cast<int>(std::ceil(std::log10(1.0 + std::abs(offset) / scale))));
    }
  }

  std::string header() const {
    std::string line;
    const std::string& series = settings_.table.series_column;
    const bool several = !table_.series.empty() && table_.series.front().keys.size() > 1;
    if (!series.empty())
      line += (several ? csv_fields(split_list(series)) : csv_field(series)) + ",";
    if (rolling_) line += table_.times.empty() ? "origin_row," : "origin,";
    line += table_.times.empty() ? "row" : csv_fields(table_.time_columns);
    if (rolling_) line += ",step";
    for (const auto& target : settings_.targets) {
      if (settings_.quantiles.empty()) line += "," + csv_field(target);
      for (const double quantile : settings_.quantiles) {
        line += "," + csv_field(fmt::format("{} {}", target, quantile));
      }
      if (rolling_) line += "," + csv_field(target + " actual");
    }
    return line + "\n";
  }

  // The lines of one window. `actual` (rows, K) has the values that came; null: nobody knows yet.
  std::string lines(const Forecasts& forecasts, int64_t index, const TableSeries& series,
                    int64_t origin, const double* actual) const {
    std::string text;
    for (int64_t step = 0; step < forecasts.horizon; ++step) {
      if (!settings_.table.series_column.empty()) text += csv_fields(series.keys) + ",";
      // The origin is the last row that is known.
      if (rolling_) text += csv_field(place(series, origin - 1)) + ",";
      text += cells_of(series, origin + step);
      if (rolling_) text += fmt::format(",{}", step + 1);
      for (int64_t target = 0; target < forecasts.targets; ++target) {
        const double* values = forecasts.at(index, step, target);
        for (int64_t output = 0; output < forecasts.outputs; ++output) {
          text += fmt::format(",{:.{}g}", values[output], digits_[static_cast<size_t>(target)]);
        }
        if (rolling_) {
          text += fmt::format(",{}", actual[(origin + step) * forecasts.targets + target]);
        }
      }
      text += "\n";
    }
    return text;
  }

 private:
  // A row's time, also beyond the file's end; or its number within its series, from 1.
  std::string place(const TableSeries& series, int64_t row) const {
    if (table_.times.empty()) return fmt::format("{}", row - series.begin + 1);
    return time_of_row(table_, settings_.step, series, row);
  }

  // The same in the columns that it takes.
  std::string cells_of(const TableSeries& series, int64_t row) const {
    if (table_.time_columns.size() < 2) return csv_field(place(series, row));
    return csv_fields(time_cells(when(table_, settings_.step, series, row), table_.time_format));
  }

  const ForecastSettings& settings_;
  const NumberTable& table_;
  bool rolling_;
  std::vector<int> digits_;  // of each target
};

void print_next(ForecastPredictor& predictor, const NumberTable& table, const ForecastRows& rows,
                const std::string& file, Console& console) {
  const auto windows =
      next_windows(table, predictor.settings.model.lookback, file, console.as_warn());
  const ForecastLines lines(predictor.settings, table, /*rolling=*/false);
  const auto forecasts = forecast_windows(predictor, rows, windows.origins);
  print_result(lines.header());
  for (size_t i = 0; i < windows.series.size(); ++i) {
    print_result(lines.lines(forecasts, static_cast<int64_t>(i), windows.series[i],
                             windows.origins[i], nullptr));
  }
}

void print_rolling(ForecastPredictor& predictor, const NumberTable& table, const ForecastRows& rows,
                   const PartWindows& windows, int64_t stride) {
  constexpr size_t kWindowsAtOnce = 128;  // a bound on memory
  const ForecastLines lines(predictor.settings, table, /*rolling=*/true);
  print_result(lines.header());
  const auto origins = strided(windows, stride);
  auto series = table.series.begin();
  for (size_t begin = 0; begin < origins.size(); begin += kWindowsAtOnce) {
    const auto some =
        std::span(origins).subspan(begin, std::min(kWindowsAtOnce, origins.size() - begin));
    const auto forecasts = forecast_windows(predictor, rows, some);
    std::string text;
    for (size_t i = 0; i < some.size(); ++i) {
      while (some[i] >= series->end) ++series;
      text +=
          lines.lines(forecasts, static_cast<int64_t>(i), *series, some[i], rows.targets.data());
    }
    print_result(text);
  }
}

}  // namespace

void predict_forecast(StoredModel model, const PredictOptions& options,
                      const OptionTable& option_table, Console& console) {
  const auto trained = trained_rows(model.meta);
  auto predictor = load_forecast_predictor(std::move(model), options.compute);
  const auto& settings = predictor.settings;
  const std::string file = options.file();
  const auto reading = options.reading(option_table).table(settings.table);
  auto table = read_table_for(settings, reading, file, console.as_warn());
  if (!options.future.empty()) add_future_file(settings, reading, options.future, table);
  const auto rows = make_rows(table, predictor);
  if (!options.rolling) {
    print_next(predictor, table, rows, file, console);
    return;
  }
  const auto windows =
      windows_of_part(table, settings, options.part, trained, file, console.as_warn());
  print_rolling(predictor, table, rows, windows,
                options.stride == 0 ? settings.model.horizon : options.stride);
}

}  // namespace mnemo
