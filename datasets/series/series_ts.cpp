// Reader of the UEA/UCR archive's .ts files.
//
// A header of tags (`@univariate false`) ends with `@data`; then each line is a case, its
// dimensions divided by ':', their values by ',', and the target, if there are any, last. Cases may
// differ in length. With time stamps a value stands in a pair with its time, as (0,1.5),(1,2.5).
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <string_view>
#include <utility>

#include "common/white_space.h"
#include "datasets/message_text.h"
#include "datasets/number_parser.h"
#include "datasets/series/series_checks.h"
#include "datasets/series/series_format.h"
#include "datasets/series/ts_header.h"
#include "mnemo/error.h"

namespace mnemo {
namespace {

// A number that the file has set, and in what words a message says so: "@dimensions in line 5
// says".
struct Expected {
  int64_t value = 0;
  std::string source;  // empty: nothing is set

  bool is_met_by(int64_t found) const { return source.empty() || found == value; }
};

class CaseReader {
 public:
  CaseReader(TsLines& lines, TsHeader header, Targets targets)
      : lines_(lines), header_(std::move(header)), targets_(targets) {
    if (header_.dimensions.line > 0) {
      dimensions_ = {header_.dimensions.value,
                     fmt::format("@dimensions in line {} says", header_.dimensions.line)};
    } else if (header_.univariate.value) {
      dimensions_ = {1, fmt::format("@univariate true in line {} says", header_.univariate.line)};
    }
    const bool lengths_differ = header_.equal_length.line > 0 && !header_.equal_length.value;
    if (header_.series_length.line > 0 && !lengths_differ) {
      length_ = {header_.series_length.value,
                 fmt::format("@seriesLength in line {} says", header_.series_length.line)};
    }
    if (targets_ == Targets::required) require_targets();
  }

  LabelledSeries read(MissingSteps missing) {
    result_.offsets = {0};
    std::string_view line;
    while (lines_.next(line)) read_case(line);
    if (lines_of_cases_.empty()) {
      throw Error(fmt::format("{} holds a header and no cases", lines_.name()));
    }
    result_.features = numbers_up_to(dimensions_.value);
    result_.ids = numbers_up_to(result_.size());
    fill_missing(
        result_, missing, lines_.name(), [&](int64_t series, int64_t step, int64_t feature) {
          return fmt::format("line {}, dimension {}, value {}",
                             lines_of_cases_[static_cast<size_t>(series)], feature + 1, step + 1);
        });
    return std::move(result_);
  }

 private:
  void require_targets() {
    result_.targets_per_series = 1;
    if (header_.has_targets()) return;
    throw Error(
        fmt::format("{}: the header announces no targets, as \"@classLabel true\" and the labels "
                    "would, or \"@targetLabel true\" for numbers",
                    lines_.name()));
  }

  void read_case(std::string_view text) {
    if (text.front() == '@') lines_.fail("a tag stands among the cases; tags stand above @data");
    if (header_.has_targets()) text = take_target(text);
    const bool has_times = text.find('(') != std::string_view::npos;
    if (has_times) {
      untimed_.clear();
      text = remove_time_stamps(text, untimed_, lines_);
    }
    require_dimensions(std::ranges::count(text, ':') + 1);
    const int64_t length = read_dimensions(text);
    require_length(length);
    lines_of_cases_.push_back(lines_.number());
    add_values(length);
  }

  // Keeps the last part of the case, and returns what stands before it.
  std::string_view take_target(std::string_view text) {
    const size_t colon = text.rfind(':');
    if (colon == std::string_view::npos) {
      lines_.fail(
          "this case has no \":\", and so no target behind its values, which the header announces");
    }
    if (targets_ == Targets::required) {
      const std::string_view target = trimmed(text.substr(colon + 1));
      require_good_target(target);
      result_.targets.emplace_back(target);
    }
    return text.substr(0, colon);
  }

