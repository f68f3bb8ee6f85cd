// The kinds of work that mnemo learns.
#pragma once

#include <tuple>

#include "app/support/enum_names.h"
#include "mnemo/error.h"

namespace mnemo {

enum class Task { text, series, forecast };

template <>
struct EnumNames<Task> {
  static constexpr std::array table = {EnumName{Task::text, "text"},
                                       EnumName{Task::series, "series"},
                                       EnumName{Task::forecast, "forecast"}};
};

// The task's row of a table, a std::array that has one for each.
template <typename Rows>
constexpr const auto& row_of(const Rows& rows, Task task) {
  static_assert(std::tuple_size_v<Rows> == EnumNames<Task>::table.size(),
                "a row is missing for a task, or stands twice");
  for (const auto& row : rows) {
    if (row.task == task) return row;
  }
  throw Error("a table has no row for the task");
}

}  // namespace mnemo
