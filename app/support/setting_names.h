// Messages name settings in backquotes, see mnemo/error.h; here they get the form that the reader
// knows them by.
#pragma once

#include <string>
#include <string_view>

namespace mnemo {

// "`layers` 40: ..." as "--layers 40: ...".
std::string with_flags(std::string_view message);

}  // namespace mnemo
