// Reader of series as CSV in long form: a row is a step of the series that the id column names, a
// column is a feature or a target. Rows of different series may be mixed.
#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <numeric>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "common/white_space.h"
#include "datasets/csv_reader.h"
#include "datasets/message_text.h"
#include "datasets/missing_values.h"
#include "datasets/number_parser.h"
#include "datasets/series/series_checks.h"
#include "datasets/series/series_format.h"
#include "datasets/series/series_steps.h"
#include "mnemo/error.h"

namespace mnemo {
namespace {

class LongTableReader {
 public:
  LongTableReader(std::istream& input, std::string name, const CsvDialect& dialect,
                  const SeriesReaderOptions& options, Targets targets)
      : name_(std::move(name)), csv_(input, name_, dialect) {
    if (!csv_.next(header_)) throw Error(fmt::format("{} is empty", name_));
    require_names();
    find_columns(options, targets);
  }

  LabelledSeries read(MissingSteps missing) {
    while (csv_.next(fields_)) read_row();
    if (series_of_rows_.empty()) throw Error(fmt::format("{} holds a header and no rows", name_));
    put_in_order();
    fill_missing(result_, missing, name_, [&](int64_t series, int64_t step, int64_t feature) {
      const int64_t row = result_.offsets[static_cast<size_t>(series)] + step;
      return fmt::format("line {}, column {}", lines_[static_cast<size_t>(row)],
                         in_quotes(result_.features[static_cast<size_t>(feature)]));
    });
    return std::move(result_);
  }

 private:
  [[noreturn]] void fail(std::string_view what) const {
    throw Error(fmt::format("{}:{}: {}", name_, csv_.line(), what));
  }

  void require_names() const {
    std::unordered_set<std::string_view> names;
    for (size_t i = 0; i < header_.size(); ++i) {
      // The row numbers of a data frame would be read as a feature, and learnt.
      if (trimmed(header_[i]).empty()) {
        fail(
            fmt::format("column {} has no name; name it, or leave it out (a pandas data frame is "
                        "written without its row numbers by to_csv(..., index=False))",
                        i + 1));
      }
      if (names.insert(header_[i]).second) continue;
      fail(fmt::format("the header names two columns {}; rename one", in_quotes(header_[i])));
    }
  }

  void find_columns(const SeriesReaderOptions& options, Targets targets) {
    id_column_ = column_of(options.id_column, "`id-column`");
    std::vector<bool> is_feature(header_.size(), true);
    is_feature[id_column_] = false;
    if (!options.step_column.empty()) {
      step_column_ = column_of(options.step_column, "`step-column`");
      if (!is_feature[*step_column_]) {
        throw Error(fmt::format("{}: `step-column` {}: this column has the ids", name_,
                                in_quotes(options.step_column)));
      }
      is_feature[*step_column_] = false;
    }
    for (const std::string& target : options.target_columns) {
      if (targets == Targets::ignored && !find_column(target)) continue;
      const size_t column = column_of(target, "`label-column`");
      if (!is_feature[column]) {
        throw Error(
            fmt::format("{}: column {} is named twice; the ids, the steps and every target have a "
                        "column each (`id-column`, `step-column`, `label-column`)",
                        name_, in_quotes(target)));
      }
      is_feature[column] = false;
      if (targets == Targets::required) target_columns_.push_back(column);
    }
    if (targets == Targets::required && target_columns_.empty()) {
      throw UsageError(
          fmt::format("{}: no column of targets is named; name it with `label-column`", name_));
    }
    if (!options.aux_label_column.empty()) aux_column_ = find_column(options.aux_label_column);
    if (aux_column_) {
      if (!is_feature[*aux_column_]) {
        throw Error(fmt::format("{}: `aux-label-column` {}: this column has the ids or the targets",
                                name_, in_quotes(options.aux_label_column)));
      }
      is_feature[*aux_column_] = false;
    }
    for (size_t column = 0; column < header_.size(); ++column) {
      if (!is_feature[column]) continue;
      feature_columns_.push_back(column);
      result_.features.push_back(header_[column]);
    }
    if (feature_columns_.empty()) {
      throw Error(fmt::format(
          "{}: there is no column of values beside the ids and targets; the columns are: {}", name_,
          listed(header_)));
    }
    result_.targets_per_series = static_cast<int64_t>(target_columns_.size());
  }

  std::optional<size_t> find_column(const std::string& wanted) const {
    const auto found = std::ranges::find(header_, wanted);
    if (found == header_.end()) return std::nullopt;
    return static_cast<size_t>(found - header_.begin());
  }

  size_t column_of(const std::string& wanted, std::string_view option) const {
    if (const std::optional<size_t> column = find_column(wanted)) return *column;
    throw Error(
        fmt::format("{}: {}. Name it with {}", name_, no_such("column", wanted, header_), option));
  }

  void read_row() {
    if (fields_.size() != header_.size()) {
      fail(fmt::format(
          "this row has {} where the header has {}; quote fields that hold the delimiter",
          counted(static_cast<int64_t>(fields_.size()), "field"), header_.size()));
    }
    series_of_rows_.push_back(series_of_row());
    lines_.push_back(csv_.line());
    for (const size_t column : feature_columns_) result_.values.push_back(value_in(column));
    if (step_column_) steps_.push_back(fields_[*step_column_]);
  }

