// Readers of CSV and TSV: columns go by name or number, and delimiter, header and quotes are found
// out from the file where they are not told.
#include <fmt/format.h>

#include <algorithm>
#include <istream>
#include <optional>
#include <unordered_set>
#include <utility>

#include "common/white_space.h"
#include "datasets/csv_reader.h"
#include "datasets/lines_above.h"
#include "datasets/message_text.h"
#include "datasets/record_reader.h"
#include "datasets/replay_buffer.h"
#include "datasets/text_columns.h"
#include "datasets/text_formats.h"
#include "mnemo/error.h"

namespace mnemo {
namespace {

constexpr size_t kMostLabelsKept = 10'000;

// "0,1,2" or "1,2,3", as tables without names are written.
bool counts_columns(const CsvRecord& fields) {
  for (const size_t first : {0, 1}) {
    size_t place = first;
    const auto is_next = [&](const std::string& field) { return field == std::to_string(place++); };
    if (std::ranges::all_of(fields, is_next)) return true;
  }
  return false;
}

class TableReader final : public RecordReader {
 public:
  TableReader(RecordSource source, char delimiter)
      : RecordReader(std::move(source)),
        buffer_(*input().rdbuf()),
        stream_(&buffer_),
        above_(lines_above(delimiter)),
        dialect_(dialect_of(above_.rest, above_.delimiter != 0 ? above_.delimiter : delimiter)),
        csv_(stream_, name(), dialect_) {
    stream_.exceptions(std::ios::badbit);
    csv_.skip_lines(above_.count);
    if (!above_.first.empty()) note_lines_above();
    if (!read_first()) throw Error(fmt::format("{} is empty", name()));
    settle_header();
    find_columns();
    // A blank line of one column is a row whose text is empty.
    if (width_ == 1) csv_.keep_blank_lines();
    first_record_waits_ = !has_header();
    settled_options().known_delimiter = delimiter_named_by(dialect_.delimiter);
  }

  bool holds_more() const override { return buffer_.holds_more(); }

 private:
  enum class Attempt { record, end, fault };

  WantedColumns wanted() const { return {options(), labels_required()}; }

  // Finds the lines above the names of columns; none in a file without names.
  LinesAbove lines_above(char usual) {
    if (options().header == HeaderRow::no) return {.rest = head()};
    return find_lines_above(
        head(), [&](std::string_view from) { return dialect_of(from, usual); },
        [columns = wanted()](const CsvRecord& first) {
          return !columns.go_by_number() && columns.are_in(first);
        });
  }

  void note_lines_above() {
    counts_.notes.push_back(fmt::format(
        "{}: {} above the names of columns, from {} on, {} left out", name(),
        counted(above_.count, "line"), in_quotes(above_.first), above_.count == 1 ? "is" : "are"));
  }

  CsvDialect dialect_of(std::string_view from, char usual) {
    if (options().known_format == options().format) {
      if (const char known = character_of(options().known_delimiter); known != '\0') usual = known;
    }
    return find_dialect(
        from, usual, options().delimiter, options().quoting,
        [columns = wanted()](const CsvRecord& first) { return columns.are_in(first); });
  }

  // The first record, whose width is that of all.
  bool read_first() {
    buffer_.mark();
    try {
      if (!csv_.next(fields_)) return false;
      width_ = fields_.size();
      if (options().quoting != Quoting::automatic || !holds_stray_quote(first_line())) return true;
    } catch (const CsvFault&) {
      if (options().quoting != Quoting::automatic) throw;
    }
    buffer_.rewind();
    csv_.go_on(without_quotes(), first_line());
    const bool is_there = csv_.next(fields_);
    width_ = fields_.size();
    csv_.go_on(dialect_, csv_.next_line());
    ++counts_.stray_quotes;
    return is_there;
  }

  int64_t first_line() const { return above_.count + 1; }

  CsvDialect without_quotes() const {
    CsvDialect plain = dialect_;
    plain.quoting = Quoting::none;
    return plain;
  }

