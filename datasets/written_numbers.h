// Numbers with the signs that people set around them: "$1,101.29", "1.20%", "12.3K", "(5)",
// a typographic minus, thousands divided by thin spaces or apostrophes.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "datasets/number_parser.h"

namespace mnemo {

struct WrittenNumber {
  double value = 0.0;     // of "1.20%" 1.2, of "12.3K" 12300
  std::string sign = {};  // "%", "$", "K"; empty: none that a reader may want to know of
};

// The number that `text` is, white space around it aside; nothing when it is none. Reads all that
// parse_number() does, more slowly.
std::optional<WrittenNumber> parse_written_number(std::string_view text, DecimalMark mark);

// A number tells this of its decimal mark.
enum class MarkEvidence {
  none,            // it has none, or is no number
  point,           // 1.25 or 1,234.5
  comma,           // 1,25 or 1.234,5
  point_or_group,  // 1.234
  comma_or_group,  // 1,234
};

MarkEvidence mark_evidence(std::string_view text);

}  // namespace mnemo
