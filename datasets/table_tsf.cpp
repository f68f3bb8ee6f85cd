#include "datasets/table_tsf.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <optional>
#include <string>
#include <unordered_set>
#include <utility>
#include <vector>

#include "common/input_stream.h"
#include "common/lower_case.h"
#include "common/white_space.h"
#include "datasets/message_text.h"
#include "datasets/number_parser.h"
#include "mnemo/error.h"

namespace mnemo {
namespace {

constexpr const char* kStart = "start_timestamp";

struct NamedStep {
  std::string_view name;
  TimeStep step;
};

constexpr int64_t kSecondsOfMinute = 60, kSecondsOfHour = 60 * kSecondsOfMinute,
                  kSecondsOfDay = 24 * kSecondsOfHour;
constexpr std::array kSteps = {NamedStep{"secondly", {.seconds = 1}},
                               NamedStep{"seconds", {.seconds = 1}},
                               NamedStep{"minutely", {.seconds = kSecondsOfMinute}},
                               NamedStep{"minutes", {.seconds = kSecondsOfMinute}},
                               NamedStep{"half_hourly", {.seconds = kSecondsOfHour / 2}},
                               NamedStep{"hourly", {.seconds = kSecondsOfHour}},
                               NamedStep{"hours", {.seconds = kSecondsOfHour}},
                               NamedStep{"daily", {.seconds = kSecondsOfDay}},
                               NamedStep{"weekly", {.seconds = 7 * kSecondsOfDay}},
                               NamedStep{"monthly", {.months = 1}},
                               NamedStep{"quarterly", {.months = 3}},
                               NamedStep{"yearly", {.months = 12}}};

// "hourly", "10_minutes"; nothing for what is none.
std::optional<TimeStep> step_named(std::string_view frequency) {
  int64_t count = 1;
  const auto [end, error] =
      std::from_chars(frequency.data(), frequency.data() + frequency.size(), count);
  if (error == std::errc()) {
    frequency.remove_prefix(static_cast<size_t>(end - frequency.data()));
    if (frequency.starts_with('_')) frequency.remove_prefix(1);
  }
  const auto found = std::ranges::find(kSteps, frequency, &NamedStep::name);
  if (found == kSteps.end() || count < 1 || count > kSecondsOfDay) return std::nullopt;
  TimeStep step = found->step;
  step.seconds *= count;
  step.months *= count;
  return step;
}

class TsfTable {
 public:
  TsfTable(const std::filesystem::path& path, const NumberTableOptions& options)
      : name_(path.string()), input_(InputStream::open(path)) {
    table_.numbers = {{.name = kTsfColumn, .values = {}}};
    table_.future = options.future;
    for (const auto& column : options.columns) {
      if (column == kTsfColumn) continue;
      throw Error(fmt::format("{}: {}; a .tsf file has the column {} alone", name_,
                              no_such("column", column, std::vector<std::string>{kTsfColumn}),
                              kTsfColumn));
    }
  }

  TableColumns read() {
    read_header();
    for (std::string line; next(line);) read_series(line);
    if (table_.series.empty()) throw Error(fmt::format("{} holds a header and no series", name_));
    if (has_times()) {
      table_.time_column = "time";
      table_.time_columns = {"time"};
      table_.time_format = {.pattern = "%Y-%m-%d %H:%M:%S", .suffix = ""};
    }
    if (key_) table_.series_column = attributes_[*key_];
    table_.sha256 = input_->sha256();
    return std::move(table_);
  }

 private:
  [[noreturn]] void fail(const std::string& what) const {
    throw Error(fmt::format("{}:{}: {}", name_, line_, what));
  }

  // The next line with content that is no comment.
  bool next(std::string& line) {
    while (std::getline(*input_, line)) {
      ++line_;
      line = trimmed(line);
      if (!line.empty() && line[0] != '#') return true;
    }
    return false;
  }

