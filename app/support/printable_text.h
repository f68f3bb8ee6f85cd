// Text of the data as a terminal may show it.
#pragma once

#include <string>
#include <string_view>

namespace mnemo {

// Control characters, with which a text could command the terminal, become spaces.
std::string printable(std::string_view text);

}  // namespace mnemo
