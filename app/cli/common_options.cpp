#include "app/cli/common_options.h"

#include <ATen/Parallel.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cctype>
#include <vector>

#include "app/settings/compute.h"
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

int64_t apply_threads(int64_t threads) {
  const int64_t chosen = resolve_threads(threads);
  at::set_num_threads(static_cast<int>(chosen));
  return chosen;
}

std::string line_of_task(Task task, const std::string& purpose) {
  return fmt::format("  {:<10} {}\n", enum_name(task), purpose);
}

std::string OptionOwners::names() const {
  std::vector<std::string> owners;
  for (const auto& [task, name] : EnumNames<Task>::table) {
    if (has(task)) owners.emplace_back(name);
  }
  return fmt::format("{}", fmt::join(owners, " and "));
}

OptionOwners::operator std::string() const {
  std::string heading = names() + " models";
  heading.front() = static_cast<char>(std::toupper(static_cast<unsigned char>(heading.front())));
  return heading;
}

void require_options_for(Task task, const OptionTable& table, const std::string& name) {
  for (const auto& owners : kOptionOwners) {
    const std::string option = table.given_in_group(owners);
    if (option.empty() || owners.has(task)) continue;
    throw UsageError(fmt::format("--{} is for {} models, and {} is a {} model; leave it out",
                                 option, owners.names(), name, enum_name(task)));
  }
}

}  // namespace mnemo
