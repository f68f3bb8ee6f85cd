#include "app/cli/task_commands.h"

#include <array>

#include "app/cli/common_options.h"

namespace mnemo {
namespace {

auto rows_of_commands() {
  return std::array{text_commands(), series_commands(), forecast_commands(), language_commands()};
}

}  // namespace

TaskCommands commands_of(Task task) { return row_of(rows_of_commands(), task); }

std::string list_of_tasks() {
  std::string lines;
  for (const auto& row : rows_of_commands()) {
    if (gives_answers(row.task)) lines += line_of_task(row.task, row.purpose);
  }
  return lines;
}

std::string overview_of_trainings() {
  std::string lines;
  for (const auto& row : rows_of_commands()) lines += row.in_overview;
  return lines;
}

}  // namespace mnemo
