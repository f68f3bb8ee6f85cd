// Numbers as a person reads them.
#pragma once

#include <string>

namespace mnemo {

// "1:05" or "2:03:10".
std::string format_duration(double seconds);
// "12,345".
std::string format_count(double number);

}  // namespace mnemo
