// Several commands share these parts of their options.
#pragma once

#include <array>
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

// Throws UsageError when the command line set an option below a heading of kOptionOwners that does
// not name the task. `name`: the model's.
void require_options_for(Task task, const OptionTable& table, const std::string& name);

}  // namespace mnemo
