// A table as a forecaster sees it.
#pragma once

#include <ATen/ATen.h>

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "app/tasks/forecast/forecast_settings.h"
#include "datasets/number_table.h"
#include "datasets/windows.h"
#include "mnemo/reporter.h"

namespace mnemo {

struct ForecastRows {
  // (rows, F), the calendar's columns last: fp32 scaled, or the data's own numbers in double, also
  // for a model that scales its windows by themselves.
  at::Tensor features;
  std::vector<double> targets;  // (rows, K) in the data's units
  // Set for a model that knows columns ahead: rows behind the end of each series, (series, horizon,
  // F), how many of them are known, and where each series ends.
  at::Tensor future = {};
  std::vector<int64_t> future_rows = {}, series_ends = {};
};

// Names of the columns that must be read for these features and targets.
std::vector<std::string> needed_columns(std::span<const std::string> features,
                                        std::span<const std::string> targets);

// Reads a file for a trained model, by the settings of its training file. Throws Error when a
// column is missing or the rows are not as far apart as those; `warn` hears of gaps and filled
// values.
NumberTable read_table_for(const ForecastSettings& settings, const NumberTableOptions& options,
                           const std::filesystem::path& path, const Warn& warn);

// Adds what another file knows of the rows to come: its columns `known`, and times and series as
// the table's. Throws Error when the model knows none ahead.
void add_future_file(const ForecastSettings& settings, const NumberTableOptions& options,
                     const std::filesystem::path& path, NumberTable& table);

// The same of rows in memory, which `name` stands for in messages.
NumberTable table_for(const ForecastSettings& settings, const NumberTableOptions& options,
                      const Rows& rows, const std::string& name, const Warn& warn);

enum class RowUnits { scaled, of_data };

// Throws Error when the calendar is asked for and the table has no times.
ForecastRows make_rows(const NumberTable& table, const ForecastSettings& settings,
                       RowUnits units = RowUnits::scaled);

// Returns the parts of each series of the table.
std::vector<SeriesParts> split_table(const NumberTable& table, const ForecastSplit& split,
                                     int64_t horizon);

// (B, count, columns): of `values` (rows, columns) those from each of `begins` on.
at::Tensor rows_from(const at::Tensor& values, std::span<const int64_t> begins, int64_t count);

// (B, L, F): of each window the rows before its origin, in the units of `rows`. Of a model that
// knows columns ahead (B, L + horizon, F): behind them what is known of the rows to come, all else
// 0. Throws Error when less is known than the horizon.
at::Tensor histories(const ForecastRows& rows, std::span<const int64_t> origins,
                     const ForecasterOptions& model);

}  // namespace mnemo
