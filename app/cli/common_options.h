// Several commands share these parts of their options.
#pragma once

#include <string>

#include "app/cli/option_table.h"
#include "app/settings/task.h"

namespace mnemo {

// Headings of the options that only one task's models take.
inline constexpr const char* kTextOptions = "Text models";
inline constexpr const char* kSeriesOptions = "Series models";
inline constexpr const char* kLabelOptions = "Text and series models";
inline constexpr const char* kNumberOptions = "Series and forecast models";
inline constexpr const char* kForecastOptions = "Forecast models";

// The task of that name whose models give answers; throws UsageError, naming `command` and those
// tasks, for none.
Task task_named(const std::string& command, const std::string& name);

// Throws UsageError when the command line set an option of another task's models. `name`: the
// model's.
void require_options_for(Task task, const OptionTable& table, const std::string& name);

}  // namespace mnemo
