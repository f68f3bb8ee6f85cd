// Reader of series as tables in wide form: a series a row, a step a column. So are the .tsv files
// of the UCR archive of 2018, whose first column is the label, and which have no header. Values
// that are missing at the end of a row are the end of a shorter series.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <optional>
#include <string_view>
#include <utility>

#include "common/white_space.h"
#include "datasets/csv_reader.h"
#include "datasets/message_text.h"
#include "datasets/missing_values.h"
#include "datasets/number_parser.h"
#include "datasets/series/numbered_columns.h"
#include "datasets/series/series_checks.h"
#include "datasets/series/series_format.h"
#include "mnemo/error.h"

namespace mnemo {
namespace {

bool is_value(const std::string& cell) { return is_missing(cell) || parse_number(cell); }

// Numbers that follow on each other from 0 or 1 on, as a data frame without names has them.
bool counts_up(CsvRecord::const_iterator first, CsvRecord::const_iterator last) {
  std::optional<double> before;
  for (auto cell = first; cell != last; ++cell) {
    const auto number = parse_plain(*cell);
    if (!number || (before ? *number != *before + 1.0 : *number != 0.0 && *number != 1.0)) {
      return false;
    }
    before = number;
  }
  return first != last;
}

// True for a first record that is a series already: a label, and numbers behind it.
bool is_first_series(const CsvRecord& first) {
  if (first.size() < 3 || !std::all_of(first.begin() + 1, first.end(), is_value)) return false;
  if (counts_up(first.begin(), first.end())) return false;
  const bool names = counts_up(first.begin() + 1, first.end());
  return !names || parse_number(first.front()).has_value();
}

char usual_delimiter(std::string_view head) {
  return head.substr(0, head.find('\n')).find('\t') == std::string_view::npos ? ',' : '\t';
}

CsvDialect dialect_of_wide(std::string_view head, const SeriesReaderOptions& options) {
  return find_dialect(head, usual_delimiter(head), options.delimiter, options.quoting,
                      [](const CsvRecord& first) { return first.size() > 2; });
}

bool is_wide(std::string_view head, const SeriesReaderOptions& options) {
  const auto records = first_records(head, dialect_of_wide(head, options));
  if (records.empty()) return false;
  const auto& first = records.front();
  if (is_first_series(first)) return true;
  if (find_numbered_columns(first).empty()) return false;
  const auto id = std::ranges::find(first, options.id_column);
  if (id == first.end()) return true;
  // Rows of long form have the id of their series in common.
  const auto column = static_cast<size_t>(id - first.begin());
  std::vector<std::string> ids;
  for (size_t i = 1; i < records.size(); ++i) {
    if (column < records[i].size()) ids.push_back(records[i][column]);
  }
  std::ranges::sort(ids);
  return ids.size() > 1 && std::ranges::adjacent_find(ids) == ids.end();
}

class WideTableReader {
 public:
  WideTableReader(const SeriesSource& source, const SeriesReaderOptions& options, Targets targets)
      : name_(source.path.string()),
        options_(options),
        targets_(targets),
        head_(first_records(source.head, dialect_of_wide(source.head, options))),
        csv_(source.input, name_, dialect_of_wide(source.head, options)) {
    if (!csv_.next(fields_)) throw Error(fmt::format("{} is empty", name_));
    width_ = fields_.size();
    has_header_ = !is_first_series(fields_);
    if (has_header_) {
      find_named_columns();
    } else {
      find_numbered();
    }
    result_.targets_per_series = std::ssize(target_columns_);
  }

  LabelledSeries read() {
    result_.offsets = {0};
    if (!has_header_) read_row();
    while (csv_.next(fields_)) read_row();
    if (result_.size() == 0) throw Error(fmt::format("{} holds a header and no rows", name_));
    if (!id_column_) result_.ids = numbers_up_to(result_.size());
    fill_missing(result_, options_.missing, name_,
                 [&](int64_t series, int64_t step, int64_t feature) {
                   return fmt::format("line {}, column {}", lines_[static_cast<size_t>(series)],
                                      place_of(step, feature) + 1);
                 });
    return std::move(result_);
  }

