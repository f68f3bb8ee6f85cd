#include "app/cli/forecast_lines.h"

#include <fmt/format.h>

#include <cmath>
#include <span>

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

}  // namespace

ForecastLines::ForecastLines(const ForecastSettings& settings, const NumberTable& table, Kind kind)
    : settings_(settings), table_(table), rolling_(kind == Kind::rolling) {
  // A float's 7 digits are those of the scaled number. How large that is beside the level of its
  // series only the window tells.
  if (settings.model.window_scaling != WindowScaling::none) {
    constexpr int kDigits = 12;
    digits_.assign(settings.targets.size(), kDigits);
    return;
  }
  for (const auto& [offset, scale] : settings.target_scaling) {
    digits_.push_back(7 + static_cast<int>(std::ceil(std::log10(1.0 + std::abs(offset) / scale))));
  }
}

std::string ForecastLines::header() const {
  std::string line;
  const std::string& series = settings_.table.series_column;
  const bool several = !table_.series.empty() && table_.series.front().keys.size() > 1;
  if (!series.empty()) line += (several ? csv_fields(split_list(series)) : csv_field(series)) + ",";
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

std::string ForecastLines::lines(const Forecasts& forecasts, int64_t index,
                                 const TableSeries& series, int64_t origin,
                                 const double* actual) const {
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

// A row's time, also beyond the file's end; or its number within its series, from 1.
std::string ForecastLines::place(const TableSeries& series, int64_t row) const {
  if (table_.times.empty()) return fmt::format("{}", row - series.begin + 1);
  return time_of_row(table_, settings_.step, series, row);
}

// The same in the columns that it takes.
std::string ForecastLines::cells_of(const TableSeries& series, int64_t row) const {
  if (table_.time_columns.size() < 2) return csv_field(place(series, row));
  return csv_fields(time_cells(when(table_, settings_.step, series, row), table_.time_format));
}

}  // namespace mnemo
