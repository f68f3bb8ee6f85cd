#include "app/tasks/forecast/forecast_data.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "datasets/message_text.h"
#include "datasets/season.h"
#include "mnemo/error.h"

namespace mnemo {
namespace {

NumberTable read_table(const TrainForecastOptions& options, const Warn& warn) {
  auto table_options = options.table;
  if (!options.targets.empty()) {
    table_options.columns = needed_columns(options.features, options.targets);
  }
  auto table = options.train_rows != nullptr
                   ? make_number_table(*options.train_rows, table_options, options.train_file)
                   : read_number_table(options.train_file, table_options);
  for (const auto& warning : table.warnings) warn(warning);
  if (options.calendar && table.times.empty()) {
    throw Error(fmt::format(
        "{}: `calendar` needs a column of times, and none was found; name it with `time-column`",
        options.train_file));
  }
  return table;
}

// The column's values in the training rows of all series.
std::vector<double> training_values(const NumberTable& table, const std::vector<SeriesParts>& parts,
                                    int64_t column) {
  std::vector<double> values;
  for (const auto& part : parts) {
    for (int64_t i = part.train.begin; i < part.train.end; ++i) {
      values.push_back(table.row(i)[column]);
    }
  }
  return values;
}

int64_t number_of(const NumberTable& table, const std::string& name) {
  return std::ranges::find(table.columns, name) - table.columns.begin();
}

std::vector<Scaling> fit_columns(const NumberTable& table, const std::vector<SeriesParts>& parts,
                                 const std::vector<std::string>& names, ScalerKind kind) {
  std::vector<Scaling> scaling;
  for (const auto& name : names) {
    scaling.push_back(fit_scaling(training_values(table, parts, number_of(table, name)), kind));
  }
  return scaling;
}

void warn_of_constants(const NumberTable& table, const std::vector<SeriesParts>& parts,
                       const std::string& file, const Warn& warn) {
  for (int64_t column = 0; column < table.width(); ++column) {
    const auto values = training_values(table, parts, column);
    const auto [least, largest] = std::ranges::minmax(values);
    if (least < largest) continue;
    warn(
        fmt::format("{}: column {} is {} in every training row; it is not scaled, and nothing can "
                    "be learned from it",
                    file, table.columns[static_cast<size_t>(column)], least));
  }
}

// By the longest series: a season is a matter of all of them.
int64_t season_of(const NumberTable& table, const std::vector<SeriesParts>& parts,
                  const std::vector<std::string>& targets) {
  const auto rows = [](const SeriesParts& part) { return part.train.rows(); };
  const auto& longest = *std::ranges::max_element(parts, {}, rows);
  std::vector<std::vector<double>> columns;
  for (const auto& name : targets) {
    columns.push_back(training_values(table, {longest}, number_of(table, name)));
  }
  return find_season(columns);
}

double seasonal_error(const NumberTable& table, const std::vector<SeriesParts>& parts,
                      const std::string& target, int64_t season) {
  const int64_t column = number_of(table, target);
  double sum = 0.0;
  int64_t count = 0;
  for (const auto& part : parts) {
    for (int64_t i = part.train.begin + season; i < part.train.end; ++i, ++count) {
      sum += std::abs(table.row(i)[column] - table.row(i - season)[column]);
    }
  }
  return count == 0 ? 0.0 : sum / static_cast<double>(count);
}

std::vector<int64_t> origins_of(const NumberTable& table, const std::vector<SeriesParts>& parts,
                                RowRange SeriesParts::*part, const WindowSize& size) {
  std::vector<int64_t> all;
  for (size_t i = 0; i < parts.size(); ++i) {
    const auto origins = window_origins(table.series[i].begin, parts[i].*part, size);
    all.insert(all.end(), origins.begin(), origins.end());
  }
  return all;
}

int64_t rows_of(const std::vector<SeriesParts>& parts, RowRange SeriesParts::*part) {
  int64_t rows = 0;
  for (const auto& series : parts) rows += (series.*part).rows();
  return rows;
}

int64_t longest_training(const std::vector<SeriesParts>& parts) {
  int64_t longest = 0;
  for (const auto& part : parts) longest = std::max(longest, part.train.rows());
  return longest;
}

void require_windows(const ForecastData& data, const std::string& file) {
  const auto& model = data.settings.model;
  if (data.train.empty()) {
    throw Error(fmt::format(
        "{}: the training part has {} rows, too few for one window of `lookback` {} plus `horizon` "
        "{}, {} rows; shorten them, or give more rows to the training part",
        file, data.train_rows, model.lookback, model.horizon, model.lookback + model.horizon));
  }
  if (data.valid.empty() && data.valid_rows == 0) {
    throw Error(
        fmt::format("{}: without rows to validate on, the test part is watched, and its {} rows "
                    "are too few for "
                    "one forecast of `horizon` {}; lower `split`, or shorten the horizon",
                    file, data.test_rows, model.horizon));
  }
  if (data.valid.empty()) {
    throw Error(
        fmt::format("{}: the validation part has {} rows, too few for one forecast of `horizon` "
                    "{}; shorten the "
                    "horizon, or give more rows to validation (`valid-share`, `split-rows`)",
                    file, data.valid_rows, model.horizon));
  }
}

// `features` without `target`: the reader was asked for no column by name.
void require_columns(const NumberTable& table, const std::vector<std::string>& names,
                     const std::string& file) {
  for (const auto& name : names) {
    if (std::ranges::find(table.columns, name) != table.columns.end()) continue;
    throw UsageError(fmt::format("{}: {}", file, no_such("numeric column", name, table.columns)));
  }
}

// Series that give no window are easily overlooked among many.
void warn_of_short_series(const NumberTable& table, const ForecasterOptions& model,
                          const std::string& file, const Warn& warn) {
  const auto is_short = [&](const TableSeries& series) {
    return series.rows() < model.lookback + model.horizon;
  };
  const auto count = std::ranges::count_if(table.series, is_short);
  if (count == 0) return;
  warn(
      fmt::format("{}: {} of {} series have fewer rows than a window of `lookback` {} plus "
                  "`horizon` {}, and count nowhere",
                  file, count, table.series.size(), model.lookback, model.horizon));
}

// Settles what the options and the file say before anything is fitted.
ForecastSettings settings_of_table(const NumberTable& table, const TrainForecastOptions& options) {
  ForecastSettings settings;
  settings.model = options.model;
  settings.targets = options.targets.empty() ? table.columns : options.targets;
  settings.features = options.features.empty() ? settings.targets : options.features;
  settings.table = options.table;
  settings.table.columns = needed_columns(settings.features, settings.targets);
  settings.table.time_column =
      table.time_column.empty() ? std::string(kNoTimeColumn) : table.time_column;
  if (options.train_rows != nullptr) {  // no file has said how others name theirs
    settings.table.time_column = options.table.time_column;
  }
  settings.table.time_format = table.time_format;
  settings.table.found_decimal = table.has_decimal_comma ? DecimalMark::comma : DecimalMark::point;
  settings.step = table.step;
  settings.quantiles = options.quantiles;
  settings.split = options.split;
  if (options.calendar) settings.calendar = calendar_parts(table.step);
  return settings;
}

void require_training_rows(const std::vector<SeriesParts>& parts, const std::string& file) {
  if (longest_training(parts) > 0) return;
  throw Error(
      fmt::format("{}: no row is left for training; give it more rows, shorten the horizon, or "
                  "change the split",
                  file));
}

// Chooses season and window where the options leave them open, and then splits. The season is found
// in the training part, the horizon may hang on the season, and the rows held out on the horizon:
// hence the first split, with what is known of the horizon before.
std::vector<SeriesParts> resolve_parts(const NumberTable& table,
                                       const TrainForecastOptions& options,
                                       ForecastSettings& settings) {
  const auto first = split_table(table, options.split, std::max<int64_t>(1, options.model.horizon));
  require_training_rows(first, options.train_file);
  settings.season = options.season > 0 ? options.season : season_of(table, first, settings.targets);
  settings.model = resolve_window(settings.model, settings.season, longest_training(first));
  auto parts = split_table(table, options.split, settings.model.horizon);
  require_training_rows(parts, options.train_file);
  return parts;
}

// Scaling, and the error that MASE divides by.
void fit_training_part(const NumberTable& table, const std::vector<SeriesParts>& parts,
                       ScalerKind scaler, ForecastSettings& settings) {
  settings.feature_scaling = fit_columns(table, parts, settings.features, scaler);
  settings.target_scaling = fit_columns(table, parts, settings.targets, scaler);
  for (const auto& target : settings.targets) {
    settings.seasonal_error.push_back(seasonal_error(table, parts, target, settings.season));
  }
}

}  // namespace

ForecastData read_forecast_data(const TrainForecastOptions& options, const Warn& warn) {
  auto table = read_table(options, warn);
  require_columns(table, options.features, options.train_file);
  ForecastData data;
  auto& settings = data.settings;
  settings = settings_of_table(table, options);
  const auto parts = resolve_parts(table, options, settings);
  complete_model(settings);
  fit_training_part(table, parts, options.scaler, settings);
  warn_of_constants(table, parts, options.train_file, warn);
  if (table.series.size() > 1) {
    warn_of_short_series(table, settings.model, options.train_file, warn);
  }

  const WindowSize size{settings.model.lookback, settings.model.horizon};
  data.train = origins_of(table, parts, &SeriesParts::train, size);
  data.valid = origins_of(table, parts, &SeriesParts::valid, size);
  data.test = origins_of(table, parts, &SeriesParts::test, size);
  data.train_rows = rows_of(parts, &SeriesParts::train);
  data.valid_rows = rows_of(parts, &SeriesParts::valid);
  data.test_rows = rows_of(parts, &SeriesParts::test);
  if (data.valid_rows == 0) data.valid = data.test;
  require_windows(data, options.train_file);
  data.rows = std::make_shared<const ForecastRows>(make_rows(table, settings));
  table.values = {};
  data.table = std::move(table);
  return data;
}

}  // namespace mnemo
