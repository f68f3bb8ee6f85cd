#include "app/library/data_options.h"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "app/settings/enum_tables.h"
#include "app/settings/forecast_enum_tables.h"
#include "app/settings/series_enum_tables.h"

namespace mnemo {
namespace {

struct Setting {
  const char* name;
  bool is_set;
  std::vector<Task> tasks;
};

std::array<Setting, 15> settings_of(const DataOptions& options) {
  return {
      Setting{"input-format", options.input_format.has_value(), {Task::text}},
      Setting{"text-column", options.text_column.has_value(), {Task::text}},
      Setting{"header", options.header.has_value(), {Task::text}},
      Setting{"invalid-utf8", options.invalid_utf8.has_value(), {Task::text}},
      Setting{"label-column", !options.label_columns.empty(), {Task::text, Task::series}},
      Setting{"series-format", options.series_format.has_value(), {Task::series}},
      Setting{"id-column", options.id_column.has_value(), {Task::series}},
      Setting{"step-column", options.step_column.has_value(), {Task::series}},
      Setting{"labels", options.labels.has_value(), {Task::series}},
      Setting{"missing", options.missing.has_value(), {Task::series, Task::forecast}},
      Setting{"time-column", options.time_column.has_value(), {Task::forecast}},
      Setting{"series-column", options.series_column.has_value(), {Task::forecast}},
      Setting{"decimal", options.decimal.has_value(), {Task::forecast}},
      Setting{
          "delimiter", options.delimiter.has_value(), {Task::text, Task::series, Task::forecast}},
      Setting{"quoting", options.quoting.has_value(), {Task::text, Task::series}},
  };
}

void require_settings_for(const DataOptions& options, Task task) {
  for (const auto& [name, is_set, tasks] : settings_of(options)) {
    if (!is_set || std::ranges::find(tasks, task) != tasks.end()) continue;
    throw SettingError(name, fmt::format("is not for {} models", enum_name(task)), "leave it out");
  }
}

template <typename Enum>
void set(const char* option, const std::optional<std::string>& name, Enum& value) {
  if (name) value = named<Enum>(option, *name);
}

void require_one_label_column(const DataOptions& options) {
  if (options.label_columns.size() <= 1) return;
  throw SettingError("label-column", "has several columns, and a text has one label", "name one");
}

TextReaderOptions text_reader(const DataOptions& options, TextReaderOptions trained) {
  set("input-format", options.input_format, trained.format);
  set("invalid-utf8", options.invalid_utf8, trained.invalid_utf8);
  set("delimiter", options.delimiter, trained.delimiter);
  set("quoting", options.quoting, trained.quoting);
  trained.text_column = options.text_column.value_or(trained.text_column);
  if (options.header) trained.header = *options.header ? HeaderRow::yes : HeaderRow::no;
  if (!options.label_columns.empty()) trained.label_column = options.label_columns.front();
  if (options.text_column || !options.label_columns.empty()) trained.is_remembered = false;
  return trained;
}

SeriesReaderOptions series_reader(const DataOptions& options, SeriesReaderOptions trained) {
  trained.format = SeriesFormat::automatic;
  set("series-format", options.series_format, trained.format);
  set("missing", options.missing, trained.missing);
  trained.labels_file = options.labels.value_or("");
  set("delimiter", options.delimiter, trained.delimiter);
  set("quoting", options.quoting, trained.quoting);
  trained.id_column = options.id_column.value_or(trained.id_column);
  trained.step_column = options.step_column.value_or(trained.step_column);
  if (!options.label_columns.empty()) trained.target_columns = options.label_columns;
  return trained;
}

NumberTableOptions table_reader(const DataOptions& options, NumberTableOptions trained) {
  set("missing", options.missing, trained.missing);
  set("decimal", options.decimal, trained.decimal);
  set("delimiter", options.delimiter, trained.delimiter);
  trained.time_column = options.time_column.value_or(trained.time_column);
  trained.series_column = options.series_column.value_or(trained.series_column);
  return trained;
}

}  // namespace

FileReading reading_of(const DataOptions& options, Task task) {
  require_settings_for(options, task);
  FileReading reading;
  if (task == Task::text) require_one_label_column(options);
  reading.text = [&options](TextReaderOptions trained) {
    return text_reader(options, std::move(trained));
  };
  reading.series = [&options](SeriesReaderOptions trained) {
    return series_reader(options, std::move(trained));
  };
  reading.table = [&options](NumberTableOptions trained) {
    return table_reader(options, std::move(trained));
  };
  return reading;
}

FileReading reading_of_rows(const DataOptions& options) {
  for (const auto& [name, is_set, tasks] : settings_of(options)) {
    if (!is_set || std::string(name) == "missing") continue;
    throw SettingError(name, "is for files", "rows in memory do without");
  }
  return reading_of(options, Task::forecast);
}

}  // namespace mnemo