 private:
  [[noreturn]] void fail(std::string_view what) const {
    throw Error(fmt::format("{}:{}: {}", name_, csv_.line(), what));
  }

  std::optional<size_t> place_named(const std::string& wanted) const {
    const auto found = std::ranges::find(fields_, wanted);
    if (found == fields_.end()) return std::nullopt;
    return static_cast<size_t>(found - fields_.begin());
  }

  std::optional<size_t> place_numbered(const std::string& wanted) const {
    size_t number = 0;
    const char* const end = wanted.data() + wanted.size();
    const bool is_number = std::from_chars(wanted.data(), end, number).ptr == end;
    if (!is_number || number < 1 || number > width_) return std::nullopt;
    return number - 1;
  }

  void find_named_columns() {
    std::vector<bool> is_taken(width_, false);
    for (const auto& target : options_.target_columns) {
      const auto place = place_named(target);
      if (!place && targets_ == Targets::ignored) continue;
      if (!place) {
        throw Error(fmt::format("{}: {}. Name it with `label-column`", name_,
                                no_such("column", target, fields_)));
      }
      is_taken[*place] = true;
      if (targets_ == Targets::required) target_columns_.push_back(*place);
    }
    require_targets();
    id_column_ = place_named(options_.id_column);
    if (id_column_) is_taken[*id_column_] = true;
    if (!options_.aux_label_column.empty()) aux_column_ = place_named(options_.aux_label_column);
    if (aux_column_) is_taken[*aux_column_] = true;
    find_steps(is_taken);
  }

  void require_targets() const {
    if (targets_ == Targets::ignored || !target_columns_.empty()) return;
    throw UsageError(
        fmt::format("{}: no column of targets is named; name it with `label-column`", name_));
  }

  // Columns that count are the steps; where there are none, all that is not taken.
  void find_steps(std::vector<bool>& is_taken) {
    auto groups = find_numbered_columns(fields_);
    std::erase_if(groups, [&](const NumberedColumns& group) {
      return std::ranges::any_of(group.columns, [&](size_t place) { return is_taken[place]; });
    });
    if (groups.empty()) {
      auto& all = groups.emplace_back();
      for (size_t place = 0; place < width_; ++place) {
        if (!is_taken[place]) all.columns.push_back(place);
      }
    }
    for (const auto& group : groups) {
      if (group.columns.size() != groups.front().columns.size() || group.columns.empty()) {
        throw Error(fmt::format(
            "{}: the columns of {} are {}, and those of {} {}; a series has as many steps of each "
            "feature",
            name_, in_quotes(groups.front().name), groups.front().columns.size(),
            in_quotes(group.name), group.columns.size()));
      }
      steps_.push_back(group.columns);
      for (const size_t place : group.columns) is_taken[place] = true;
      result_.features.push_back(group.name);
    }
    if (groups.size() == 1) result_.features = {"1"};
    std::vector<std::string> others;
    for (size_t place = 0; place < width_; ++place) {
      if (!is_taken[place]) others.push_back(fields_[place]);
    }
    if (others.empty()) return;
    result_.warnings.push_back(fmt::format("{}: left out, since they are no steps: the columns {}",
                                           name_, listed(others)));
  }

  // Without a header the first column is the label, unless others are said to be.
  void find_numbered() {
    std::vector<bool> is_taken(width_, false);
    std::vector<size_t> places;
    for (const auto& target : options_.target_columns) {
      if (target == "label" && options_.target_columns.size() == 1) {
        places.push_back(0);
      } else if (const auto place = place_numbered(target)) {
        places.push_back(*place);
      } else {
        throw Error(
            fmt::format("{}: no column {}; without a header columns go by their number, here 1 to "
                        "{}. Give `label-column` N",
                        name_, in_quotes(target), width_));
      }
    }
    for (const size_t place : places) {
      if (targets_ == Targets::ignored && !holds_labels(place)) continue;
      is_taken[place] = true;
      if (targets_ == Targets::required) target_columns_.push_back(place);
    }
    require_targets();
    auto& steps = steps_.emplace_back();
    for (size_t place = 0; place < width_; ++place) {
      if (!is_taken[place]) steps.push_back(place);
    }
    result_.features = {"1"};
  }