  // Finds it by its id; a new one gets the row's targets, an old one must have them already.
  int64_t series_of_row() {
    const std::string& id = fields_[id_column_];
    if (trimmed(id).empty()) {
      fail(fmt::format("column {}: the id is empty; every row names its series",
                       in_quotes(header_[id_column_])));
    }
    const auto [entry, is_new] = series_by_id_.emplace(id, std::ssize(result_.ids));
    if (is_new) {
      result_.ids.push_back(id);
      first_lines_.push_back(csv_.line());
      for (const size_t column : target_columns_) result_.targets.push_back(target_in(column));
      if (aux_column_) result_.aux_labels.push_back(fields_[*aux_column_]);
    } else {
      require_same_targets(entry->second);
    }
    return entry->second;
  }

  const std::string& target_in(size_t column) const {
    if (is_missing(fields_[column])) {
      fail(fmt::format(
          "column {}: the target is missing ({}); give the series one, or leave the series out",
          in_quotes(header_[column]), in_quotes(fields_[column])));
    }
    return fields_[column];
  }

  void require_same_targets(int64_t series) const {
    size_t known = static_cast<size_t>(series) * target_columns_.size();
    for (const size_t column : target_columns_) {
      const std::string& expected = result_.targets[known++];
      if (fields_[column] == expected) continue;
      fail(
          fmt::format("column {}: the target {} differs from {} in line {}, for the same id {}; a "
                      "series has one target, repeated in all of its rows",
                      in_quotes(header_[column]), in_quotes(fields_[column]), in_quotes(expected),
                      first_lines_[static_cast<size_t>(series)], in_quotes(fields_[id_column_])));
    }
    if (aux_column_ && fields_[*aux_column_] != result_.aux_labels[static_cast<size_t>(series)]) {
      fail(fmt::format(
          "column {}: the second label {} differs from {} in line {}, for the same id {}",
          in_quotes(header_[*aux_column_]), in_quotes(fields_[*aux_column_]),
          in_quotes(result_.aux_labels[static_cast<size_t>(series)]),
          first_lines_[static_cast<size_t>(series)], in_quotes(fields_[id_column_])));
    }
  }

  float value_in(size_t column) const {
    const std::string& cell = fields_[column];
    if (is_missing(cell)) return std::numeric_limits<float>::quiet_NaN();
    const std::optional<double> number = parse_number(cell);
    const std::string_view fault =
        number ? number_fault(*number)
               : "is not a number; columns of text are no features, leave them out, or name a "
                 "column of times with `step-column`";
    if (fault.empty()) return static_cast<float>(*number);
    fail(fmt::format("column {}: {} {}", in_quotes(header_[column]), in_quotes(cell), fault));
  }

  // Turns the file's order of rows into series after series, each in the order of its steps.
  void put_in_order() {
    std::vector<int64_t>& offsets = result_.offsets;
    offsets.assign(result_.ids.size() + 1, 0);
    for (const int64_t series : series_of_rows_) ++offsets[static_cast<size_t>(series) + 1];
    std::partial_sum(offsets.begin(), offsets.end(), offsets.begin());
    SeriesRows rows{.name = name_,
                    .series = series_of_rows_,
                    .lines = lines_,
                    .features = result_.features,
                    .values = result_.values};
    const auto keys = step_column_ ? keys_of_steps(rows, header_[*step_column_], steps_)
                                   : keys_of_counting_feature(rows, result_.warnings);
    const auto order = order_of_rows(rows, keys);
    if (std::ranges::is_sorted(order)) return;

    std::vector<float> values;
    values.reserve(result_.values.size());
    std::vector<int64_t> lines;
    const auto width = std::ssize(feature_columns_);
    for (const int64_t row : order) {
      lines.push_back(lines_[static_cast<size_t>(row)]);
      const auto first = result_.values.begin() + width * row;
      values.insert(values.end(), first, first + width);
    }
    result_.values = std::move(values);
    lines_ = std::move(lines);
  }

  std::string name_;
  CsvReader csv_;
  std::vector<std::string> header_;
  std::vector<std::string> fields_;  // of the row read last
  size_t id_column_ = 0;
  std::vector<size_t> target_columns_;
  std::optional<size_t> aux_column_;
  std::optional<size_t> step_column_;
  std::vector<size_t> feature_columns_;
  std::vector<std::string> steps_;  // of the rows, in step_column_
  std::unordered_map<std::string, int64_t> series_by_id_;
  std::vector<int64_t> first_lines_;     // of the series
  std::vector<int64_t> series_of_rows_;  // as the file has them
  std::vector<int64_t> lines_;           // of the rows
  LabelledSeries result_;
};

LabelledSeries read_long_table(const SeriesSource& source, const SeriesReaderOptions& options,
                               Targets targets) {
  const char usual = format_ending(source.path) == ".tsv" ? '\t' : ',';
  const auto has_ids = [&](const CsvRecord& header) {
    return std::ranges::find(header, options.id_column) != header.end();
  };
  const auto dialect =
      find_dialect(source.head, usual, options.delimiter, options.quoting, has_ids);
  LongTableReader reader(source.input, source.path.string(), dialect, options, targets);
  return reader.read(options.missing);
}

}  // namespace

const SeriesFormatDefinition& csv_series() {
  static const SeriesFormatDefinition format{
      .endings = {".csv", ".tsv"},
      .has_columns = true,
      .read = read_long_table,
      .description = "a table in long form: a step a row, and a column that names its series",
      .example = "id,label,x,y\n1,calm,0.1,0.2\n1,calm,0.3,0.1\n2,busy,0.9,1.4"};
  return format;
}

}  // namespace mnemo
