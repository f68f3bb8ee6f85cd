#include "app/library/data_options.h"

#include <optional>

#include "app/settings/settings_text.h"
#include "common/name_list.h"

namespace mnemo {
namespace {

// A text has one column, whose name may hold commas.
std::string label_columns_in(const DataOptions& options, Task task) {
  if (task != Task::text) return join_list(options.label_columns);
  if (options.label_columns.size() == 1) return options.label_columns.front();
  throw SettingError("label-column", "has several columns, and a text has one label", "name one");
}

// Returns what the options set, as the command line would be given it.
Settings given_in(const DataOptions& options, Task task) {
  Settings given;
  const auto take = [&](const char* name, const std::optional<std::string>& value) {
    if (value) given[name] = *value;
  };
  take("input-format", options.input_format);
  take("text-column", options.text_column);
  if (options.header) given["header"] = *options.header ? "true" : "false";
  take("invalid-utf8", options.invalid_utf8);
  if (!options.label_columns.empty()) given["label-column"] = label_columns_in(options, task);
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
  if (!options.missing_markers.empty()) {
    given["missing-marker"] = join_list(options.missing_markers);
  }
  return given;
}

}  // namespace

FileReading reading_of(const DataOptions& options, Task task) {
  FileReading reading(given_in(options, task));
  reading.require_for(task);
  return reading;
}

FileReading reading_of_rows(const DataOptions& options) {
  for (const auto& [setting, value] : given_in(options, Task::forecast)) {
    if (setting == "missing") continue;
    throw SettingError(setting, "is for files", "rows in memory do without");
  }
  return reading_of(options, Task::forecast);
}

}  // namespace mnemo
