#include "app/tasks/forecast/forecast_settings.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <utility>

#include "app/settings/data_json.h"
#include "app/settings/enum_tables.h"
#include "app/settings/forecast_enum_tables.h"
#include "app/settings/json_fields.h"
#include "app/settings/layer_fields.h"

namespace mnemo {
namespace {

template <typename Fields, typename Model>
void describe_forecaster(Fields& fields, Model& model) {
  fields.field("model", model.model);
  fields.field("lookback", model.lookback);
  fields.field("horizon", model.horizon);
  fields.field("normalization", model.normalization);
  fields.field("dropout", model.dropout);
  fields.field("cell", model.cell);
  describe_transformer(fields, model.cell, model.transformer);
  fields.field("hidden_size", model.hidden_size);
  fields.field("layers", model.layers);
  fields.field("segment", model.segment);
  fields.field("hidden_sizes", model.hidden_sizes);
  fields.field("layer_dropout", model.layer_dropout);
  fields.field("input_dropout", model.input_dropout);
  fields.field("variational_dropout", model.variational);
  fields.field("recurrent_dropout", model.recurrent_dropout);
  fields.field("reconstruction", model.reconstruction);
  fields.field("autoregression", model.autoregression);
  fields.field("inner_norm", model.inner_norm);
  fields.newer("window_scaling", model.window_scaling, WindowScaling::none);
  fields.newer("calibrated", model.calibrated, false);
  fields.newer("non_negative", model.non_negative, false);
}

template <typename Fields, typename Figures>
void describe_series(Fields& fields, Figures& series) {
  const std::vector<std::vector<double>> none;
  fields.newer("series", series.names, std::vector<std::string>());
  fields.newer("series_seasonal_error", series.seasonal_error, none);
  fields.newer("series_scale", series.scale, none);
}

template <typename Fields, typename Table>
void describe_number_table(Fields& fields, Table& table) {
  fields.field("columns", table.columns);
  fields.field("time_column", table.time_column);
  fields.object("time_format", [&](auto& inner) {
    inner.field("pattern", table.time_format.pattern);
    inner.field("suffix", table.time_format.suffix);
  });
  fields.field("series_column", table.series_column);
  fields.field("missing", table.missing);
  fields.field("decimal", table.decimal);
  fields.field("delimiter", table.delimiter);
  fields.newer("missing_markers", table.missing_markers, std::vector<std::string>{});
  fields.newer("found_decimal", table.found_decimal, DecimalMark::point);
  fields.newer("quoting", table.quoting, Quoting::automatic);
  fields.newer("header", table.header, TableHeaderRow::automatic);
  fields.newer("skip_lines", table.skip_lines, kAutomaticSkip);
  fields.newer("word_columns", table.word_columns, std::vector<std::string>());
  fields.newer("words", table.words, WordLists());
}

// These parts of a step came after the first version.
template <typename Step>
auto step_parts(Step& step) {
  return std::array{std::pair{"microseconds", &step.microseconds}, std::pair{"day", &step.day},
                    std::pair{"weekdays", &step.weekdays}, std::pair{"opens", &step.opens},
                    std::pair{"closes", &step.closes}};
}

template <typename Fields, typename Settings>
void describe_forecast_settings(Fields& fields, Settings& settings) {
  fields.object("model", [&](auto& inner) { describe_forecaster(inner, settings.model); });
  fields.object("table", [&](auto& inner) { describe_number_table(inner, settings.table); });
  fields.field("features", settings.features);
  fields.field("targets", settings.targets);
  fields.newer("known", settings.known, std::vector<std::string>());
  fields.newer("static", settings.statics, std::vector<std::string>());
  fields.newer("holidays", settings.holidays, std::vector<HolidayColumns>());
  fields.note("holiday_columns", names_of(settings.holidays));
  fields.field("calendar", settings.calendar);
  fields.note("calendar_columns", calendar_columns(settings.calendar));  // for users of exports
  fields.object("step", [&](auto& inner) {
    inner.field("seconds", settings.step.seconds);
    inner.field("months", settings.step.months);
    for (auto& [key, part] : step_parts(settings.step)) inner.newer(key, *part, int64_t{0});
  });
  fields.field("quantiles", settings.quantiles);
  fields.field("feature_scaling", settings.feature_scaling);
  fields.field("target_scaling", settings.target_scaling);
  fields.field("season", settings.season);
  fields.field("seasonal_error", settings.seasonal_error);
  describe_series(fields, settings.series);
  fields.object("split", [&](auto& inner) {
    inner.field("train_share", settings.split.train_share);
    inner.field("valid_share", settings.split.valid_share);
    inner.field("rows", settings.split.rows);
    inner.newer("last", settings.split.last, std::vector<int64_t>());
  });
}

void require(bool holds, const char* what) {
  if (!holds) throw Error(what);
}

// The program relies on this, whoever wrote the file.
void require_sound(const ForecastSettings& settings) {
  const auto positive = [](int64_t number) { return number >= 1; };
  const auto& model = settings.model;
  require(positive(model.lookback) && positive(model.horizon) && positive(model.segment) &&
              positive(model.layers) && model.hidden_size >= 2 && !model.hidden_sizes.empty() &&
              std::ranges::all_of(model.hidden_sizes, positive),
          "a size of the model is not positive");
  require(model.autoregression >= 0 && model.autoregression <= model.lookback,
          "\"autoregression\" reads more rows than a window has");
  require(!settings.features.empty() && !settings.targets.empty(), "it has no features or targets");
  require(!model.calibrated || !settings.quantiles.empty(), "\"calibrated\" has no quantiles");
  require(positive(settings.season), "\"season\" is not positive");
  const auto& rows = settings.split.rows;
  require(rows.empty() || (rows.size() == 3 && std::ranges::min(rows) >= 0),
          "\"split\" has not three numbers of rows");
  const auto& last = settings.split.last;
  require(last.empty() || (last.size() == 2 && std::ranges::min(last) >= 0),
          "\"split\" has not two numbers of last rows");
  const auto is_share = [](double share) { return share >= 0.0 && share <= 1.0; };
  require(is_share(settings.split.train_share) && is_share(settings.split.valid_share),
          "a share of \"split\" is not from 0 to 1");
  require(settings.statics.size() <= settings.known.size(), "\"static\" is not within \"known\"");
  require(settings.feature_scaling.size() == settings.features.size() + settings.known.size() &&
              settings.target_scaling.size() == settings.targets.size(),
          "there is not one scaling a column");
  require(settings.seasonal_error.size() == settings.targets.size(),
          "there is not one \"seasonal_error\" a target");
  const auto scales = [](const Scaling& scaling) {
    return std::isfinite(scaling.offset) && std::isfinite(scaling.scale) && scaling.scale > 0.0;
  };
  require(std::ranges::all_of(settings.feature_scaling, scales) &&
              std::ranges::all_of(settings.target_scaling, scales),
          "a scaling is not finite and positive");
  const auto& [names, errors, scale] = settings.series;
  const auto one_a_target = [&](const std::vector<double>& numbers) {
    return numbers.size() == settings.targets.size();
  };
  require(errors.size() == names.size() && scale.size() == names.size() &&
              std::ranges::all_of(errors, one_a_target) && std::ranges::all_of(scale, one_a_target),
          "there is not one number a series and target");
  const auto is_positive = [](double number) { return number > 0.0; };
  require(
      std::ranges::all_of(
          scale, [&](const auto& numbers) { return std::ranges::all_of(numbers, is_positive); }),
      "the scale of a series is not positive");
  require(std::ranges::is_sorted(settings.quantiles), "\"quantiles\" do not ascend");
  const auto& step = settings.step;
  const auto within = [](int64_t number, int64_t most) { return number >= 0 && number <= most; };
  require(within(step.seconds, std::numeric_limits<int64_t>::max() / kSecond) &&
              within(step.months, 120'000) && within(step.microseconds, kSecond - 1) &&
              within(step.day, 31) && within(step.weekdays, 127) &&
              within(step.opens, kDaySeconds - 1) && within(step.closes, kDaySeconds - 1),
          "\"step\" is no step in time");
}

}  // namespace

bool ForecastSplit::holds_rows_out() const {
  if (!rows.empty()) return rows[1] > 0;
  return last.empty() ? valid_share > 0.0 : last[0] > 0;
}

double seasonal_error(std::span<const double> values, int64_t season) {
  const auto first = static_cast<size_t>(season);
  if (values.size() <= first) return 0.0;
  double sum = 0.0;
  for (size_t i = first; i < values.size(); ++i) sum += std::abs(values[i] - values[i - first]);
  return sum / static_cast<double>(values.size() - first);
}

nlohmann::json to_json(const ForecastSettings& settings) {
  FieldWriter fields;
  describe_forecast_settings(fields, settings);
  return fields.take();
}

ForecastSettings forecast_settings_from_json(const nlohmann::json& object,
                                             const std::string& name) {
  return read_settings(name, [&] {
    ForecastSettings settings;
    FieldReader fields(object);
    describe_forecast_settings(fields, settings);
    require_sound(settings.model.cell, settings.model.transformer);
    require_sound(settings);
    complete_model(settings);
    // No pattern are seconds, where there are times.
    auto& pattern = settings.table.time_format.pattern;
    if (pattern.empty() && !(settings.step == TimeStep{})) pattern = kSecondsPattern;
    return settings;
  });
}

std::vector<std::string> seen_columns(const ForecastSettings& settings) {
  auto columns = settings.features;
  columns.insert(columns.end(), settings.known.begin(), settings.known.end());
  return columns;
}

std::vector<std::string> made_columns(const ForecastSettings& settings) {
  auto columns = names_of(settings.holidays);
  for (auto& name : calendar_columns(settings.calendar)) columns.push_back(std::move(name));
  return columns;
}

bool knows_ahead(const ForecastSettings& settings) {
  return !settings.known.empty() || !settings.holidays.empty();
}

void complete_model(ForecastSettings& settings) {
  auto& model = settings.model;
  model.fixed_columns = std::ssize(settings.known) +
                        kHolidayColumns * std::ssize(settings.holidays) +
                        2 * std::ssize(settings.calendar);
  model.features = std::ssize(settings.features) + model.fixed_columns;
  model.known.words.clear();
  for (const auto& name : settings.known) {
    const auto words = settings.table.words.find(name);
    model.known.words.push_back(
        words == settings.table.words.end() ? 0 : std::ssize(words->second) + 1);
  }
  for (const auto& place : settings.holidays) {
    model.known.words.push_back(0);
    model.known.words.push_back(std::ssize(place.words) + 1);
  }
  if (knows_ahead(settings)) {
    model.known.words.resize(static_cast<size_t>(model.fixed_columns), 0);
  }
  model.target_columns.clear();
  for (const auto& target : settings.targets) {
    const auto found = std::ranges::find(settings.features, target);
    model.target_columns.push_back(
        found == settings.features.end() ? -1 : found - settings.features.begin());
  }
  model.quantiles = std::ssize(settings.quantiles);
  const auto distance = [](double quantile) { return std::abs(quantile - 0.5); };
  const auto centre = std::ranges::min_element(settings.quantiles, {}, distance);
  model.centre = centre - settings.quantiles.begin();
}

}  // namespace mnemo