  void read_header() {
    std::string line;
    while (next(line)) {
      const size_t blank = std::min(line.find_first_of(" \t"), line.size());
      const std::string tag = lower_case(line.substr(0, blank));
      const std::string rest(trimmed(std::string_view(line).substr(blank)));
      if (tag == "@data") {
        settle_attributes();
        return;
      }
      if (tag == "@attribute") attributes_.push_back(rest.substr(0, rest.find_first_of(" \t")));
      if (tag == "@frequency") frequency_ = lower_case(rest);
      if (!tag.starts_with('@')) fail("a tag such as @attribute was expected before @data");
    }
    fail("there is no @data");
  }

  void settle_attributes() {
    for (size_t i = 0; i < attributes_.size(); ++i) {
      if (lower_case(attributes_[i]) == kStart) {
        start_ = i;
      } else if (!key_) {
        key_ = i;
      }
    }
    step_ = step_named(frequency_);
    if (frequency_.empty() || step_) return;
    fail(fmt::format("@frequency {}: expected daily, hourly, monthly, 10_minutes and the like",
                     in_quotes(frequency_)));
  }

  bool has_times() const { return start_ && step_; }

  void read_series(std::string_view line) {
    std::vector<std::string> cells;
    for (size_t i = 0; i < attributes_.size(); ++i) {
      const size_t colon = line.find(':');
      if (colon == std::string_view::npos) {
        fail(fmt::format("{} were expected before the values, each with a colon behind it",
                         counted(std::ssize(attributes_), "attribute")));
      }
      cells.emplace_back(trimmed(line.substr(0, colon)));
      line.remove_prefix(colon + 1);
    }
    const auto number = std::ssize(table_.series);
    const std::string series = key_ ? cells[*key_] : std::to_string(number + 1);
    if (!names_.insert(series).second) {
      fail(fmt::format("the series {} is there already", in_quotes(series)));
    }
    table_.series.push_back(series);
    table_.series_keys.push_back(key_ ? std::vector<std::string>{series}
                                      : std::vector<std::string>());
    add_values(line, number, has_times() ? time_of(cells[*start_]) : 0);
  }

  // The archive writes 1979-01-01 00-00-00, since colons divide attributes.
  int64_t time_of(std::string cell) const {
    const size_t blank = cell.find(' ');
    if (blank == std::string::npos) {
      cell += " 00:00:00";
    } else {
      std::replace(cell.begin() + static_cast<std::ptrdiff_t>(blank), cell.end(), '-', ':');
    }
    const auto time = parse_time(cell, {.pattern = "%Y-%m-%d %H:%M:%S", .suffix = ""});
    if (!time) {
      fail(fmt::format("{} {} is no time such as 1979-01-01 00-00-00", kStart, in_quotes(cell)));
    }
    return *time;
  }

  void add_values(std::string_view text, int64_t series, int64_t start) {
    int64_t count = 0;
    for (bool more = true; more; ++count) {
      const size_t comma = std::min(text.find(','), text.size());
      more = comma < text.size();
      table_.numbers[0].values.push_back(value_of(trimmed(text.substr(0, comma)), count + 1));
      text.remove_prefix(std::min(comma + 1, text.size()));
      table_.lines.push_back(line_);
      table_.series_of_row.push_back(series);
      if (has_times()) table_.times.push_back(advance(start, *step_, count));
    }
  }

  double value_of(std::string_view cell, int64_t position) const {
    if (cell == "?") return std::numeric_limits<double>::quiet_NaN();
    const auto number = parse_plain(cell);
    if (number && std::isfinite(*number)) return *number;
    fail(fmt::format("value {}: {} is no number that can be read; a missing one is written ?",
                     position, in_quotes(cell)));
  }

  std::string name_;
  std::unique_ptr<InputStream> input_;
  int64_t line_ = 0;
  std::vector<std::string> attributes_;
  std::string frequency_;
  std::optional<size_t> start_, key_;  // places of attributes
  std::optional<TimeStep> step_;
  std::unordered_set<std::string> names_;
  TableColumns table_;
};

}  // namespace

bool is_tsf(const std::filesystem::path& path) { return format_ending(path) == ".tsf"; }

TableColumns read_tsf_columns(const std::filesystem::path& path,
                              const NumberTableOptions& options) {
  return TsfTable(path, options).read();
}

}  // namespace mnemo
