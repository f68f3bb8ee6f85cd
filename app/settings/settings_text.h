// Settings as a config file has them: one `option = value` a line.
#pragma once

#include <map>
#include <string>

namespace mnemo {

using Settings = std::map<std::string, std::string>;  // values by option

// Reads a text that config_text() of a set of options wrote.
Settings settings_in(const std::string& text);

// All of them on one line, "option=value" each.
std::string words_of(const Settings& settings);

}  // namespace mnemo
