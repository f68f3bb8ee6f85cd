#include "app/tasks/forecast/forecast_rows.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "mnemo/error.h"

namespace mnemo {
namespace {

std::vector<int64_t> column_numbers(const NumberTable& table, std::span<const std::string> names) {
  std::vector<int64_t> numbers;
  for (const auto& name : names) {
    const auto found = std::ranges::find(table.columns, name);
    TORCH_INTERNAL_ASSERT(found != table.columns.end(), "the table was read without a column");
    numbers.push_back(found - table.columns.begin());
  }
  return numbers;
}

// What a trained model asks of a table, whatever it was made of.
NumberTable checked(NumberTable table, const ForecastSettings& settings, const std::string& name,
                    const Warn& warn) {
  for (const auto& warning : table.warnings) warn(warning);
  const bool both_known = !(table.step == TimeStep{}) && !(settings.step == TimeStep{});
  if (both_known && !(table.step == settings.step)) {
    throw Error(fmt::format(
        "{}: its rows are {} apart, and the model was trained on rows {} apart; bring the file to "
        "that step",
        name, to_text(table.step), to_text(settings.step)));
  }
  return table;
}

}  // namespace

std::vector<std::string> needed_columns(std::span<const std::string> features,
                                        std::span<const std::string> targets) {
  std::vector<std::string> columns(features.begin(), features.end());
  for (const auto& target : targets) {
    if (std::ranges::find(columns, target) == columns.end()) columns.push_back(target);
  }
  return columns;
}

NumberTable read_table_for(const ForecastSettings& settings, const NumberTableOptions& options,
                           const std::filesystem::path& path, const Warn& warn) {
  return checked(read_number_table(path, options), settings, path.string(), warn);
}

NumberTable table_for(const ForecastSettings& settings, const NumberTableOptions& options,
                      const Rows& rows, const std::string& name, const Warn& warn) {
  return checked(make_number_table(rows, options, name), settings, name, warn);
}

ForecastRows make_rows(const NumberTable& table, const ForecastSettings& settings,
                       std::span<const Scaling> scaling) {
  if (!settings.calendar.empty() && table.times.empty()) {
    throw Error(
        "the model reads the calendar (`calendar`), and the file has no column of times; name it "
        "with `time-column`");
  }
  const auto features = column_numbers(table, settings.features);
  const auto targets = column_numbers(table, settings.targets);
  const int64_t rows = table.rows(), width = settings.model.features;
  ForecastRows result{.features = at::empty({rows, width}), .targets = {}};
  result.targets.reserve(static_cast<size_t>(rows) * targets.size());
  float* next = result.features.mutable_data_ptr<float>();
  std::vector<double> calendar;
  for (int64_t i = 0; i < rows; ++i) {
    const double* row = table.row(i);
    for (size_t f = 0; f < features.size(); ++f) {
      *next++ = static_cast<float>(scaling[f].apply(row[features[f]]));
    }
    if (!settings.calendar.empty()) {
      calendar.clear();
      append_calendar(table.times[static_cast<size_t>(i)], settings.calendar, calendar);
      for (const double value : calendar) *next++ = static_cast<float>(value);
    }
    for (const int64_t target : targets) result.targets.push_back(row[target]);
  }
  return result;
}

ForecastRows make_rows(const NumberTable& table, const ForecastSettings& settings) {
  return make_rows(table, settings, settings.feature_scaling);
}

std::vector<SeriesParts> split_table(const NumberTable& table, const ForecastSplit& split,
                                     int64_t horizon) {
  std::vector<SeriesParts> parts;
  for (const auto& series : table.series) {
    const RowRange range{series.begin, series.end};
    if (split.rows.empty()) {
      parts.push_back(split_by_share(range, split.train_share, split.valid_share, horizon));
    } else {
      parts.push_back(split_by_rows(range, {split.rows[0], split.rows[1], split.rows[2]}));
    }
  }
  return parts;
}

at::Tensor histories(const ForecastRows& rows, std::span<const int64_t> origins, int64_t lookback) {
  const int64_t width = rows.features.size(1), numbers = lookback * width;
  auto result = at::empty({std::ssize(origins), lookback, width});
  const float* source = rows.features.const_data_ptr<float>();
  float* target = result.mutable_data_ptr<float>();
  for (const int64_t origin : origins) {
    std::memcpy(target, source + (origin - lookback) * width,
                static_cast<size_t>(numbers) * sizeof(float));
    target += numbers;
  }
  return result;
}

}  // namespace mnemo
