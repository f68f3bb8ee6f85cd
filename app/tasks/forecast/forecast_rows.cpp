#include "app/tasks/forecast/forecast_rows.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "datasets/future_rows.h"
#include "datasets/table_columns.h"
#include "datasets/time_order.h"
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

// A table of one row shows no step.
const TimeStep& step_of(const NumberTable& table, const ForecastSettings& settings) {
  return table.step == TimeStep{} ? settings.step : table.step;
}

// Requires what a trained model asks of a table, whatever it was made of.
NumberTable checked(NumberTable table, const ForecastSettings& settings, const std::string& name,
                    const Warn& warn) {
  for (const auto& warning : table.warnings) warn(warning);
  const bool both_known = !(table.step == TimeStep{}) && !(settings.step == TimeStep{});
  if (both_known && same_length(table.step, settings.step)) {
    table.step = agreed_step(table, settings.step);
  } else if (both_known) {
    throw Error(fmt::format(
        "{}: its rows are {} apart, and the model was trained on rows {} apart; bring the file to "
        "that step",
        name, to_text(table.step), to_text(settings.step)));
  }
  warn_of_years(table, step_of(table, settings), settings.model.horizon, settings.holidays, name,
                warn);
  return table;
}

// Rows whose targets are to come are no rows whose values are missing.
NumberTableOptions with_future(NumberTableOptions options, const ForecastSettings& settings) {
  options.future = {
      .expected = true,
      .targets = settings.targets,
      .known = {settings.known.begin() + std::ssize(settings.statics), settings.known.end()}};
  return options;
}

// Appends the columns that are made of a row's time.
void append_made(int64_t time, const TimeStep& step, const ForecastSettings& settings,
                 std::vector<double>& row) {
  append_holidays(time, step, settings.holidays, row);
  append_calendar(time, settings.calendar, row);
}

// features (rows, F) of the type Number
template <typename Number>
void fill_features(const NumberTable& table, const ForecastSettings& settings,
                   const std::vector<Scaling>& scaling, at::Tensor& features) {
  const auto columns = column_numbers(table, seen_columns(settings));
  Number* next = features.mutable_data_ptr<Number>();
  const auto& step = step_of(table, settings);
  std::vector<double> made;
  for (int64_t i = 0; i < table.rows(); ++i) {
    const double* row = table.row(i);
    for (size_t f = 0; f < columns.size(); ++f) {
      *next++ = static_cast<Number>(scaling[f].apply(row[columns[f]]));
    }
    if (table.times.empty()) continue;
    made.clear();
    append_made(table.times[static_cast<size_t>(i)], step, settings, made);
    for (const double value : made) *next++ = static_cast<Number>(value);
  }
}

// Rows behind the end of `series` of which something is known, one horizon at most.
int64_t known_rows(const NumberTable& table, const ForecastSettings& settings, size_t place) {
  const int64_t horizon = settings.model.horizon;
  if (settings.known.size() == settings.statics.size()) return horizon;
  if (table.future.empty()) return 0;
  return std::min(horizon, table.future[place].rows(table.width()));
}

void fill_future(const NumberTable& table, const ForecastSettings& settings, bool scaled,
                 ForecastRows& result) {
  const auto& model = settings.model;
  const auto series = std::ssize(table.series);
  const auto numbers = column_numbers(table, settings.known);
  const size_t first = settings.features.size();
  const auto& by = step_of(table, settings);
  auto future = at::zeros({series, model.horizon, model.features}, at::kDouble);
  double* next = future.mutable_data_ptr<double>();
  for (size_t i = 0; i < table.series.size(); ++i) {
    const auto& one = table.series[i];
    result.series_ends.push_back(one.end);
    result.future_rows.push_back(one.rows() == 0 ? 0 : known_rows(table, settings, i));
    for (int64_t step = 0; step < model.horizon; ++step, next += model.features) {
      if (step >= result.future_rows.back()) continue;
      double* value = next + first;
      for (size_t k = 0; k < numbers.size(); ++k) {
        const bool is_static = k < settings.statics.size();
        const double* row = is_static ? table.row(one.end - 1)
                                      : table.future[i].values.data() + step * table.width();
        const auto& scaling = settings.feature_scaling[first + k];
        *value++ = scaled ? scaling.apply(row[numbers[k]]) : row[numbers[k]];
      }
      if (table.times.empty()) continue;
      std::vector<double> made;
      const int64_t last = table.times[static_cast<size_t>(one.end - 1)];
      append_made(advance(last, by, step + 1), by, settings, made);
      std::ranges::copy(made, value);
    }
  }
  result.future = future.to(result.features.scalar_type());
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
  return checked(read_number_table(path, with_future(options, settings)), settings, path.string(),
                 warn);
}

