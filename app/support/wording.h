// Numbers as a person reads them.
#pragma once

#include <cstdint>
#include <string>

namespace mnemo {

// "1:05" or "2:03:10".
std::string format_duration(double seconds);
// "35.1 kB" or "3.6 MB".
std::string format_bytes(int64_t bytes);
// "12,345".
std::string format_count(double number);

}  // namespace mnemo
