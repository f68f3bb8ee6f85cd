// Letters of either case as one, in names and words of file formats.
#pragma once

#include <string>
#include <string_view>

namespace mnemo {

// ASCII's letters only, whatever the locale.
inline std::string lower_case(std::string_view text) {
  std::string lower(text);
  for (char& letter : lower) {
    if (letter >= 'A' && letter <= 'Z') letter = static_cast<char>(letter - 'A' + 'a');
  }
  return lower;
}

}  // namespace mnemo
