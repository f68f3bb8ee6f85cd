#include "app/library/file_reading.h"

#include <fmt/format.h>

#include "app/library/task_library.h"
#include "app/settings/data_options.h"
#include "app/settings/option_set.h"
#include "common/name_list.h"
#include "mnemo/error.h"

namespace mnemo {
namespace {

MissingSteps missing_steps(MissingValues missing) {
  switch (missing) {
    case MissingValues::fail:
      return MissingSteps::fail;
    case MissingValues::interpolate:
      return MissingSteps::interpolate;
    case MissingValues::forward:
      throw SettingError("missing", "forward is for forecasters",
                         "series take fail or interpolate");
  }
  throw Error("unhandled way with missing values");
}

// Language models answer nothing, and no file is read for them.
struct NoReading {};

void describe_reading(OptionSet&, NoReading&) {}

// Assigns those of the settings that the reader has.
template <typename Reading>
void assign_reading(const Settings& given, Reading& reading) {
  OptionSet set;
  set.group("Reading");
  describe_reading(set, reading);
  for (const auto& [name, value] : given) {
    if (set.describes(name)) set.give(name, value);
  }
  set.assign_fields();
}

// Throws UsageError for a setting that the task's reader does not have, and for a value that the
// setting does not.
template <typename Reading>
void require_reading(const Settings& given, Reading reading, Task task) {
  OptionSet set;
  set.group("Reading");
  describe_reading(set, reading);
  for (const auto& [name, value] : given) {
    if (!set.describes(name)) {
      throw SettingError(name, fmt::format("is not for {} models", enum_name(task)),
                         "leave it out");
    }
    set.give(name, value);
  }
  set.assign_fields();
}

}  // namespace

TextReaderOptions FileReading::text(TextReaderOptions trained) const {
  trained.format = InputFormat::automatic;  // this file may be in another one
  assign_reading(given_, trained);
  if (given("text-column") || given("label-column")) trained.is_remembered = false;
  return trained;
}

SeriesReaderOptions FileReading::series(SeriesReaderOptions trained) const {
  SeriesReading reading{.options = std::move(trained)};
  auto& options = reading.options;
  options.format = SeriesFormat::automatic;
  options.labels_file.clear();
  assign_reading(given_, reading);
  if (given("label-column")) options.target_columns = split_list(reading.label_columns);
  if (given("missing")) options.missing = missing_steps(reading.missing);
  return options;
}

NumberTableOptions FileReading::table(NumberTableOptions trained) const {
  if (given("time-format")) trained.time_format = {};  // its suffix is of the training file's
  assign_reading(given_, trained);
  return trained;
}

void FileReading::require_for(Task task) const { library_of(task).require_reading(given_); }

void require_text_reading(const Settings& given) {
  require_reading(given, TextReaderOptions(), Task::text);
}

void require_series_reading(const Settings& given) {
  require_reading(given, SeriesReading(), Task::series);
}

void require_table_reading(const Settings& given) {
  require_reading(given, NumberTableOptions(), Task::forecast);
}

void require_no_reading(const Settings& given) {
  require_reading(given, NoReading(), Task::language);
}

}  // namespace mnemo
