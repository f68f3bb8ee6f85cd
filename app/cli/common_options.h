// Several commands share these parts of their options, and what follows from them.
#pragma once

#include <array>
#include <cstdint>
#include <initializer_list>
#include <string>

#include "app/cli/option_table.h"
#include "app/settings/task.h"
#include "datasets/number_table.h"
#include "datasets/series/labelled_series.h"
#include "datasets/text_reader.h"

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

// Options of the readers of all tasks: parsing checks what is given, and FileReading hands it to
// the reader of the model at hand.
struct ReaderWords {
  TextReaderOptions text = {};
  SeriesReaderOptions series = {};
  NumberTableOptions table = {};  // its delimiter and quoting are those of all
};

// Those of the readers of texts and of series, and what is done about missing values, under the
// headings of the models that have them.
void describe_readers(OptionTable& table, ReaderWords& words);

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
