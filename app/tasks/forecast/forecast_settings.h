// All that besides weights makes a forecaster: architecture, columns, scaling, season, and how its
// file was read and split. The same JSON object stands in a run's meta.json and inside an exported
// model.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <span>
#include <string>
#include <vector>

#include "app/tasks/forecast/forecast_holidays.h"
#include "datasets/calendar.h"
#include "datasets/number_table.h"
#include "datasets/scaler.h"
#include "models/forecaster.h"

namespace mnemo {

// The rows that train, validate and test.
struct ForecastSplit {
  double train_share = 0.8;  // of the rows; the rest is the test part
  double valid_share = 0.1;  // of the rows before the test part, their end; at least a horizon
  // Empty, or rows of the training, validation and test part, from the first one of a series on.
  std::vector<int64_t> rows;
  // Empty, or rows of the validation and test part, which are the last ones of a series.
  std::vector<int64_t> last = {};

  // True when a validation part is asked for.
  bool holds_rows_out() const;
};

// Several series are measured by these, each by its own training rows.
struct SeriesFigures {
  std::vector<std::string> names;  // empty: the file has one series
  // Each series and target has one: see `seasonal_error` below, and the standard deviation.
  std::vector<std::vector<double>> seasonal_error, scale;
};

struct ForecastSettings {
  ForecasterOptions model;
  NumberTableOptions table;  // as the training file was read; `columns`: all that are needed
  // Columns of the file whose past is seen; behind them come the known ones, then those of
  // holidays and of the calendar.
  std::vector<std::string> features;
  // Columns that are known of the rows to come, too: first those of `statics`, which do not change
  // within a series. `table.words` has the words of some. The calendar is known with them.
  std::vector<std::string> known;
  std::vector<std::string> statics;
  std::vector<std::string> targets;
  std::vector<HolidayColumns> holidays;  // known, too; no column of the file is
  std::vector<CalendarPart> calendar;
  TimeStep step;  // both parts 0: the file has no times
  std::vector<double> quantiles;
  std::vector<Scaling> feature_scaling;  // of `features` and `known`; no others are scaled
  std::vector<Scaling> target_scaling;
  int64_t season = 1;  // rows; 1: none
  // Each target has one: the mean absolute error of the seasonal naive forecast of one season over
  // the training rows, MASE's denominator (Hyndman and Koehler 2006); 0 for a constant.
  std::vector<double> seasonal_error;
  SeriesFigures series;
  ForecastSplit split;
};

// The mean absolute error of the seasonal naive forecast of one season over `values`, one series;
// 0 where it has no more rows than a season.
double seasonal_error(std::span<const double> values, int64_t season);

// The columns of the file that the model sees: those of `features`, then of `known`.
std::vector<std::string> seen_columns(const ForecastSettings& settings);

// The columns behind those: of holidays, then of the calendar.
std::vector<std::string> made_columns(const ForecastSettings& settings);

// Something is known of the rows to come beside the calendar.
bool knows_ahead(const ForecastSettings& settings);

// Fills in what `model` must know of columns and quantiles.
void complete_model(ForecastSettings& settings);

nlohmann::json to_json(const ForecastSettings& settings);

// Throws Error, with `name` and which key, when one is missing or holds what it should not.
ForecastSettings forecast_settings_from_json(const nlohmann::json& json, const std::string& name);

}  // namespace mnemo
