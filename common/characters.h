// Kinds of ASCII's characters, whatever the locale.
#pragma once

namespace mnemo {

inline bool is_digit(char c) { return c >= '0' && c <= '9'; }
inline bool is_letter(char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); }

}  // namespace mnemo
