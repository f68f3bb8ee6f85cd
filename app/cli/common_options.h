// Several commands share these parts of their options, and what follows from them.
#pragma once

#include <array>
#include <cstdint>
#include <initializer_list>
#include <string>

#include "app/cli/option_table.h"
#include "app/settings/task.h"

namespace mnemo {

// The tasks whose models alone take some options. It stands for the heading of these, "Text and
// series models", which names the tasks.
class OptionOwners {
 public:
  constexpr OptionOwners(std::initializer_list<Task> tasks) {
    for (const Task task : tasks) owns_[static_cast<size_t>(task)] = true;
  }

  constexpr bool has(Task task) const { return owns_[static_cast<size_t>(task)]; }
  std::string names() const;  // "text and series"
  operator std::string() const;

 private:
  std::array<bool, EnumNames<Task>::table.size()> owns_ = {};
};

inline constexpr OptionOwners kTextOptions = {Task::text};
inline constexpr OptionOwners kSeriesOptions = {Task::series};
inline constexpr OptionOwners kLabelOptions = {Task::text, Task::series};
inline constexpr OptionOwners kNumberOptions = {Task::series, Task::forecast};
inline constexpr OptionOwners kForecastOptions = {Task::forecast};
inline constexpr std::array kOptionOwners = {kTextOptions, kSeriesOptions, kLabelOptions,
                                             kNumberOptions, kForecastOptions};

// The task of that name whose models give answers; throws UsageError, naming `command` and those
// tasks, for none.
Task task_named(const std::string& command, const std::string& name);

// A line of a usage that lists tasks.
std::string line_of_task(Task task, const std::string& purpose);

// Sets LibTorch's number of threads for the process, for good, to what resolve_threads() makes of
// it, and returns that.
int64_t apply_threads(int64_t threads);

// Throws UsageError when the command line set an option below a heading of kOptionOwners that does
// not name the task. `name`: the model's.
void require_options_for(Task task, const OptionTable& table, const std::string& name);

}  // namespace mnemo