  void settle_header() {
    auto& header = settled_options().header;
    const auto columns = wanted();
    const TextReaderOptions defaults;
    const bool names_default = column_by_name(defaults.text_column, fields_).has_value();
    if (header == HeaderRow::no && options().is_remembered && names_default) {
      header = HeaderRow::yes;  // unlike the training file
    }
    if (header != HeaderRow::automatic) return;
    header = HeaderRow::yes;
    // A label that is the number of its column is no name of it where columns go by number.
    const bool are_named =
        columns.name_one_of(fields_) && (!columns.go_by_number() || counts_columns(fields_));
    if (are_named || !columns.go_by_number() || !labels_required()) return;
    const auto label = column_by_number(options().label_column, fields_.size());
    auto records = first_records(above_.rest, dialect_);
    if (records.size() < 2) records = first_records(above_.rest, without_quotes());
    if (!label || records.empty()) return;
    const auto repeats = [&](const CsvRecord& record) {
      return &record != &records.front() && *label < record.size() &&
             trimmed(record[*label]) == trimmed(fields_[*label]);
    };
    if (!std::ranges::any_of(records, repeats)) return;
    header = HeaderRow::no;
    counts_.notes.push_back(
        fmt::format("{}: the first row is read as data, since its label {} comes again below; "
                    "`header` true says that it names the columns",
                    name(), in_quotes(trimmed(fields_[*label]))));
  }

  bool has_header() const { return options().header == HeaderRow::yes; }

  void find_columns() {
    text_columns_ = find_text_columns();
    if (labels_required()) {
      label_column_ =
          find_column(options().label_column, TextReaderOptions().label_column, "`label-column`");
      require_two_columns();
    }
    if (has_aux_labels()) {
      aux_label_column_ = find_column(options().aux_label_column, "", "`aux-label-column`");
    }
  }

  std::vector<size_t> find_text_columns() {
    const auto has = [&](const std::string& wanted) { return place_of_column(wanted).has_value(); };
    const auto names = columns_named(options().text_column, has);
    // Unlike the training file, it has nothing but texts.
    if (names.empty() && options().is_remembered && width_ == 1 && !has_header()) return {0};
    if (names.size() <= 1) {
      return {find_column(options().text_column, TextReaderOptions().text_column, "`text-column`")};
    }
    std::vector<size_t> places;
    for (const auto& one : names) places.push_back(find_column(one, "", "`text-column`"));
    return places;
  }

  std::optional<size_t> place_of_column(const std::string& wanted) const {
    if (has_header()) {
      if (const auto place = column_by_name(wanted, fields_)) return place;
    }
    return column_by_number(wanted, width_);
  }

  // Finds it by the header's name, or else by number from 1. A name that the training file had may
  // be another in this one, `usual`.
  size_t find_column(const std::string& wanted, const std::string& usual,
                     std::string_view option) const {
    if (has_header() && std::ranges::count(fields_, wanted) > 1) {
      throw Error(
          fmt::format("{}: the header names more than one column \"{}\"; give the column's number "
                      "with {}",
                      name(), wanted, option));
    }
    if (const auto place = place_of_column(wanted)) return *place;
    if (options().is_remembered && has_header() && !usual.empty()) {
      if (const auto place = column_by_name(usual, fields_)) return *place;
    }
    throw_no_column(wanted, option);
  }

  [[noreturn]] void throw_no_column(const std::string& wanted, std::string_view option) const {
    if (!has_header()) {
      throw Error(
          fmt::format("{}: no column \"{}\"; without a header columns go by their number, "
                      "here 1 to {}. Give {} N",
                      name(), wanted, width_, option));
    }
    std::string remedy = "add `header`=false if the first row is data";
    if (const auto column = column_of_repetition(first_records(above_.rest, dialect_))) {
      remedy = fmt::format(
          "give `header`=false and columns by their numbers, since the first row looks like data: "
          "{} in column {} comes again below",
          in_quotes(fields_[*column]), *column + 1);
    }
    throw Error(fmt::format("{}: {}. Name it with {}, or {}", name(),
                            no_such("column", wanted, fields_), option, remedy));
  }

  void require_two_columns() const {
    if (std::ranges::find(text_columns_, label_column_) == text_columns_.end()) return;
    throw Error(
        fmt::format("{}: the text and the label are both read from column {}; name them "
                    "with `text-column` and `label-column`",
                    name(), label_column_ + 1));
  }

  bool read(TextRecord& record) override {
    if (!std::exchange(first_record_waits_, false) && !next_record()) return false;
    record.line = csv_.line();
    record.text = fields_[text_columns_.front()];
    for (size_t i = 1; i < text_columns_.size(); ++i) {
      record.text += ' ';
      record.text += fields_[text_columns_[i]];
    }
    if (labels_required()) {
      record.label = fields_[label_column_];
      if (labels_.size() < kMostLabelsKept && !trimmed(record.label).empty())
        labels_.insert(record.label);
    }
    if (has_aux_labels()) record.aux_label = fields_[aux_label_column_];
    return true;
  }

