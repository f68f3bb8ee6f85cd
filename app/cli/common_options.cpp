#include "app/cli/common_options.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <vector>

#include "app/settings/data_options.h"
#include "common/nearest.h"
#include "mnemo/error.h"

namespace mnemo {

void describe_readers(OptionTable& table, ReaderWords& words) {
  table.group(kTextOptions);
  describe(table, words.text);
  table.group(kSeriesOptions);
  describe(table, words.series);
  table.group(kNumberOptions);
  describe(table, words.table.missing);
}

Task task_named(const std::string& command, const std::string& name) {
  std::vector<std::string> names;
  for (const auto& [task, known] : EnumNames<Task>::table) {
    if (!gives_answers(task)) continue;
    if (known == name) return task;
    names.emplace_back(known);
  }
  const std::string nearest = nearest_name(name, names);
  throw UsageError(fmt::format("mnemo {} {}: there is no such task; the tasks are: {}{}", command,
                               name, fmt::join(names, ", "),
                               nearest.empty() ? "" : fmt::format("; did you mean {}?", nearest)));
}

void require_options_for(Task task, const OptionTable& table, const std::string& name) {
  struct Heading {
    const char* title;
    std::vector<Task> owners;
    const char* owners_name;
  };
  const std::array headings = {
      Heading{kTextOptions, {Task::text}, "text"},
      Heading{kSeriesOptions, {Task::series}, "series"},
      Heading{kLabelOptions, {Task::text, Task::series}, "text and series"},
      Heading{kNumberOptions, {Task::series, Task::forecast}, "series and forecast"},
      Heading{kForecastOptions, {Task::forecast}, "forecast"}};
  for (const auto& [title, owners, owners_name] : headings) {
    const std::string option = table.given_in_group(title);
    if (option.empty() || std::ranges::find(owners, task) != owners.end()) continue;
    throw UsageError(fmt::format("--{} is for {} models, and {} is a {} model; leave it out",
                                 option, owners_name, name, enum_name(task)));
  }
}

}  // namespace mnemo
