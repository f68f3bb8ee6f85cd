// The public DataOptions as the readers of files know them.
#pragma once

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <string>

#include "app/library/file_reading.h"
#include "app/settings/task.h"
#include "app/support/enum_names.h"
#include "mnemo/error.h"
#include "mnemo/options.h"

namespace mnemo {

// The enumerator of that name; throws UsageError, naming the option and all names, for none.
template <typename Enum>
Enum named(const char* option, const std::string& name) {
  if (const auto value = enum_from_name<Enum>(name)) return *value;
  throw SettingError(
      option, fmt::format("{}: expected one of {}", name, fmt::join(enum_names<Enum>(), ", ")));
}

// How a model of `task` reads a file. Throws UsageError for settings of other tasks, and for values
// that a setting does not have.
FileReading reading_of(const DataOptions& options, Task task);

// How it reads rows in memory: throws UsageError for settings of files.
FileReading reading_of_rows(const DataOptions& options);

}  // namespace mnemo
