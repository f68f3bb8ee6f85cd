#include "app/tasks/forecast/forecast_settings.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "app/settings/enum_tables.h"
#include "app/settings/forecast_enum_tables.h"
#include "app/settings/json_enums.h"
#include "app/settings/scaling_json.h"
#include "app/settings/transformer_json.h"

namespace mnemo {
namespace {

using nlohmann::json;

json forecaster_to_json(const ForecasterOptions& model) {
  return {{"model", enum_name(model.model)},
          {"lookback", model.lookback},
          {"horizon", model.horizon},
          {"normalization", enum_name(model.normalization)},
          {"dropout", model.dropout},
          {"cell", enum_name(model.cell)},
          {"hidden_size", model.hidden_size},
          {"layers", model.layers},
          {"segment", model.segment},
          {"hidden_sizes", model.hidden_sizes},
          {"layer_dropout", model.layer_dropout},
          {"input_dropout", model.input_dropout},
          {"variational_dropout", model.variational},
          {"recurrent_dropout", model.recurrent_dropout},
          {"reconstruction", model.reconstruction},
          {"autoregression", model.autoregression},
          {"inner_norm", enum_name(model.inner_norm)}};
}

ForecasterOptions forecaster_from_json(const json& object) {
  ForecasterOptions model;
  model.model = read_enum<ForecastModel>(object, "model");
  object.at("lookback").get_to(model.lookback);
  object.at("horizon").get_to(model.horizon);
  model.normalization = read_enum<WindowNormalization>(object, "normalization");
  object.at("dropout").get_to(model.dropout);
  model.cell = read_enum<Cell>(object, "cell");
  if (model.cell == Cell::transformer) model.transformer = transformer_from_json(object);
  object.at("hidden_size").get_to(model.hidden_size);
  object.at("layers").get_to(model.layers);
  object.at("segment").get_to(model.segment);
  object.at("hidden_sizes").get_to(model.hidden_sizes);
  object.at("layer_dropout").get_to(model.layer_dropout);
  model.input_dropout = object.value("input_dropout", 0.0);
  model.variational = object.value("variational_dropout", false);
  model.recurrent_dropout = object.value("recurrent_dropout", 0.0);
  model.reconstruction = object.value("reconstruction", false);
  model.autoregression = object.value("autoregression", int64_t{0});
  model.inner_norm = read_enum_or<Norm>(object, "inner_norm", Norm::none);
  return model;
}

json table_to_json(const NumberTableOptions& table) {
  return {{"columns", table.columns},
          {"time_column", table.time_column},
          {"time_format",
           {{"pattern", table.time_format.pattern}, {"suffix", table.time_format.suffix}}},
          {"series_column", table.series_column},
          {"missing", enum_name(table.missing)},
          {"decimal", enum_name(table.decimal)},
          {"delimiter", enum_name(table.delimiter)}};
}

NumberTableOptions table_from_json(const json& object) {
  NumberTableOptions table;
  object.at("columns").get_to(table.columns);
  object.at("time_column").get_to(table.time_column);
  object.at("time_format").at("pattern").get_to(table.time_format.pattern);
  object.at("time_format").at("suffix").get_to(table.time_format.suffix);
  object.at("series_column").get_to(table.series_column);
  table.missing = read_enum<MissingValues>(object, "missing");
  table.decimal = read_enum<DecimalMark>(object, "decimal");
  table.delimiter = read_enum<Delimiter>(object, "delimiter");
  return table;
}

void require(bool holds, const char* what) {
  if (!holds) throw Error(what);
}

// What the program relies on, whoever wrote the file.
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
  require(positive(settings.season), "\"season\" is not positive");
  const auto& rows = settings.split.rows;
  require(rows.empty() || (rows.size() == 3 && std::ranges::min(rows) >= 0),
          "\"split\" has not three numbers of rows");
  const auto is_share = [](double share) { return share >= 0.0 && share <= 1.0; };
  require(is_share(settings.split.train_share) && is_share(settings.split.valid_share),
          "a share of \"split\" is not from 0 to 1");
  const auto scales = [](const Scaling& scaling) {
    return std::isfinite(scaling.offset) && std::isfinite(scaling.scale) && scaling.scale > 0.0;
  };
  require(std::ranges::all_of(settings.feature_scaling, scales) &&
              std::ranges::all_of(settings.target_scaling, scales),
          "a scaling is not finite and positive");
  require(std::ranges::is_sorted(settings.quantiles), "\"quantiles\" do not ascend");
}

}  // namespace

json to_json(const ForecastSettings& settings) {
  const auto& model = settings.model;
  return {{"model", with_transformer(forecaster_to_json(model), model.cell, model.transformer)},
          {"table", table_to_json(settings.table)},
          {"features", settings.features},
          {"targets", settings.targets},
          {"calendar", names_of(settings.calendar)},
          {"calendar_columns", calendar_columns(settings.calendar)},  // for users of exports
          {"step", {{"seconds", settings.step.seconds}, {"months", settings.step.months}}},
          {"quantiles", settings.quantiles},
          {"feature_scaling", scaling_to_json(settings.feature_scaling)},
          {"target_scaling", scaling_to_json(settings.target_scaling)},
          {"season", settings.season},
          {"seasonal_error", settings.seasonal_error},
          {"split",
           {{"train_share", settings.split.train_share},
            {"valid_share", settings.split.valid_share},
            {"rows", settings.split.rows}}}};
}

ForecastSettings forecast_settings_from_json(const json& object, const std::string& name) {
  return read_settings(name, [&] {
    ForecastSettings settings;
    settings.model = forecaster_from_json(object.at("model"));
    settings.table = table_from_json(object.at("table"));
    object.at("features").get_to(settings.features);
    object.at("targets").get_to(settings.targets);
    settings.calendar = read_enums<CalendarPart>(object, "calendar");
    object.at("step").at("seconds").get_to(settings.step.seconds);
    object.at("step").at("months").get_to(settings.step.months);
    object.at("quantiles").get_to(settings.quantiles);
    settings.feature_scaling = scaling_from_json(object.at("feature_scaling"));
    settings.target_scaling = scaling_from_json(object.at("target_scaling"));
    if (settings.feature_scaling.size() != settings.features.size() ||
        settings.target_scaling.size() != settings.targets.size()) {
      throw Error("there is not one scaling a column");
    }
    object.at("season").get_to(settings.season);
    object.at("seasonal_error").get_to(settings.seasonal_error);
    if (settings.seasonal_error.size() != settings.targets.size()) {
      throw Error("there is not one \"seasonal_error\" a target");
    }
    const auto& split = object.at("split");
    split.at("train_share").get_to(settings.split.train_share);
    split.at("valid_share").get_to(settings.split.valid_share);
    split.at("rows").get_to(settings.split.rows);
    require_sound(settings);
    complete_model(settings);
    return settings;
  });
}

void complete_model(ForecastSettings& settings) {
  auto& model = settings.model;
  model.features = std::ssize(settings.features) + 2 * std::ssize(settings.calendar);
  model.calendar_columns = 2 * std::ssize(settings.calendar);
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
