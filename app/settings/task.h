// The kinds of work that mnemo learns.
#pragma once

#include "app/support/enum_names.h"

namespace mnemo {

enum class Task { text, series, forecast };

template <>
struct EnumNames<Task> {
  static constexpr std::array table = {EnumName{Task::text, "text"},
                                       EnumName{Task::series, "series"},
                                       EnumName{Task::forecast, "forecast"}};
};

}  // namespace mnemo
