// Reader of Weka's .arff files, the archives' other form: the values of one feature are attributes,
// or a relational attribute holds a line of values for each feature. Values that are missing at the
// end are the end of a shorter series.
#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <optional>
#include <string_view>
#include <utility>

#include "common/white_space.h"
#include "datasets/message_text.h"
#include "datasets/number_parser.h"
#include "datasets/series/arff_header.h"
#include "datasets/series/series_checks.h"
#include "datasets/series/series_format.h"
#include "mnemo/error.h"

namespace mnemo {
namespace {

class ArffReader {
 public:
  ArffReader(const SeriesSource& source, const SeriesReaderOptions& options, Targets targets)
      : lines_(source.input, source.path.string()),
        options_(options),
        targets_(targets),
        header_(read_arff_header(lines_)) {
    find_targets();
    find_values();
  }

  LabelledSeries read() {
    result_.offsets = {0};
    std::string_view line;
    while (lines_.next(line)) {
      if (line.front() != '%') read_row(line);
    }
    if (result_.size() == 0) {
      throw Error(fmt::format("{} holds a header and no rows", lines_.name()));
    }
    result_.features = numbers_up_to(width_);
    result_.ids = numbers_up_to(result_.size());
    fill_missing(result_, options_.missing, lines_.name(),
                 [&](int64_t series, int64_t step, int64_t feature) {
                   return fmt::format("line {}, feature {}, value {}",
                                      rows_[static_cast<size_t>(series)], feature + 1, step + 1);
                 });
    return std::move(result_);
  }

 private:
  // Finds those that are named, or else the last attribute, which is the class by the archives'
  // custom.
  void find_targets() {
    const SeriesReaderOptions defaults;
    for (const auto& target : options_.target_columns) {
      int64_t place = header_.find(target);
      if (place < 0 && options_.target_columns == defaults.target_columns) {
        place = std::ssize(header_.attributes) - 1;
        const auto& last = header_.attributes.back();
        const bool is_class =
            last.type == "nominal" || last.type == "string" || targets_ == Targets::required;
        if (!is_class || last.type == "relational") place = -1;
      }
      if (place >= 0) places_of_targets_.push_back(static_cast<size_t>(place));
      if (place >= 0 || targets_ == Targets::ignored) continue;
      std::vector<std::string> names;
      for (const auto& attribute : header_.attributes) names.push_back(attribute.name);
      throw Error(fmt::format("{}: {}. Name it with `label-column`", lines_.name(),
                              no_such("attribute", target, names)));
    }
    if (targets_ == Targets::required) {
      result_.targets_per_series = std::ssize(places_of_targets_);
    }
  }

  bool is_target(size_t place) const {
    return std::ranges::find(places_of_targets_, place) != places_of_targets_.end();
  }

  void find_values() {
    for (size_t place = 0; place < header_.attributes.size(); ++place) {
      if (is_target(place)) continue;
      const auto& attribute = header_.attributes[place];
      if (attribute.type == "relational" || attribute.type == "numeric" ||
          attribute.type == "real" || attribute.type == "integer") {
        places_.push_back(place);
        is_relational_ = is_relational_ || attribute.type == "relational";
        continue;
      }
      result_.warnings.push_back(fmt::format("{}: the attribute {} of type {} is left out",
                                             lines_.name(), in_quotes(attribute.name),
                                             attribute.type));
    }
    if (places_.empty() || (is_relational_ && places_.size() > 1)) {
      throw Error(fmt::format(
          "{}: a series a row was expected, as numeric attributes or as one relational attribute",
          lines_.name()));
    }
  }

