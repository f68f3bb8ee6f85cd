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

// Requires what a trained model asks of a table, whatever it was made of.
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

// features (rows, F) of the type Number
template <typename Number>
void fill_features(const NumberTable& table, const ForecastSettings& settings,
                   const std::vector<Scaling>& scaling, at::Tensor& features) {
  const auto columns = column_numbers(table, settings.features);
  Number* next = features.mutable_data_ptr<Number>();
  std::vector<double> calendar;
  for (int64_t i = 0; i < table.rows(); ++i) {
    const double* row = table.row(i);
    for (size_t f = 0; f < columns.size(); ++f) {
      *next++ = static_cast<Number>(scaling[f].apply(row[columns[f]]));
    }
    if (settings.calendar.empty()) continue;
    calendar.clear();
    append_calendar(table.times[static_cast<size_t>(i)], settings.calendar, calendar);
    for (const double value : calendar) *next++ = static_cast<Number>(value);
  }
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

ForecastRows make_rows(const NumberTable& table, const ForecastSettings& settings, RowUnits units) {
  if (!settings.calendar.empty() && table.times.empty()) {
    throw Error(
        "the model reads the calendar (`calendar`), and the file has no column of times; name it "
        "with `time-column`");
  }
  const bool by_window = settings.model.window_scaling != WindowScaling::none;
  const bool scaled = units == RowUnits::scaled && !by_window;
  const auto targets = column_numbers(table, settings.targets);
  ForecastRows result{.features = at::empty({table.rows(), settings.model.features},
                                            scaled ? at::kFloat : at::kDouble),
                      .targets = {}};
  if (scaled) {
    fill_features<float>(table, settings, settings.feature_scaling, result.features);
  } else {
    const std::vector<Scaling> as_they_are(settings.features.size());
    fill_features<double>(table, settings, as_they_are, result.features);
  }
  result.targets.reserve(static_cast<size_t>(table.rows()) * targets.size());
  for (int64_t i = 0; i < table.rows(); ++i) {
    for (const int64_t target : targets) result.targets.push_back(table.row(i)[target]);
  }
  return result;
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

at::Tensor rows_from(const at::Tensor& values, std::span<const int64_t> begins, int64_t count) {
  const size_t row = values.element_size() * static_cast<size_t>(values.size(1));  // bytes
  const size_t window = row * static_cast<size_t>(count);
  auto result = at::empty({std::ssize(begins), count, values.size(1)}, values.options());
  const auto* source = static_cast<const char*>(values.const_data_ptr());
  auto* target = static_cast<char*>(result.mutable_data_ptr());
  for (const int64_t begin : begins) {
    std::memcpy(target, source + static_cast<size_t>(begin) * row, window);
    target += window;
  }
  return result;
}

at::Tensor histories(const ForecastRows& rows, std::span<const int64_t> origins, int64_t lookback) {
  std::vector<int64_t> begins;
  for (const int64_t origin : origins) begins.push_back(origin - lookback);
  return rows_from(rows.features, begins, lookback);
}

}  // namespace mnemo
