#include "datasets/series/ts_header.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <limits>
#include <map>
#include <optional>
#include <system_error>
#include <utility>

#include "common/lower_case.h"
#include "common/white_space.h"
#include "datasets/message_text.h"
#include "datasets/number_parser.h"
#include "datasets/series/series_checks.h"
#include "mnemo/error.h"

namespace mnemo {

bool TsLines::next(std::string_view& line) {
  while (std::getline(input_, text_)) {
    ++number_;
    line = text_;
    if (number_ == 1 && line.starts_with("\xEF\xBB\xBF")) line.remove_prefix(3);
    if (line.find('\0') != std::string_view::npos) {
      fail(
          "there is a NUL byte, which no text holds; if the file is UTF-16, convert it (iconv -f "
          "UTF-16 -t UTF-8)");
    }
    line = trimmed(line);
    if (!line.empty() && line.front() != '#') return true;
  }
  return false;
}

void TsLines::fail(std::string_view what) const {
  throw Error(fmt::format("{}:{}: {}", name_, number_, what));
}

float TsLines::value_of(std::string_view cell, int64_t dimension, int64_t position) const {
  if (cell == "?") return std::numeric_limits<float>::quiet_NaN();
  const std::optional<double> number = parse_plain(cell);
  const std::string_view fault =
      number ? number_fault(*number) : "is no number that can be read; a missing one is written ?";
  if (fault.empty()) return static_cast<float>(*number);
  fail(fmt::format("{}value {}: {} {}",
                   dimension > 0 ? fmt::format("dimension {}, ", dimension) : std::string(),
                   position, in_quotes(cell), fault));
}

namespace {

// True of numbers, and of dates that are written from the year on.
bool goes_back(std::string_view before, std::string_view time) {
  if (before.empty()) return false;
  const auto earlier = parse_plain(before);
  const auto later = parse_plain(time);
  if (earlier && later) return *later < *earlier;
  return before.size() == time.size() && time < before;
}

class HeaderReader {
 public:
  explicit HeaderReader(TsLines& lines) : lines_(lines) {}

  TsHeader read() {
    std::string_view line;
    while (lines_.next(line)) {
      if (line.front() != '@') {
        lines_.fail(
            fmt::format("{} stands where the header was expected: tags such as \"@univariate "
                        "true\", and \"@data\" in the line above the first case",
                        in_quotes(line)));
      }
      const size_t end = std::min(line.find_first_of(" \t"), line.size());
      const std::string_view tag = line.substr(0, end);
      const std::string_view value = trimmed(line.substr(end));
      if (read_tag(tag, value)) return std::move(header_);
    }
    if (lines_.number() == 0) throw Error(fmt::format("{} is empty", lines_.name()));
    throw Error(
        fmt::format("{}: the file ends after {} without an \"@data\" line, behind which the cases "
                    "were expected",
                    lines_.name(), counted(lines_.number(), "line")));
  }

 private:
  enum class Tag {
    problem_name,
    time_stamps,
    missing,
    univariate,
    dimensions,
    equal_length,
    series_length,
    class_label,
    target_label,
    data,
  };

  struct TagName {
    std::string name;
    Tag tag;
  };

  static const std::vector<TagName>& tag_names() {
    static const std::vector<TagName> names = {{"@problemName", Tag::problem_name},
                                               {"@timeStamps", Tag::time_stamps},
                                               {"@missing", Tag::missing},
                                               {"@univariate", Tag::univariate},
                                               {"@dimension", Tag::dimensions},
                                               {"@dimensions", Tag::dimensions},
                                               {"@equalLength", Tag::equal_length},
                                               {"@seriesLength", Tag::series_length},
                                               {"@classLabel", Tag::class_label},
                                               {"@targetLabel", Tag::target_label},
                                               {"@data", Tag::data}};
    return names;
  }

  // Programs write @classLabel, @class_label, @class-label and @classlabel.
  static std::string letters_of(std::string_view tag) {
    std::string letters = lower_case(tag);
    std::erase_if(letters, [](char letter) { return letter == '_' || letter == '-'; });
    return letters;
  }

  Tag tag_of(std::string_view written) const {
    std::vector<std::string> known;
    for (const TagName& entry : tag_names()) {
      if (letters_of(entry.name) == letters_of(written)) return entry.tag;
      known.push_back(entry.name);
    }
    const std::string nearest = suggestion(written, known);
    lines_.fail(fmt::format("unknown tag {}; {}", in_quotes(written),
                            nearest.empty() ? "the tags are " + listed(known) : nearest));
  }

