// Messages of the library as the command line shows them: settings by their flags.
#pragma once

#include <string>
#include <string_view>

#include "mnemo/error.h"

namespace mnemo {

// "`layers` 40: ..." as "--layers 40: ...".
std::string with_flags(std::string_view message);

// The message of an error, made of its parts where one setting is to blame.
std::string in_flags(const Error& error);

}  // namespace mnemo