  // A file whose labels do not matter has none in a column of fractions, which no label is.
  bool holds_labels(size_t column) const {
    return std::ranges::none_of(head_, [&](const CsvRecord& record) {
      if (column >= record.size()) return false;
      const auto number = parse_number(record[column]);
      return number && *number != std::floor(*number);
    });
  }

  size_t place_of(int64_t step, int64_t feature) const {
    return steps_[static_cast<size_t>(feature)][static_cast<size_t>(step)];
  }

  void read_row() {
    if (fields_.size() != width_) {
      fail(
          fmt::format("this row has {} where the first has {}; a shorter series has empty cells "
                      "or NaN at its end",
                      counted(std::ssize(fields_), "field"), width_));
    }
    lines_.push_back(csv_.line());
    for (const size_t column : target_columns_) {
      if (is_missing(fields_[column])) {
        fail(
            fmt::format("column {}: the target is missing ({}); give the series one, or leave the "
                        "series out",
                        column + 1, in_quotes(fields_[column])));
      }
      result_.targets.push_back(fields_[column]);
    }
    if (aux_column_) result_.aux_labels.push_back(fields_[*aux_column_]);
    if (id_column_) result_.ids.push_back(fields_[*id_column_]);
    const int64_t length = length_of_row();
    if (length == 0) fail("the row has no value; a series has at least one");
    for (int64_t step = 0; step < length; ++step) {
      for (int64_t feature = 0; feature < std::ssize(steps_); ++feature) {
        result_.values.push_back(value_in(place_of(step, feature)));
      }
    }
    result_.offsets.push_back(result_.offsets.back() + length);
  }

  // Up to the last step that any feature has a value of.
  int64_t length_of_row() const {
    int64_t length = std::ssize(steps_.front());
    while (length > 0 && std::ranges::all_of(steps_, [&](const auto& places) {
             return is_missing(fields_[places[static_cast<size_t>(length - 1)]]);
           })) {
      --length;
    }
    return length;
  }

  float value_in(size_t column) const {
    const std::string& cell = fields_[column];
    if (is_missing(cell)) return std::numeric_limits<float>::quiet_NaN();
    const std::optional<double> number = parse_number(cell);
    const std::string_view fault =
        number ? number_fault(*number) : "is not a number; only the label of a series is text";
    if (fault.empty()) return static_cast<float>(*number);
    fail(fmt::format("column {}: {} {}", column + 1, in_quotes(cell), fault));
  }

  std::string name_;
  const SeriesReaderOptions& options_;
  Targets targets_;
  std::vector<CsvRecord> head_;
  CsvReader csv_;
  CsvRecord fields_;  // of the row read last
  size_t width_ = 0;
  bool has_header_ = false;
  std::vector<size_t> target_columns_;
  std::optional<size_t> id_column_, aux_column_;
  std::vector<std::vector<size_t>> steps_;  // of each feature: the columns of its steps
  std::vector<int64_t> lines_;              // of the series
  LabelledSeries result_;
};

}  // namespace

const SeriesFormatDefinition& wide_series() {
  static const SeriesFormatDefinition format{
      .shared_endings = {".csv", ".tsv"},
      .begins_so = is_wide,
      .has_columns = true,
      .read = [](const SeriesSource& source, const SeriesReaderOptions& options,
                 Targets targets) { return WideTableReader(source, options, targets).read(); },
      .description =
          "a table in wide form: a series a row; so are the UCR archive's .tsv files of 2018",
      .example = "label,t0,t1,t2\ncalm,0.1,0.3,0.2\nbusy,0.9,1.4,1.1"};
  return format;
}

}  // namespace mnemo
