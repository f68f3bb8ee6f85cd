#include "datasets/number_parser.h"

#include <algorithm>
#include <charconv>
#include <iterator>
#include <string>
#include <system_error>

#include "common/characters.h"
#include "common/white_space.h"

namespace mnemo {
namespace {

template <typename Float>
std::errc read_all(std::string_view text, Float& value) {
  const char* const end = text.data() + text.size();
  const auto [stopped_at, error] = std::from_chars(text.data(), end, value);
  return stopped_at == end ? error : std::errc::invalid_argument;
}

// Groups of three digits, the first of one to three. A zero in front, as in "0,125", is taken for
// a sign that the separator was meant as a decimal mark.
bool is_grouped(std::string_view whole, char separator) {
  if (whole.starts_with('-') || whole.starts_with('+')) whole.remove_prefix(1);
  if (whole.starts_with('0')) return false;
  bool first = true;
  while (!whole.empty()) {
    const std::string_view group = whole.substr(0, whole.find(separator));
    const bool right_size = group.size() == 3 || (first && !group.empty() && group.size() < 3);
    if (!right_size || !std::ranges::all_of(group, is_digit)) return false;
    whole.remove_prefix(group.size());
    if (whole.size() == 1) return false;  // a separator at the end
    if (!whole.empty()) whole.remove_prefix(1);
    first = false;
  }
  return !first;
}

}  // namespace

std::optional<double> parse_plain(std::string_view text) {
  if (text.starts_with('+') && !text.starts_with("+-")) text.remove_prefix(1);
  double value = 0;
  const std::errc error = read_all(text, value);
  if (error == std::errc()) return value;
  if (error != std::errc::result_out_of_range) return std::nullopt;
  // Too large or too small: only the wider type tells which, and becomes infinity or zero.
  long double wide = 0;
  if (read_all(text, wide) != std::errc()) return std::nullopt;
  return static_cast<double>(wide);
}

std::optional<double> parse_number(std::string_view text, DecimalMark mark) {
  text = trimmed(text);
  const bool is_point = mark != DecimalMark::comma;
  const char decimal = is_point ? '.' : ',';
  const char separator = is_point ? ',' : '.';
  const bool has_separator = text.find(separator) != std::string_view::npos;
  if (!has_separator && is_point) return parse_plain(text);

  const std::string_view whole = text.substr(0, text.find(decimal));
  if (has_separator && !is_grouped(whole, separator)) return std::nullopt;
  std::string plain;
  std::ranges::copy_if(whole, std::back_inserter(plain), [&](char c) { return c != separator; });
  if (whole.size() < text.size()) {
    plain += '.';
    plain += text.substr(whole.size() + 1);
  }
  return parse_plain(plain);
}

}  // namespace mnemo
