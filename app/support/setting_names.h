// Messages name settings in backquotes, see mnemo/settings.h; the command line shows them as flags.
#pragma once

#include <string>
#include <string_view>

namespace mnemo {

// "`layers` 40: ..." as "--layers 40: ...".
std::string with_flags(std::string_view message);

}  // namespace mnemo
