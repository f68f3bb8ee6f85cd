#include "datasets/lines_above.h"

#include <algorithm>

#include "common/white_space.h"

namespace mnemo {
namespace {

constexpr int64_t kMostLines = 20;

std::string_view line_of(std::string_view text) { return text.substr(0, text.find('\n')); }

std::string_view behind_line(std::string_view text) {
  return text.substr(std::min(line_of(text).size() + 1, text.size()));
}

}  // namespace

LinesAbove find_lines_above(std::string_view head,
                            const std::function<CsvDialect(std::string_view)>& dialect_of,
                            const std::function<bool(const CsvRecord&)>& is_wanted) {
  constexpr std::string_view kMark = "\xEF\xBB\xBF";
  LinesAbove above{.rest = head};
  std::string_view text = head.starts_with(kMark) ? head.substr(kMark.size()) : head;
  const auto separator = trimmed(line_of(text));
  if (separator.size() == 5 && (separator.starts_with("sep=") || separator.starts_with("SEP="))) {
    return {.count = 1, .delimiter = separator[4], .rest = behind_line(text)};
  }
  for (int64_t line = 0; line < kMostLines && !text.empty(); ++line, text = behind_line(text)) {
    const auto records = first_records(text, dialect_of(text));
    const bool is_header = !records.empty() && is_wanted(records.front());
    if (!is_header) continue;
    if (line == 0 || records.front().size() < 2) return above;  // one word is soon found in a text
    const auto start = head.starts_with(kMark) ? head.substr(kMark.size()) : head;
    return {.count = line, .rest = text, .first = trimmed(line_of(start))};
  }
  return above;
}

}  // namespace mnemo
