#include "app/cli/flags.h"

#include <fmt/format.h>

#include "mnemo/settings.h"

namespace mnemo {

std::string with_flags(std::string_view message) {
  return with_setting_names(message,
                            [](std::string_view name) { return "--" + std::string(name); });
}

std::string in_flags(const Error& error) {
  if (error.setting().empty()) return with_flags(error.what());
  return fmt::format("{}--{}{}{}{}{}", error.place(), error.setting(),
                     error.problem().starts_with(':') ? "" : " ", with_flags(error.problem()),
                     error.remedy().empty() ? "" : "; ", with_flags(error.remedy()));
}

}  // namespace mnemo
