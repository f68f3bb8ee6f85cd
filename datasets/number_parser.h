// Numbers as people write them in tables.
#pragma once

#include <optional>
#include <string_view>

namespace mnemo {

// The number that all of `text` is, as C++ writes numbers but for a plus sign in front: no white
// space, no separators. Otherwise as parse_number().
std::optional<double> parse_plain(std::string_view text);

enum class DecimalMark {
  point,      // 1234.5 or 1,234.5
  comma,      // 1234,5 or 1.234,5
  automatic,  // by a column's numbers; parse_number() takes it for point
};

// The number that `text` is, white space around it aside; nothing when it is none, or not all of it
// is. Thousands separators are accepted where they stand between groups of three digits, all of the
// whole part is grouped so, and no zero leads it ("0,125" has a decimal comma). "nan", "inf" and
// their likes give the value they name, so that a caller can refuse them by name; a number too
// large for a double is infinite, too.
std::optional<double> parse_number(std::string_view text, DecimalMark mark = DecimalMark::point);

}  // namespace mnemo