void add_future_file(const ForecastSettings& settings, const NumberTableOptions& options,
                     const std::filesystem::path& path, NumberTable& table) {
  auto reading = options;
  reading.columns.assign(settings.known.begin() + std::ssize(settings.statics),
                         settings.known.end());
  if (reading.columns.empty()) {
    throw SettingError("future", "is for models that read columns known ahead (`known`)",
                       "leave it out");
  }
  std::erase_if(reading.word_columns, [&](const std::string& name) {
    return std::ranges::find(reading.columns, name) == reading.columns.end();
  });
  auto columns = read_table_columns(path, reading);
  columns.future.known = reading.columns;
  add_future(table, columns, path.string());
}

NumberTable table_for(const ForecastSettings& settings, const NumberTableOptions& options,
                      const Rows& rows, const std::string& name, const Warn& warn) {
  return checked(make_number_table(rows, with_future(options, settings), name), settings, name,
                 warn);
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
    const std::vector<Scaling> as_they_are(settings.features.size() + settings.known.size());
    fill_features<double>(table, settings, as_they_are, result.features);
  }
  if (knows_ahead(settings)) fill_future(table, settings, scaled, result);
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
    if (!split.rows.empty()) {
      parts.push_back(split_by_rows(range, {split.rows[0], split.rows[1], split.rows[2]}));
    } else if (!split.last.empty()) {
      parts.push_back(split_by_last_rows(range, split.last[0], split.last[1]));
    } else {
      parts.push_back(split_by_share(range, split.train_share, split.valid_share, horizon));
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

namespace {

void require_known(const ForecastRows& rows, size_t place, int64_t needed) {
  const int64_t known = rows.future_rows[place];
  if (known >= needed) return;
  throw Error(fmt::format(
      "the model reads columns that are known ahead (`known`), and of {} rows to come {} are "
      "known; "
      "add rows with these columns behind the last target, whose own cells are empty, or name a "
      "file of them with `future`",
      needed, known));
}

}  // namespace

at::Tensor histories(const ForecastRows& rows, std::span<const int64_t> origins,
                     const ForecasterOptions& model) {
  std::vector<int64_t> begins;
  for (const int64_t origin : origins) begins.push_back(origin - model.lookback);
  auto past = rows_from(rows.features, begins, model.lookback);
  if (model.known.empty()) return past;
  const int64_t columns = model.known.columns(), horizon = model.horizon;
  auto ahead = at::zeros({std::ssize(origins), horizon, model.features}, past.options());
  for (int64_t i = 0; i < std::ssize(origins); ++i) {
    const int64_t origin = origins[static_cast<size_t>(i)];
    const auto place = static_cast<size_t>(std::ranges::lower_bound(rows.series_ends, origin) -
                                           rows.series_ends.begin());
    const int64_t inside = std::min(horizon, rows.series_ends[place] - origin);
    require_known(rows, place, horizon - inside);
    auto known = ahead[i].slice(1, -columns);  // (horizon, columns)
    known.slice(0, 0, inside)
        .copy_(rows.features.slice(0, origin, origin + inside).slice(1, -columns));
    if (inside == horizon) continue;
    known.slice(0, inside).copy_(
        rows.future[static_cast<int64_t>(place)].slice(0, 0, horizon - inside).slice(1, -columns));
  }
  return at::cat({past, ahead}, 1);
}

}  // namespace mnemo