  bool next_record() {
    if (options().quoting != Quoting::automatic) {
      if (!csv_.next(fields_)) return false;
      if (fields_.size() != width_) fail(csv_.line(), words_on_width());
      return true;
    }
    buffer_.mark();
    const int64_t line = csv_.next_line();
    const Attempt first = attempt(dialect_, line);
    if (first == Attempt::end) return false;
    if (first == Attempt::record) {
      if (!holds_stray_quote(line)) return true;
    } else if (read_otherwise(line)) {
      return true;
    }
    const std::string fault = fault_;
    const auto last = attempt(without_quotes(), line);
    csv_.go_on(dialect_, csv_.next_line());
    if (last != Attempt::record) throw Error(fault);
    ++counts_.stray_quotes;
    return true;
  }

  // One record that begins in `line`, from the mark on.
  Attempt attempt(const CsvDialect& dialect, int64_t line) {
    buffer_.rewind();
    csv_.go_on(dialect, line);
    try {
      if (!csv_.next(fields_)) return Attempt::end;
    } catch (const CsvFault& fault) {
      fault_ = fault.what();
      return Attempt::fault;
    }
    if (fields_.size() == width_) return Attempt::record;
    fault_ = fmt::format("{}: {}", place_of(csv_.line()), words_on_width());
    return Attempt::fault;
  }

  // Tries a record that the dialect does not fit by others, which are then the dialect.
  bool read_otherwise(int64_t line) {
    const std::string fault = fault_;
    for (const bool skips_blanks : {false, true}) {
      for (const Quoting quoting : {Quoting::standard, Quoting::backslash}) {
        CsvDialect other = dialect_;
        other.quoting = quoting;
        other.skips_blanks = skips_blanks;
        if (attempt(other, line) != Attempt::record) continue;
        dialect_ = other;
        return true;
      }
    }
    fault_ = fault;
    return false;
  }

  // True when a record that spans lines does so because a quote is not closed: then each of its
  // lines is a whole record by itself. Of tables that are divided by tabs, which texts hold none
  // of, the number of fields shows that; of others also that they begin anew with a known label.
  bool holds_stray_quote(int64_t line) {
    const int64_t lines = csv_.next_line() - line;
    if (lines < 2 || width_ < 2) return false;
    const bool by_width = dialect_.delimiter == '\t';
    if (!by_width && !labels_required()) return false;
    buffer_.rewind();
    csv_.go_on(without_quotes(), line);
    csv_.keep_blank_lines();
    bool is_stray = true;
    CsvRecord record;
    for (int64_t i = 0; is_stray && i < lines && csv_.next(record); ++i) {
      is_stray = record.size() == width_ &&
                 (by_width || i == 0 || labels_.contains(record[label_column_]));
    }
    csv_.skip_blank_lines();
    if (!is_stray) attempt(dialect_, line);
    return is_stray;
  }

  std::string words_on_width() const {
    return fmt::format("this row has {} where the {} has {}; quote fields that hold the delimiter",
                       counted(std::ssize(fields_), "field"), has_header() ? "header" : "first row",
                       width_);
  }

  ReplayBuffer buffer_;
  std::istream stream_;
  LinesAbove above_ = {};
  CsvDialect dialect_;
  CsvReader csv_;
  CsvRecord fields_;  // of the record read last
  std::string fault_;
  size_t width_ = 0;
  std::vector<size_t> text_columns_;
  size_t label_column_ = 0;
  size_t aux_label_column_ = 0;
  bool first_record_waits_ = false;  // without a header: it is in fields_, and not yet given out
  std::unordered_set<std::string> labels_;  // met so far
};

template <char delimiter>
std::unique_ptr<TextReader> open_table(RecordSource source) {
  return std::make_unique<TableReader>(std::move(source), delimiter);
}

}  // namespace

const TextFormat& csv_texts() {
  static const TextFormat format{
      .endings = {".csv"},
      .has_columns = true,
      .open = open_table<','>,
      .description = "a table of comma-separated values, or with another `delimiter`",
      .example = "label,text\ngood,\"a warm, funny film\"\nbad,too long by half"};
  return format;
}

const TextFormat& tsv_texts() {
  static const TextFormat format{.endings = {".tsv", ".tab"},
                                 .has_columns = true,
                                 .open = open_table<'\t'>,
                                 .description = "a table whose fields are divided by tabs",
                                 .example = "label\ttext\ngood\ta warm, funny film"};
  return format;
}

}  // namespace mnemo