  void read_row(std::string_view line) {
    if (line.front() == '{') {
      lines_.fail("sparse rows, which begin with {, are not read; write every value");
    }
    const auto fields = arff_fields(line, lines_);
    if (fields.size() != header_.attributes.size()) {
      lines_.fail(fmt::format("this row has {} where the header has {}",
                              counted(std::ssize(fields), "field"),
                              counted(std::ssize(header_.attributes), "attribute")));
    }
    rows_.push_back(lines_.number());
    if (targets_ == Targets::required) {
      for (const size_t place : places_of_targets_) add_target(fields[place], place);
    }
    std::vector<std::vector<float>> features;
    if (is_relational_) {
      features = features_in(fields[places_.front()]);
    } else {
      auto& values = features.emplace_back();
      for (const size_t place : places_) values.push_back(value_of(fields[place]));
    }
    add_values(features);
  }

  void add_target(const std::string& target, size_t place) {
    if (target.empty() || target == "?") {
      lines_.fail("the target is missing; give the series one, or leave the row out");
    }
    const auto& labels = header_.attributes[place].labels;
    if (!labels.empty() && std::ranges::find(labels, target) == labels.end()) {
      lines_.fail(fmt::format("the label {} is not among those of its attribute: {}",
                              in_quotes(target), listed(labels)));
    }
    result_.targets.push_back(target);
  }

  // A line of values for each feature.
  std::vector<std::vector<float>> features_in(std::string_view text) const {
    std::vector<std::vector<float>> features;
    while (!text.empty()) {
      const size_t end = std::min(text.find('\n'), text.size());
      auto& values = features.emplace_back();
      for (const auto& field : arff_fields(text.substr(0, end), lines_)) {
        values.push_back(value_of(field));
      }
      text.remove_prefix(std::min(end + 1, text.size()));
    }
    return features;
  }

  float value_of(std::string_view cell) const {
    if (cell == "?" || cell.empty()) return std::numeric_limits<float>::quiet_NaN();
    const std::optional<double> number = parse_plain(cell);
    const std::string_view fault =
        number ? number_fault(*number)
               : "is no number that can be read; a missing one is written ?";
    if (fault.empty()) return static_cast<float>(*number);
    lines_.fail(fmt::format("{} {}", in_quotes(cell), fault));
  }

  void add_values(const std::vector<std::vector<float>>& features) {
    const auto found = std::ssize(features);
    if (width_ == 0) width_ = found;
    if (found != width_ || found == 0) {
      lines_.fail(fmt::format("this series has {} where the first has {}",
                              counted(found, "feature"), width_));
    }
    size_t length = features.front().size();
    for (const auto& values : features) {
      if (values.size() == length) continue;
      lines_.fail("the features of a series have values of as many steps");
    }
    const auto is_missing_at = [&](size_t step) {
      return std::ranges::all_of(features,
                                 [&](const auto& values) { return values[step] != values[step]; });
    };
    while (length > 0 && is_missing_at(length - 1)) --length;
    if (length == 0) lines_.fail("the row has no value; a series has at least one");
    for (size_t step = 0; step < length; ++step) {
      for (const auto& values : features) result_.values.push_back(values[step]);
    }
    result_.offsets.push_back(result_.offsets.back() + static_cast<int64_t>(length));
  }

  TsLines lines_;
  const SeriesReaderOptions& options_;
  Targets targets_;
  ArffHeader header_;
  std::vector<size_t> places_of_targets_;
  std::vector<size_t> places_;  // of the values
  bool is_relational_ = false;
  int64_t width_ = 0;
  std::vector<int64_t> rows_;  // the lines of the series
  LabelledSeries result_;
};

}  // namespace

const SeriesFormatDefinition& arff_series() {
  static const SeriesFormatDefinition format{
      .endings = {".arff"},
      .has_columns = true,
      .read = [](const SeriesSource& source, const SeriesReaderOptions& options,
                 Targets targets) { return ArffReader(source, options, targets).read(); },
      .description = "Weka's form of the archives: a case a row, several features as relations",
      .example =
          "@attribute t0 numeric\n@attribute t1 numeric\n@attribute class {calm,busy}\n"
          "@data\n0.1,0.3,calm"};
  return format;
}

}  // namespace mnemo
