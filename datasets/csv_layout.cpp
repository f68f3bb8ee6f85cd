#include "datasets/csv_layout.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <sstream>
#include <utility>

#include "common/characters.h"
#include "common/white_space.h"
#include "datasets/message_text.h"
#include "mnemo/error.h"

namespace mnemo {
namespace {

constexpr size_t kMostRecords = 400;  // that are looked at

struct Sample {
  std::vector<std::vector<std::string>> records;
  std::vector<int64_t> lines;
  bool faulty = false;       // a quote is not closed, or text stands behind it
  bool spans_lines = false;  // a field does

  // How many records have as many fields as most, and how many those are.
  size_t width = 0;
  size_t even = 0;
  bool is_even() const { return !faulty && !records.empty() && even == records.size(); }
};

// The head without the last line, which may be cut.
std::string_view whole_lines(std::string_view head, bool is_whole) {
  if (is_whole) return head;
  const size_t end = head.rfind('\n');
  return end == std::string_view::npos ? head : head.substr(0, end + 1);
}

void count_widths(Sample& sample) {
  std::map<size_t, size_t> counts;
  for (const auto& record : sample.records) counts[record.size()] += 1;
  for (const auto& [width, count] : counts) {
    if (count < sample.even) continue;
    sample.even = count;
    sample.width = width;
  }
}

Sample sample_of(std::string_view head, bool is_whole, const CsvDialect& format,
                 int64_t skip_lines) {
  std::istringstream input{std::string(head)};
  CsvReader reader(input, "", format);
  reader.skip_lines(skip_lines);
  Sample sample;
  try {
    for (std::vector<std::string> fields;
         sample.records.size() < kMostRecords && reader.next(fields);) {
      sample.records.push_back(fields);
      sample.lines.push_back(reader.line());
      sample.spans_lines = sample.spans_lines || reader.lines_inside() > 0;
    }
  } catch (const Error&) {
    // A field that is open at the end of a part of the file may well be closed behind it.
    sample.faulty = is_whole || !sample.spans_lines;
  }
  count_widths(sample);
  return sample;
}

std::string_view line_at(std::string_view text) { return text.substr(0, text.find('\n')); }

// The delimiter of which the header line holds most outside of quotes; 0 when it holds none.
char delimiter_of_header(std::string_view head) {
  constexpr std::string_view kDelimiters = ",;\t";
  std::array<int, kDelimiters.size()> counts{};
  head.remove_prefix(std::min(head.find_first_not_of("\r\n"), head.size()));
  bool quoted = false;
  for (const char c : head) {
    if (c == '"') quoted = !quoted;
    if (quoted) continue;
    if (c == '\n') break;
    const size_t index = kDelimiters.find(c);
    if (index != std::string_view::npos) counts.at(index) += 1;
  }
  const auto most = std::ranges::max_element(counts);
  return *most == 0 ? '\0' : kDelimiters[static_cast<size_t>(most - counts.begin())];
}

// Characters of the first line behind `skip` lines that may delimit, the likely ones first.
std::string possible_delimiters(std::string_view head) {
  std::string found;
  std::set<char> there(head.begin(), head.end());
  for (const char c : std::string_view(",;\t|")) {
    if (there.contains(c)) found += c;
  }
  constexpr std::string_view kParts = " ._-+:/\"'()[]{}%$#,;\t|\r\n\\";
  for (const char c : there) {
    const bool is_ascii = static_cast<unsigned char>(c) < 128 && c != 0;
    if (is_ascii && !is_digit(c) && !is_letter(c) && kParts.find(c) == std::string_view::npos) {
      found += c;
    }
  }
  return found;
}

// Better than another: more records of one width, then more fields.
auto rank_of(const Sample& sample) {
  const size_t share =
      sample.records.empty() || sample.width < 2 ? 0 : 1000 * sample.even / sample.records.size();
  return std::pair(sample.faulty ? 0 : share, sample.width);
}

class LayoutFinder {
 public:
  LayoutFinder(std::string_view head, bool is_whole, const CsvLayoutOptions& options)
      : head_(whole_lines(head, is_whole)), is_whole_(is_whole), options_(options) {}

  CsvLayout find() {
    layout_.format.delimiter = options_.delimiter == 0 ? ',' : options_.delimiter;
    layout_.format.blanks = options_.blanks;
    if (options_.quoting != Quoting::automatic) layout_.format.quoting = options_.quoting;
    if (options_.skip_lines != kAutomaticSkip) {
      layout_.skip_lines = options_.skip_lines;
    } else {
      skip_marked_lines();
    }
    if (options_.delimiter == 0 && !options_.blanks && !names_delimiter_) find_delimiter();
    find_blanks();
    if (options_.quoting == Quoting::automatic) find_quoting();
    Sample sample = sample_with(layout_.format);
    if (options_.skip_lines == kAutomaticSkip) skip_title(sample);
    layout_.records = std::move(sample.records);
    layout_.lines = std::move(sample.lines);
    return std::move(layout_);
  }

 private:
  Sample sample_with(const CsvDialect& format) const {
    return sample_of(head_, is_whole_, format, layout_.skip_lines);
  }

  // These stand behind the lines that are left out.
  std::string_view records_text() const {
    std::string_view text = head_;
    if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
    for (int64_t i = 0; i < layout_.skip_lines; ++i) {
      text.remove_prefix(std::min(text.find('\n'), text.size() - 1) + 1);
    }
    return text;
  }

