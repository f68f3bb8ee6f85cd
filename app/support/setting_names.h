// Messages name settings in backquotes; mnemo/settings.h has what finds those names.
#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace mnemo {

// Gives a message the names that its reader knows settings by, as with_setting_names() can.
using MessageForm = std::function<std::string(std::string_view message)>;

}  // namespace mnemo
