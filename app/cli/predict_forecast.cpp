// mnemo predict of a forecaster: what comes after a file's end, or a back-test over it, as CSV.
#include <fmt/format.h>

#include <utility>

#include "app/cli/commands.h"
#include "app/cli/common_options.h"
#include "app/cli/predict.h"
#include "app/inference/forecast_predictor.h"

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

// What all lines of the output share.
class ForecastLines {
 public:
  ForecastLines(const ForecastSettings& settings, const NumberTable& table, bool rolling)
      : settings_(settings), table_(table), rolling_(rolling) {}

  std::string header() const {
    std::string line;
    if (!settings_.table.series_column.empty()) {
      line += csv_field(settings_.table.series_column) + ",";
    }
    if (rolling_) line += table_.times.empty() ? "origin_row," : "origin,";
    line += table_.times.empty() ? "row" : csv_field(table_.time_column);
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
      if (!settings_.table.series_column.empty()) text += csv_field(series.name) + ",";
      // The origin is the last row that is known.
      if (rolling_) text += place(series, origin - 1) + ",";
      text += place(series, origin + step);
      if (rolling_) text += fmt::format(",{}", step + 1);
      for (int64_t target = 0; target < forecasts.targets; ++target) {
        const double* values = forecasts.at(index, step, target);
        for (int64_t output = 0; output < forecasts.outputs; ++output) {
          text += fmt::format(",{:.7g}", values[output]);
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
    if (row < series.end) {
      return csv_field(format_time(table_.times[static_cast<size_t>(row)], table_.time_format));
    }
    const int64_t last = table_.times[static_cast<size_t>(series.end - 1)];
    return csv_field(
        format_time(advance(last, table_.step, row - series.end + 1), table_.time_format));
  }

  const ForecastSettings& settings_;
  const NumberTable& table_;
  bool rolling_;
};

void print_next(ForecastPredictor& predictor, const NumberTable& table, const ForecastRows& rows,
                const std::string& file) {
  const ForecastLines lines(predictor.settings, table, /*rolling=*/false);
  std::vector<int64_t> ends;
  for (const auto& series : table.series) {
    const int64_t lookback = predictor.settings.model.lookback;
    if (series.rows() < lookback) {
      throw Error(fmt::format(
          "{}: {}{} rows, and the model looks back over {}; give it at least so many", file,
          series.name.empty() ? std::string("it has ") : fmt::format("{} has ", series.name),
          series.rows(), lookback));
    }
    ends.push_back(series.end);
  }
  const auto forecasts = forecast_windows(predictor, rows, ends);
  print_result(lines.header());
  for (size_t i = 0; i < ends.size(); ++i) {
    print_result(
        lines.lines(forecasts, static_cast<int64_t>(i), table.series[i], ends[i], nullptr));
  }
}

void print_rolling(ForecastPredictor& predictor, const NumberTable& table, const ForecastRows& rows,
                   const PartWindows& windows, int64_t stride) {
  const ForecastLines lines(predictor.settings, table, /*rolling=*/true);
  print_result(lines.header());
  for (const auto& series : table.series) {
    int64_t next = 0;
    std::vector<int64_t> origins;
    for (const int64_t origin : windows.origins) {
      if (origin < series.begin || origin >= series.end || origin < next) continue;
      origins.push_back(origin);
      next = origin + stride;
    }
    const auto forecasts = forecast_windows(predictor, rows, origins);
    std::string text;
    for (size_t i = 0; i < origins.size(); ++i) {
      text +=
          lines.lines(forecasts, static_cast<int64_t>(i), series, origins[i], rows.targets.data());
    }
    print_result(text);
  }
}

}  // namespace

void predict_forecast(StoredModel model, const PredictOptions& options,
                      const OptionTable& option_table, Console& console) {
  const auto train_sha256 = model.meta.value("/data/train_file_sha256"_json_pointer, std::string());
  auto predictor = load_forecast_predictor(std::move(model), options.compute);
  const auto& settings = predictor.settings;
  const std::string file = options.input == "-" ? "/dev/stdin" : options.input;
  const auto table =
      read_table_for(settings, table_options_for(option_table, options.table, settings.table), file,
                     [&](const std::string& text) { console.warn(text); });
  const auto rows = make_rows(table, settings);
  if (!options.rolling) {
    print_next(predictor, table, rows, file);
    return;
  }
  const auto windows = windows_of_part(table, settings, options.part, train_sha256, file);
  print_rolling(predictor, table, rows, windows,
                options.stride == 0 ? settings.model.horizon : options.stride);
}

}  // namespace mnemo
