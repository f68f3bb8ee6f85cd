// The kinds of work that mnemo learns, as meta.json names them.
#pragma once

#include <tuple>

#include "app/support/enum_names.h"
#include "mnemo/error.h"

namespace mnemo {

enum class Task {
  text,
  series,
  forecast,
  language,  // texts without labels: models of it answer nothing, classifiers of texts begin with
             // one
};

template <>
struct EnumNames<Task> {
  static constexpr std::array table = {
      EnumName{Task::text, "text"}, EnumName{Task::series, "series"},
      EnumName{Task::forecast, "forecast"}, EnumName{Task::language, "pretrained-text"}};
};

// True for the tasks whose models answer: they are evaluated, asked, explained, exported, imported
// and searched for.
constexpr bool gives_answers(Task task) { return task != Task::language; }

constexpr size_t count_of_answering_tasks() {
  size_t count = 0;
  for (const auto& row : EnumNames<Task>::table) count += gives_answers(row.value) ? 1 : 0;
  return count;
}

// The task's row of a table, a std::array that has one for each task, or for each that answers.
template <typename Rows>
constexpr const auto& row_of(const Rows& rows, Task task) {
  static_assert(std::tuple_size_v<Rows> == EnumNames<Task>::table.size() ||
                    std::tuple_size_v<Rows> == count_of_answering_tasks(),
                "a row is missing for a task, or stands twice");
  for (const auto& row : rows) {
    if (row.task == task) return row;
  }
  throw Error("a table has no row for the task");
}

}  // namespace mnemo