  // True for @data, which ends the header.
  bool read_tag(std::string_view written, std::string_view value) {
    const Tag tag = tag_of(written);
    const auto [earlier, is_new] = lines_of_tags_.emplace(tag, lines_.number());
    if (!is_new) {
      lines_.fail(fmt::format("{} stands in line {} already; keep one of the two", written,
                              earlier->second));
    }
    switch (tag) {
      case Tag::problem_name:
        return false;
      case Tag::time_stamps:
        boolean(written, value);  // the cases themselves tell
        return false;
      case Tag::missing:
        boolean(written, value);  // the values themselves tell
        return false;
      case Tag::univariate:
        header_.univariate = {boolean(written, value), lines_.number()};
        require_agreeing_dimensions();
        return false;
      case Tag::dimensions:
        header_.dimensions = {whole_number(written, value), lines_.number()};
        require_agreeing_dimensions();
        return false;
      case Tag::equal_length:
        header_.equal_length = {boolean(written, value), lines_.number()};
        return false;
      case Tag::series_length:
        // Headers of series that differ in length say 0.
        if (value != "0") {
          header_.series_length = {whole_number(written, value), lines_.number()};
        }
        return false;
      case Tag::class_label:
        read_classes(written, value);
        require_one_kind_of_target();
        return false;
      case Tag::target_label:
        header_.target_label = {boolean(written, value), lines_.number()};
        require_one_kind_of_target();
        return false;
      case Tag::data:
        if (!value.empty()) lines_.fail("the cases begin in the line below @data, not behind it");
        return true;
    }
    return false;
  }

  bool boolean(std::string_view tag, std::string_view value) const {
    const std::string lower = lower_case(value);
    if (lower == "true") return true;
    if (lower == "false") return false;
    lines_.fail(fmt::format("{} is {} where true or false was expected", tag, in_quotes(value)));
  }

  int64_t whole_number(std::string_view tag, std::string_view value) const {
    int64_t number = 0;
    const char* const end = value.data() + value.size();
    const auto [rest, error] = std::from_chars(value.data(), end, number);
    if (error == std::errc() && rest == end && number >= 1) return number;
    lines_.fail(fmt::format("{} is {} where a whole number of at least 1 was expected", tag,
                            in_quotes(value)));
  }

  // `@classLabel true a b c`; with no labels listed any are taken.
  void read_classes(std::string_view tag, std::string_view value) {
    const size_t end = std::min(value.find_first_of(" \t"), value.size());
    header_.class_label = {boolean(tag, value.substr(0, end)), lines_.number()};
    for (value = trimmed(value.substr(end)); !value.empty();) {
      const std::string_view label = value.substr(0, value.find_first_of(" \t"));
      header_.classes.emplace_back(label);
      value = trimmed(value.substr(label.size()));
    }
    if (!header_.class_label.value && !header_.classes.empty()) {
      lines_.fail(fmt::format(
          "{} is false, and yet labels are listed; write {} true if the cases end with a label",
          tag, tag));
    }
  }

  void require_agreeing_dimensions() const {
    if (!header_.univariate.value || header_.dimensions.value <= 1) return;
    lines_.fail(fmt::format("@univariate true in line {} contradicts {} in line {}",
                            header_.univariate.line, counted(header_.dimensions.value, "dimension"),
                            header_.dimensions.line));
  }

  void require_one_kind_of_target() const {
    if (!header_.class_label.value || !header_.target_label.value) return;
    lines_.fail(
        "@classLabel and @targetLabel are both true; a case ends with a class label or with a "
        "number to be predicted");
  }

  TsLines& lines_;
  TsHeader header_;
  std::map<Tag, int64_t> lines_of_tags_;
};

}  // namespace

std::string_view remove_time_stamps(std::string_view text, std::string& kept,
                                    const TsLines& lines) {
  std::string_view time_before;
  while (!text.empty()) {
    if (text.front() != '(') {
      if (text.front() == ':') time_before = {};  // the next dimension begins
      kept.push_back(text.front());
      text.remove_prefix(1);
      continue;
    }
    const size_t end = text.find(')');
    const std::string_view pair = text.substr(1, std::min(end, text.size()) - 1);
    const size_t comma = pair.rfind(',');
    if (end == std::string_view::npos || comma == std::string_view::npos) {
      lines.fail(fmt::format("{} stands where a time and a value were expected, as (0,1.5)",
                             in_quotes(text.substr(0, end))));
    }
    const std::string_view time = trimmed(pair.substr(0, comma));
    if (goes_back(time_before, time)) {
      lines.fail(fmt::format(
          "the time {} stands behind {}; the values of a series are given in the order of time",
          in_quotes(time), in_quotes(time_before)));
    }
    time_before = time;
    kept += trimmed(pair.substr(comma + 1));
    text.remove_prefix(end + 1);
  }
  return kept;
}

TsHeader read_ts_header(TsLines& lines) { return HeaderReader(lines).read(); }

}  // namespace mnemo
