#include "datasets/written_numbers.h"

#include <algorithm>
#include <array>

#include "common/characters.h"
#include "common/white_space.h"

namespace mnemo {
namespace {

constexpr std::array<std::string_view, 9> kCurrencies{"R$", "$",   "€", "£",  "¥",
                                                      "₹",  "₽", "₩", "₿"};
// Blanks of several widths and apostrophes, between groups of three digits.
constexpr std::array<std::string_view, 6> kGroupMarks{" ",      "\u00A0", "\u2009",
                                                      "\u202F", "'",      "\u2019"};
constexpr std::array<std::string_view, 3> kMinuses{"\u2212", "\u2013", "\uFE63"};

struct Scale {
  std::string_view letter;
  std::string_view exponent;
};
constexpr std::array<Scale, 6> kScales{
    {{"K", "e3"}, {"k", "e3"}, {"M", "e6"}, {"bn", "e9"}, {"B", "e9"}, {"T", "e12"}}};

template <size_t Count>
std::string_view take_front(std::string_view& text,
                            const std::array<std::string_view, Count>& signs) {
  for (const std::string_view sign : signs) {
    if (!text.starts_with(sign)) continue;
    text.remove_prefix(sign.size());
    return sign;
  }
  return {};
}

template <size_t Count>
std::string_view take_back(std::string_view& text,
                           const std::array<std::string_view, Count>& signs) {
  for (const std::string_view sign : signs) {
    if (!text.ends_with(sign)) continue;
    text.remove_suffix(sign.size());
    return sign;
  }
  return {};
}

std::string_view without_blanks(std::string_view text) {
  static constexpr std::array<std::string_view, 4> kBlanks{" ", "\u00A0", "\u2009", "\u202F"};
  while (!take_front(text, kBlanks).empty()) {
  }
  while (!take_back(text, kBlanks).empty()) {
  }
  return text;
}

// The digits without what stands between groups of three of them; nothing when it stands elsewhere.
std::optional<std::string> without_group_marks(std::string_view text) {
  std::string plain;
  bool grouped = false;
  size_t digits = 0;  // since the last mark
  while (!text.empty()) {
    std::string_view rest = text;
    if (!take_front(rest, kGroupMarks).empty()) {
      const bool right_size = grouped ? digits == 3 : digits >= 1 && digits <= 3;
      if (!right_size) return std::nullopt;
      grouped = true;
      digits = 0;
      text = rest;
      continue;
    }
    if (is_digit(text[0])) {
      ++digits;
    } else if (grouped) {
      if (digits != 3) return std::nullopt;
      return plain + std::string(text);
    }
    plain += text[0];
    text.remove_prefix(1);
  }
  if (grouped && digits != 3) return std::nullopt;
  return plain;
}

}  // namespace

std::optional<WrittenNumber> parse_written_number(std::string_view text, DecimalMark mark) {
  text = without_blanks(trimmed(text));
  if (const auto number = parse_number(text, mark)) return WrittenNumber{.value = *number};
  WrittenNumber written;
  bool negative = false;
  const auto take_minus = [&] {
    if (negative) return;
    if (text.starts_with('-')) {
      text.remove_prefix(1);
      negative = true;
    } else {
      negative = !take_front(text, kMinuses).empty();
    }
  };
  if (text.starts_with('(') && text.ends_with(')')) {
    text = text.substr(1, text.size() - 2);
    negative = true;
  }
  take_minus();
  if (negative && !text.starts_with('-') && !text.starts_with('+')) {
    if (const auto number = parse_number(text, mark)) return WrittenNumber{.value = -*number};
  }
  written.sign = take_front(text, kCurrencies);
  text = without_blanks(text);
  take_minus();
  if (written.sign.empty()) {
    static constexpr std::array<std::string_view, 1> kPercent{"%"};
    written.sign = take_back(text, kPercent);
    if (written.sign.empty()) written.sign = take_back(text, kCurrencies);
    text = without_blanks(text);
  }
  std::string_view exponent;
  for (const Scale& scale : kScales) {
    if (!text.ends_with(scale.letter)) continue;
    text.remove_suffix(scale.letter.size());
    if (written.sign.empty()) written.sign = scale.letter;
    exponent = scale.exponent;
    break;
  }
  if (text.empty() || text.starts_with('-') || text.starts_with('+')) return std::nullopt;
  auto plain = without_group_marks(text);
  // Only digits stand between a sign and its letter: "inf" and "1e5K" are none of these.
  const auto is_part = [](char c) { return is_digit(c) || c == '.' || c == ','; };
  if (!plain || !std::ranges::all_of(*plain, is_part)) return std::nullopt;
  const auto number = parse_number(*plain, mark);
  if (!number) return std::nullopt;
  written.value = exponent.empty() ? *number : *parse_plain("1" + std::string(exponent)) * *number;
  if (negative) written.value = -written.value;
  return written;
}

MarkEvidence mark_evidence(std::string_view text) {
  if (text.find_first_of(".,") == std::string_view::npos) return MarkEvidence::none;
  const auto point = parse_written_number(text, DecimalMark::point);
  const auto comma = parse_written_number(text, DecimalMark::comma);
  if (point && comma) {
    const bool has_comma = text.find(',') != std::string_view::npos;
    return has_comma ? MarkEvidence::comma_or_group : MarkEvidence::point_or_group;
  }
  if (point) return MarkEvidence::point;
  return comma ? MarkEvidence::comma : MarkEvidence::none;
}

}  // namespace mnemo
