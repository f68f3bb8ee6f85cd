// Reader of the Monash archive's .tsf files: a line is a series, its attributes and its values
// divided by colons. An attribute may be the label.
#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <utility>

#include "common/white_space.h"
#include "datasets/series/arff_header.h"
#include "datasets/series/series_checks.h"
#include "datasets/series/series_format.h"
#include "mnemo/error.h"

namespace mnemo {
namespace {

class TsfReader {
 public:
  TsfReader(const SeriesSource& source, const SeriesReaderOptions& options, Targets targets)
      : lines_(source.input, source.path.string()),
        options_(options),
        targets_(targets),
        header_(read_arff_header(lines_)) {
    if (targets_ == Targets::required) find_targets();
    const int64_t id = header_.find(options.id_column);
    id_ = id >= 0 ? id : header_.find("series_name");
  }

  LabelledSeries read() {
    result_.offsets = {0};
    std::string_view line;
    while (lines_.next(line)) read_series(line);
    if (result_.size() == 0) {
      throw Error(fmt::format("{} holds a header and no series", lines_.name()));
    }
    result_.features = {"1"};
    if (id_ < 0) result_.ids = numbers_up_to(result_.size());
    fill_missing(
        result_, options_.missing, lines_.name(), [&](int64_t series, int64_t step, int64_t) {
          return fmt::format("line {}, value {}", rows_[static_cast<size_t>(series)], step + 1);
        });
    return std::move(result_);
  }

 private:
  void find_targets() {
    for (const auto& target : options_.target_columns) {
      const int64_t place = header_.find(target);
      if (place >= 0) {
        targets_at_.push_back(static_cast<size_t>(place));
        continue;
      }
      std::vector<std::string> names;
      for (const auto& attribute : header_.attributes) names.push_back(attribute.name);
      throw Error(fmt::format("{}: {}. Name the label's with `label-column`", lines_.name(),
                              no_such("attribute", target, names)));
    }
    result_.targets_per_series = std::ssize(targets_at_);
  }

  void read_series(std::string_view line) {
    std::vector<std::string> attributes;
    for (size_t i = 0; i < header_.attributes.size(); ++i) {
      const size_t colon = line.find(':');
      if (colon == std::string_view::npos) {
        lines_.fail(fmt::format("{} were expected before the values, each with a colon behind it",
                                counted(std::ssize(header_.attributes), "attribute")));
      }
      attributes.emplace_back(trimmed(line.substr(0, colon)));
      line.remove_prefix(colon + 1);
    }
    rows_.push_back(lines_.number());
    for (const size_t place : targets_at_) {
      if (attributes[place].empty() || attributes[place] == "?") {
        lines_.fail("the target is missing; give the series one, or leave the series out");
      }
      result_.targets.push_back(attributes[place]);
    }
    if (id_ >= 0) result_.ids.push_back(attributes[static_cast<size_t>(id_)]);
    add_values(line);
  }

  void add_values(std::string_view text) {
    int64_t count = 0;
    for (bool more = true; more; ++count) {
      const size_t comma = std::min(text.find(','), text.size());
      more = comma < text.size();
      result_.values.push_back(
          lines_.value_of(trimmed(text.substr(0, comma)), /*dimension=*/0, count + 1));
      text.remove_prefix(std::min(comma + 1, text.size()));
    }
    result_.offsets.push_back(result_.offsets.back() + count);
  }

  TsLines lines_;
  const SeriesReaderOptions& options_;
  Targets targets_;
  ArffHeader header_;
  std::vector<size_t> targets_at_;
  int64_t id_ = -1;            // the place of the id; -1: there is none
  std::vector<int64_t> rows_;  // the lines of the series
  LabelledSeries result_;
};

}  // namespace

const SeriesFormatDefinition& tsf_series() {
  static const SeriesFormatDefinition format{
      .endings = {".tsf"},
      .has_columns = true,
      .read = [](const SeriesSource& source, const SeriesReaderOptions& options,
                 Targets targets) { return TsfReader(source, options, targets).read(); },
      .description = "the Monash archive's form: attributes and values, divided by colons",
      .example =
          "@attribute series_name string\n@attribute label string\n@data\n"
          "T1:calm:0.1,0.3,0.2"};
  return format;
}

}  // namespace mnemo
