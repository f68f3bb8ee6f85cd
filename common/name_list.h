// Lists of names in one line: joined by commas, and quoted where a name holds one.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace mnemo {

// The parts of a list joined by commas. A part may stand in quotation marks, as a field of CSV does
// (a quotation mark inside is written twice), or have a backslash in front of its comma.
std::vector<std::string> split_list(std::string_view text);

// The text that split_list() takes apart again.
std::string join_list(std::span<const std::string> names);

}  // namespace mnemo
