#include "app/tasks/forecast/forecast_data.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "app/tasks/forecast/seen_rows.h"
#include "datasets/message_text.h"
#include "datasets/season.h"
#include "mnemo/error.h"

namespace mnemo {
namespace {

// The columns whose past is seen; empty: the targets'.
std::vector<std::string> past_columns(const TrainForecastOptions& options) {
  auto columns = options.features;
  if (options.observed.empty()) return columns;
  if (columns.empty()) columns = options.targets;
  return needed_columns(columns, options.observed);
}

std::vector<std::string> known_columns(const TrainForecastOptions& options) {
  auto columns = options.statics;
  columns.insert(columns.end(), options.known.begin(), options.known.end());
  return columns;
}

NumberTable read_table(const TrainForecastOptions& options, const Warn& warn) {
  auto table_options = options.table;
  if (!options.targets.empty()) {
    table_options.columns = needed_columns(past_columns(options), options.targets);
    for (const auto& name : known_columns(options)) table_options.columns.push_back(name);
    table_options.word_columns = known_columns(options);
  }
  table_options.future = {.expected = true, .targets = options.targets, .known = options.known};
  auto table = options.train_table != nullptr ? *options.train_table
               : options.train_rows != nullptr
                   ? make_number_table(*options.train_rows, table_options, options.train_file)
                   : read_number_table(options.train_file, table_options);
  for (const auto& warning : table.warnings) warn(warning);
  for (const auto& [setting, is_wanted] : {std::pair("calendar", options.calendar),
                                           std::pair("holidays", !options.holidays.empty())}) {
    if (!is_wanted || !table.times.empty()) continue;
    throw Error(fmt::format(
        "{}: `{}` needs a column of times, and none was found; name it with `time-column`",
        options.train_file, setting));
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

// The scaling of `column` where each window is scaled by itself: how much a series moves within its
// training rows, in the middle of all series. Windows that do not move are scaled by it.
Scaling usual_scaling(const NumberTable& table, const std::vector<SeriesParts>& parts,
                      int64_t column, ScalerKind kind) {
  std::vector<double> scales;
  for (const auto& part : parts) {
    const auto values = training_values(table, {part}, column);
    if (!values.empty() && !is_constant(values)) scales.push_back(fit_scaling(values, kind).scale);
  }
  if (scales.empty()) return {};
  const auto middle = scales.begin() + std::ssize(scales) / 2;
  std::ranges::nth_element(scales, middle);
  return {.offset = 0.0, .scale = *middle};
}

std::vector<Scaling> usual_columns(const NumberTable& table, const std::vector<SeriesParts>& parts,
                                   const std::vector<std::string>& names, ScalerKind kind) {
  std::vector<Scaling> scaling;
  for (const auto& name : names) {
    scaling.push_back(usual_scaling(table, parts, number_of(table, name), kind));
  }
  return scaling;
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
    warn(fmt::format("{}: column {} is {} in every training row; nothing can be learned from it",
                     file, table.columns[static_cast<size_t>(column)], least));
  }
}

// All series tell it, or of very many some that stand evenly among them.
int64_t season_of(const NumberTable& table, const std::vector<SeriesParts>& parts,
                  const std::vector<std::string>& targets) {
  constexpr size_t kMostSeries = 500;
  const size_t stride = std::max<size_t>(1, (parts.size() + kMostSeries - 1) / kMostSeries);
  std::vector<std::vector<double>> columns;
  for (size_t i = 0; i < parts.size(); i += stride) {
    for (const auto& name : targets) {
      auto values = training_values(table, {parts[i]}, number_of(table, name));
      if (!values.empty()) columns.push_back(std::move(values));
    }
  }
  return columns.empty() ? 1 : find_season(columns, table.step);
}

// Finds the figures that each series is measured by.
SeriesFigures figures_of_series(const NumberTable& table, const std::vector<SeriesParts>& parts,
                                const std::vector<std::string>& targets, int64_t season) {
  SeriesFigures figures;
  if (table.series.size() < 2) return figures;
  for (size_t i = 0; i < parts.size(); ++i) {
    if (parts[i].train.rows() == 0) continue;
    figures.names.push_back(table.series[i].name);
    auto& errors = figures.seasonal_error.emplace_back();
    auto& scales = figures.scale.emplace_back();
    for (const auto& target : targets) {
      const auto values = training_values(table, {parts[i]}, number_of(table, target));
      errors.push_back(seasonal_error(values, season));
      scales.push_back(fit_scaling(values, ScalerKind::standard).scale);
    }
  }
  return figures;
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

// The training rows that the look-back is chosen by: of the series, or in the middle of several;
// nine tenths of those shall have room for a window.
struct UsualRows {
  int64_t middle = 0, least = 0;
};

UsualRows usual_rows(const std::vector<SeriesParts>& parts) {
  std::vector<int64_t> rows;
  for (const auto& part : parts) rows.push_back(part.train.rows());
  std::ranges::sort(rows);
  return {.middle = rows[rows.size() / 2], .least = rows[rows.size() / 10]};
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
    throw Error(fmt::format(
        "{}: the validation part has {} rows, too few for one forecast of `horizon` "
        "{}; shorten the "
        "horizon, or give more rows to validation (`valid-share`, `split-rows`, `split-last`)",
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

WindowScaling window_scaling(const NumberTable& table, const TrainForecastOptions& options,
                             const ForecastSettings& settings) {
  if (options.resumed) return options.resumed->window_scaling;
  const auto is_feature = [&](const std::string& target) {
    return std::ranges::find(settings.features, target) != settings.features.end();
  };
  const bool suits = table.series.size() > 1 || settings.model.model == ForecastModel::decoder;
  const bool by_series =
      options.scale_by == ScaleBy::series || (options.scale_by == ScaleBy::automatic && suits &&
                                              std::ranges::all_of(settings.targets, is_feature));
  if (!by_series || options.scaler == ScalerKind::none) return WindowScaling::none;
  return options.scaler == ScalerKind::minmax ? WindowScaling::minmax : WindowScaling::standard;
}

// Settles what the options and the file say before anything is fitted.
ForecastSettings settings_of_table(const NumberTable& table, const TrainForecastOptions& options) {
  ForecastSettings settings;
  settings.model = options.model;
  settings.model.model = chosen_model(options);
  settings.model.non_negative = options.non_negative;
  settings.targets = options.targets.empty() ? table.columns : options.targets;
  settings.features = past_columns(options);
  if (settings.features.empty()) settings.features = settings.targets;
  settings.known = known_columns(options);
  settings.statics = options.statics;
  settings.table = options.table;
  settings.table.columns = needed_columns(seen_columns(settings), settings.targets);
  settings.table.words = table.words;
  if (!table.series_column.empty()) settings.table.series_column = table.series_column;
  for (const auto& [name, words] : table.words) settings.table.word_columns.push_back(name);
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
  const bool knows = !settings.known.empty() || !options.holidays.empty();
  const bool knows_times = knows && !table.times.empty();
  if (options.calendar || knows_times) settings.calendar = calendar_parts(table.step);
  settings.model.window_scaling = window_scaling(table, options, settings);
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
  settings.season = options.season > 0 ? options.season
                    : options.resumed  ? options.resumed->season
                                       : season_of(table, first, settings.targets);
  const bool by_file = settings.model.window_scaling == WindowScaling::none;
  const auto usual = by_file ? UsualRows{.middle = longest_training(first)} : usual_rows(first);
  settings.model = resolve_window(settings.model, settings.season, usual.middle, usual.least,
                                  by_file ? 1 : std::ssize(table.series));
  auto parts = split_table(table, options.split, settings.model.horizon);
  require_training_rows(parts, options.train_file);
  return parts;
}

// Whole numbers, none below 0 and some of them 0: what is counted now and then.
bool are_counts(const NumberTable& table, const std::vector<SeriesParts>& parts,
                const ForecastSettings& settings) {
  return std::ranges::all_of(settings.targets, [&](const std::string& target) {
    const auto values = training_values(table, parts, number_of(table, target));
    return std::ranges::min(values) == 0.0 &&
           std::ranges::all_of(values, [](double value) { return value == std::floor(value); });
  });
}

// A target that never moved is forecast as it was.
void scale_constants(const NumberTable& table, const std::vector<SeriesParts>& parts,
                     ForecastSettings& settings) {
  for (size_t i = 0; i < settings.targets.size(); ++i) {
    const auto values = training_values(table, parts, number_of(table, settings.targets[i]));
    if (!is_constant(values)) continue;
    settings.target_scaling[i] = constant_scaling(values.front());
    const auto feature = std::ranges::find(settings.features, settings.targets[i]);
    if (feature == settings.features.end()) continue;
    settings.feature_scaling[static_cast<size_t>(feature - settings.features.begin())] =
        settings.target_scaling[i];
  }
}

// Scaling, and the error that MASE divides by.
void fit_training_part(const NumberTable& table, const std::vector<SeriesParts>& parts,
                       ScalerKind scaler, ForecastSettings& settings) {
  const bool by_file = settings.model.window_scaling == WindowScaling::none;
  const auto fit = by_file ? fit_columns : usual_columns;
  settings.feature_scaling = fit(table, parts, settings.features, scaler);
  settings.target_scaling = fit(table, parts, settings.targets, scaler);
  for (const auto& name : settings.known) {
    const bool is_word = settings.table.words.contains(name);
    settings.feature_scaling.push_back(
        is_word ? Scaling{}
                : fit_scaling(training_values(table, parts, number_of(table, name)), scaler));
  }
  settings.model.non_negative = settings.model.non_negative || are_counts(table, parts, settings);
  if (by_file) scale_constants(table, parts, settings);
  settings.series = figures_of_series(table, parts, settings.targets, settings.season);
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
  settings.holidays = holiday_columns(options.holidays, table, parts);
  warn_of_years(table, table.step, 0, settings.holidays, options.train_file, warn);
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
  data.seen = sketch_seen_rows(table, settings, parts);
  data.rows = std::make_shared<const ForecastRows>(make_rows(table, settings));
  table.values = {};
  data.table = std::move(table);
  return data;
}

}  // namespace mnemo
