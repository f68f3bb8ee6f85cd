// Numbers as people write them in tables.
#pragma once

#include <optional>
#include <string_view>

namespace mnemo {

enum class DecimalMark {
  point,  // 1234.5 or 1,234.5
  comma,  // 1234,5 or 1.234,5
};

// The number that `text` is, white space around it aside; nothing when it is none, or not all of it
// is. Thousands separators are accepted where they stand between groups of three digits; with a
// separator of either kind the whole part must be grouped rightly. "nan", "inf" and their likes give
// the value they name, so that a caller can refuse them by name.
std::optional<double> parse_number(std::string_view text, DecimalMark mark = DecimalMark::point);

}  // namespace mnemo
