// JSON as text, of strings that may hold what is no UTF-8, as paths do: such bytes become U+FFFD.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

namespace mnemo {

// `indent`: blanks a level; below 0 all stands on one line. Without a line end behind it.
std::string json_text(const nlohmann::json& object, int indent = -1);

// On one line, with its end.
std::string json_line(const nlohmann::json& object);

}  // namespace mnemo
