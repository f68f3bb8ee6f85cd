// The table of public holidays, as it was when mnemo was built: see datasets/CMakeLists.txt.
#pragma once

#include <string_view>

namespace mnemo {

extern const std::string_view kHolidayTable;

}  // namespace mnemo
