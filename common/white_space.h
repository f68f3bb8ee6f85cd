// The characters that count as white space in the files that are read: ASCII's, whatever the
// locale.
#pragma once

#include <algorithm>
#include <string_view>

namespace mnemo {

inline constexpr std::string_view kWhiteSpace = " \t\r\n\v\f";

// `text` without the white space around it.
inline std::string_view trimmed(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of(kWhiteSpace), text.size()));
  text.remove_suffix(text.size() - (text.find_last_not_of(kWhiteSpace) + 1));
  return text;
}

}  // namespace mnemo