  void require_good_target(std::string_view target) const {
    if (target.empty() || target == "?") {
      lines_.fail(
          "the target behind the last \":\" is missing; give the case one, or leave the case out");
    }
    if (header_.target_label.value) {
      const std::optional<double> number = parse_plain(target);
      if (!number || std::isnan(*number) || !number_fault(*number).empty()) {
        lines_.fail(fmt::format(
            "the target {} is not a finite number, which @targetLabel true in line {} announces",
            in_quotes(target), header_.target_label.line));
      }
      return;
    }
    const std::vector<std::string>& classes = header_.classes;
    if (!classes.empty() && std::ranges::find(classes, target) == classes.end()) {
      const std::string nearest = suggestion(target, classes);
      lines_.fail(
          fmt::format("the label {} is not among those that @classLabel lists in line {}: {}{}{}",
                      in_quotes(target), header_.class_label.line, listed(classes),
                      nearest.empty() ? "" : "; ", nearest));
    }
  }

  void require_dimensions(int64_t found) {
    if (!dimensions_.is_met_by(found)) {
      lines_.fail(fmt::format("this case has {} where {} {}; \":\" divides dimensions{}",
                              counted(found, "dimension"), dimensions_.source, dimensions_.value,
                              header_.has_targets()
                                  ? ", and stands before the target"
                                  : "; if the last part is a label, add \"@classLabel true\""));
    }
    if (dimensions_.source.empty()) {
      dimensions_ = {found, fmt::format("the first case (line {}) has", lines_.number())};
    }
  }

  // Into columns_, one dimension after another; returns how many values each has.
  int64_t read_dimensions(std::string_view text) {
    columns_.clear();
    int64_t length = 0;
    for (int64_t dimension = 1; dimension <= dimensions_.value; ++dimension) {
      const std::string_view part = text.substr(0, text.find(':'));
      text.remove_prefix(std::min(part.size() + 1, text.size()));
      const int64_t found = read_values(part, dimension);
      if (dimension == 1) length = found;
      if (found == length) continue;
      lines_.fail(
          fmt::format("dimension {} has {} where dimension 1 has {}; all dimensions of a case are "
                      "of one length",
                      dimension, counted(found, "value"), length));
    }
    return length;
  }

  int64_t read_values(std::string_view part, int64_t dimension) {
    if (trimmed(part).empty()) {
      lines_.fail(fmt::format("dimension {} is empty; a series has at least one value", dimension));
    }
    for (int64_t position = 1;; ++position) {
      const size_t comma = part.find(',');
      columns_.push_back(lines_.value_of(trimmed(part.substr(0, comma)), dimension, position));
      if (comma == std::string_view::npos) return position;
      part.remove_prefix(comma + 1);
    }
  }

  void require_length(int64_t found) {
    if (!length_.is_met_by(found)) {
      lines_.fail(
          fmt::format("this case has {} a dimension where {} {}; write @equalLength false and "
                      "leave @seriesLength out if cases differ in length",
                      counted(found, "value"), length_.source, length_.value));
    }
    if (length_.source.empty() && header_.equal_length.value) {
      length_ = {found,
                 fmt::format("the first case (line {}) has, with @equalLength true in line {},",
                             lines_.number(), header_.equal_length.line)};
    }
  }

  // Turns columns_, (dimensions, steps), into (steps, dimensions).
  void add_values(int64_t length) {
    for (int64_t step = 0; step < length; ++step) {
      for (int64_t dimension = 0; dimension < dimensions_.value; ++dimension) {
        result_.values.push_back(columns_[static_cast<size_t>(dimension * length + step)]);
      }
    }
    result_.offsets.push_back(result_.offsets.back() + length);
  }

  TsLines& lines_;
  TsHeader header_;
  Targets targets_;
  Expected dimensions_;  // of every case
  Expected length_;      // of every series
  std::string untimed_;  // a case without its time stamps
  std::vector<float> columns_;
  std::vector<int64_t> lines_of_cases_;
  LabelledSeries result_;
};

LabelledSeries read_ts(const SeriesSource& source, const SeriesReaderOptions& options,
                       Targets targets) {
  TsLines lines(source.input, source.path.string());
  TsHeader header = read_ts_header(lines);
  return CaseReader(lines, std::move(header), targets).read(options.missing);
}

}  // namespace

const SeriesFormatDefinition& ts_series() {
  static const SeriesFormatDefinition format{
      .endings = {".ts"},
      .read = read_ts,
      .description = "the UEA/UCR archive's form: a case a line, its dimensions divided by colons",
      .example = "@univariate true\n@classLabel true calm busy\n@data\n0.1,0.3,0.2:calm"};
  return format;
}

}  // namespace mnemo
