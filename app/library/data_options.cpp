#include "app/library/data_options.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>
#include <vector>

#include "app/settings/data_options.h"
#include "app/settings/option_set.h"
#include "common/name_list.h"

namespace mnemo {
namespace {

// A setting, and the tasks whose readers know it.
struct Owners {
  const char* setting;
  std::vector<Task> tasks;
};

const std::vector<Owners>& owners() {
  using enum Task;
  static const std::vector<Owners> all = {{"input-format", {text}},
                                          {"text-column", {text}},
                                          {"header", {text}},
                                          {"invalid-utf8", {text}},
                                          {"label-column", {text, series}},
                                          {"series-format", {series}},
                                          {"id-column", {series}},
                                          {"step-column", {series}},
                                          {"labels", {series}},
                                          {"missing", {series, forecast}},
                                          {"time-column", {forecast}},
                                          {"series-column", {forecast}},
                                          {"decimal", {forecast}},
                                          {"delimiter", {text, series, forecast}},
                                          {"time-format", {forecast}},
                                          {"quoting", {text, series, forecast}},
                                          {"skip-lines", {forecast}},
                                          {"missing-marker", {forecast}}};
  return all;
}

// Returns what the options set, as the command line would be given it.
Settings given_in(const DataOptions& options) {
  Settings given;
  const auto take = [&](const char* name, const std::optional<std::string>& value) {
    if (value) given[name] = *value;
  };
  const auto take_list = [&](const char* name, const std::vector<std::string>& values) {
    if (!values.empty()) given[name] = join_list(values);
  };
  take("input-format", options.input_format);
  take("text-column", options.text_column);
  if (options.header) given["header"] = *options.header ? "true" : "false";
  take("invalid-utf8", options.invalid_utf8);
  take_list("label-column", options.label_columns);
  take("series-format", options.series_format);
  take("id-column", options.id_column);
  take("step-column", options.step_column);
  take("labels", options.labels);
  take("missing", options.missing);
  take("time-column", options.time_column);
  take("series-column", options.series_column);
  take("decimal", options.decimal);
  take("delimiter", options.delimiter);
  take("time-format", options.time_format);
  take("quoting", options.quoting);
  if (options.skip_lines) given["skip-lines"] = std::to_string(*options.skip_lines);
  take_list("missing-marker", options.missing_markers);
  return given;
}

// The columns of labels are given one by one, too, since that of a text may hold a comma.
FileReading reading_by(const Settings& given, const std::vector<std::string>& label_columns) {
  TextReaderOptions text;
  SeriesReaderOptions series;
  NumberTableOptions numbers;
  std::string joined;  // not looked at
  OptionSet set;
  set.group("Data");
  describe(set, text);
  describe(set, text.quoting);
  set.text("label-column", joined, "");
  describe(set, series);
  set.text("labels", series.labels_file, "");
  describe(set, numbers);
  describe(set, numbers.delimiter);
  describe(set, numbers.missing);
  for (const auto& [name, value] : given) set.give(name, value);
  set.assign_fields();
  if (!label_columns.empty()) text.label_column = label_columns.front();
  series.target_columns = label_columns;
  return {set, std::move(text), std::move(series), std::move(numbers)};
}

}  // namespace

FileReading reading_of(const DataOptions& options, Task task) {
  const auto given = given_in(options);
  for (const auto& [setting, tasks] : owners()) {
    if (!given.contains(setting) || std::ranges::find(tasks, task) != tasks.end()) continue;
    throw SettingError(setting, fmt::format("is not for {} models", enum_name(task)),
                       "leave it out");
  }
  if (task == Task::text && options.label_columns.size() > 1) {
    throw SettingError("label-column", "has several columns, and a text has one label", "name one");
  }
  return reading_by(given, options.label_columns);
}

FileReading reading_of_rows(const DataOptions& options) {
  for (const auto& [setting, value] : given_in(options)) {
    if (setting == "missing") continue;
    throw SettingError(setting, "is for files", "rows in memory do without");
  }
  return reading_of(options, Task::forecast);
}

}  // namespace mnemo