  // "sep=;", as spreadsheets write it, and comments.
  void skip_marked_lines() {
    std::string_view line = trimmed(line_at(records_text()));
    if (line.size() == 5 && (line.starts_with("sep=") || line.starts_with("SEP="))) {
      layout_.skip_lines = 1;
      if (options_.delimiter == 0 && !options_.blanks) {
        layout_.format.delimiter = line[4];
        names_delimiter_ = true;
      }
    }
    const std::string_view text = records_text();
    const std::string_view comment = line_at(text);
    if (!comment.starts_with('#')) return;
    // One such line with as many fields as the next one is a header.
    const std::string_view behind = text.substr(std::min(comment.size() + 1, text.size()));
    const char delimiter = delimiter_of_header(text);
    const auto fields = [&](std::string_view of) { return std::ranges::count(of, delimiter); };
    const bool is_header = delimiter != 0 && !behind.starts_with('#') &&
                           fields(comment) == fields(line_at(behind)) &&
                           line_at(behind).find_first_of("0123456789") != std::string_view::npos;
    if (!is_header) layout_.format.comment = '#';
  }

  void find_delimiter() {
    CsvDialect format = layout_.format;
    std::string_view text = records_text();
    while (format.comment != 0 && text.starts_with(format.comment)) {
      text.remove_prefix(std::min(line_at(text).size() + 1, text.size()));
    }
    Sample best;
    if (const char of_header = delimiter_of_header(text)) {
      layout_.format.delimiter = format.delimiter = of_header;
      best = sample_with(format);
      if (best.is_even()) return;
    }
    for (const char delimiter : possible_delimiters(text)) {
      format.delimiter = delimiter;
      Sample sample = sample_with(format);
      if (rank_of(sample) <= rank_of(best)) continue;
      // The header must be divided like the rows, or stand among titles of one field.
      if (best.width > 1 && !sample.is_even() && sample.width < best.width) continue;
      layout_.format.delimiter = delimiter;
      best = std::move(sample);
    }
  }

  // Blanks between fields, or only behind delimiters.
  void find_blanks() {
    CsvDialect format = layout_.format;
    const Sample sample = sample_with(format);
    if (options_.delimiter == 0 && !names_delimiter_ && !format.blanks && sample.width < 2) {
      format.blanks = true;
      const Sample divided = sample_with(format);
      if (divided.is_even() && divided.width > 1 && divided.records.size() > 1) {
        layout_.format = format;
        return;
      }
    }
    if (!format.blanks) layout_.format.skips_blanks = has_blanks_everywhere(sample);
  }

  static bool has_blanks_everywhere(const Sample& sample) {
    size_t fields = 0;
    for (const auto& record : sample.records) {
      for (size_t i = 1; i < record.size(); ++i, ++fields) {
        if (!record[i].empty() && record[i][0] != ' ') return false;
      }
    }
    return fields > 0;
  }

  void find_quoting() {
    const Sample standard = sample_with(layout_.format);
    const bool has_quotes = head_.find('"') != std::string_view::npos;
    if (!has_quotes || (standard.is_even() && !standard.spans_lines)) return;
    CsvDialect format = layout_.format;
    for (const Quoting quoting : {Quoting::backslash, Quoting::none}) {
      if (quoting == Quoting::backslash && head_.find("\\\"") == std::string_view::npos) continue;
      format.quoting = quoting;
      const Sample sample = sample_with(format);
      if (!sample.is_even() || sample.width < 2 || sample.records.size() < 2) continue;
      if (quoting == Quoting::backslash && standard.is_even()) continue;
      layout_.format.quoting = quoting;
      layout_.notes.push_back(
          quoting == Quoting::none
              ? "quotation marks stand alone in its fields and are read as data (`quoting` none)"
              : "quotation marks inside of fields have a backslash in front (`quoting` backslash)");
      return;
    }
  }

  // Lines above the first of many records of one width.
  void skip_title(Sample& sample) {
    constexpr size_t kFewestBehind = 3;
    if (sample.width < 2 || sample.records.empty()) return;
    const auto has_width = [&](const auto& record) { return record.size() == sample.width; };
    const auto first = std::ranges::find_if(sample.records, has_width);
    const auto count = static_cast<size_t>(first - sample.records.begin());
    if (count == 0 || sample.records.size() - count < kFewestBehind) return;
    if (!std::all_of(first, sample.records.end(), has_width)) return;
    const bool has_words = std::ranges::any_of(*first, [](const std::string& cell) {
      const std::string_view text = trimmed(cell);
      return !text.empty() && text.find_first_not_of("0123456789.,+-eE:/ ") != text.npos;
    });
    const bool titles = std::ranges::all_of(
        std::span(sample.records).first(count),
        [&](const auto& record) { return record.size() == 1 || record.size() < sample.width; });
    if (!has_words || !titles) return;
    layout_.notes.push_back(fmt::format(
        "the first {}, {}, {} above the names of columns and {} left out (`skip-lines` {})",
        sample.lines[count] == 2 ? "line" : fmt::format("{} lines", sample.lines[count] - 1),
        in_quotes(sample.records[0][0]), sample.lines[count] == 2 ? "stands" : "stand",
        sample.lines[count] == 2 ? "is" : "are", sample.lines[count] - 1));
    layout_.skip_lines = sample.lines[count] - 1;
    const auto skipped = static_cast<std::ptrdiff_t>(count);
    sample.records.erase(sample.records.begin(), sample.records.begin() + skipped);
    sample.lines.erase(sample.lines.begin(), sample.lines.begin() + skipped);
  }

  std::string_view head_;
  bool is_whole_;
  const CsvLayoutOptions& options_;
  CsvLayout layout_;
  bool names_delimiter_ = false;  // the file does, by "sep="
};

}  // namespace

CsvLayout find_csv_layout(std::string_view head, bool is_whole, const CsvLayoutOptions& options) {
  return LayoutFinder(head, is_whole, options).find();
}

}  // namespace mnemo
