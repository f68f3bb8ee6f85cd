#include "datasets/record_readers.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "common/white_space.h"
#include "datasets/csv_reader.h"
#include "datasets/message_text.h"
#include "mnemo/error.h"

namespace mnemo {
namespace {

using nlohmann::json;

bool is_blank(std::string_view text) {
  return text.find_first_not_of(kWhiteSpace) == std::string_view::npos;
}

// All formats have this in common: a record is checked, repaired and counted.
class RecordReader : public TextReader {
 public:
  explicit RecordReader(RecordSource source) : source_(std::move(source)) {}

  bool next(TextRecord& record) final {
    record.label.clear();
    record.aux_label.clear();
    if (!read(record)) return false;
    check_and_count(record);
    return true;
  }

 protected:
  // Fills in text and line, and the label where labels are required; false at the end.
  virtual bool read(TextRecord& record) = 0;

  std::istream& input() { return *source_.input; }
  const std::string& name() const { return source_.name; }
  const TextReaderOptions& options() const { return source_.options; }
  bool labels_required() const { return source_.labels == LabelColumn::required; }
  bool has_aux_labels() const {
    return labels_required() && !source_.options.aux_label_column.empty();
  }

  [[noreturn]] void fail(int64_t line, std::string_view what) const {
    throw Error(fmt::format("{}:{}: {}", name(), line, what));
  }

  // Repairs what belongs to the record being read, or refuses it.
  void make_valid_utf8(std::string& text, int64_t line) {
    if (!replace_invalid_utf8(text)) return;
    if (options().invalid_utf8 == InvalidUtf8::fail) {
      fail(line, fmt::format("row {} is not valid UTF-8; convert the file (iconv -t UTF-8), or let "
                             "bad bytes be replaced with `invalid-utf8` replace",
                             counts_.rows + 1));
    }
    row_is_repaired_ = true;
  }

 private:
  void check_and_count(TextRecord& record) {
    make_valid_utf8(record.text, record.line);
    make_valid_utf8(record.label, record.line);
    make_valid_utf8(record.aux_label, record.line);
    for (const std::string* field : {&record.text, &record.label, &record.aux_label}) {
      if (field->find('\0') == std::string::npos) continue;
      fail(record.line,
           "there is a NUL character, which no text holds; if the file is UTF-16, convert it "
           "(iconv -f UTF-16 -t UTF-8)");
    }
    if (labels_required() && is_blank(record.label)) {
      fail(record.line, "the label is empty; give the row a label, or leave the row out");
    }
    counts_.rows += 1;
    counts_.empty_texts += is_blank(record.text) ? 1 : 0;
    counts_.invalid_utf8_rows += std::exchange(row_is_repaired_, false) ? 1 : 0;
  }

  RecordSource source_;
  bool row_is_repaired_ = false;
};

class TableReader final : public RecordReader {
 public:
  TableReader(RecordSource source, char delimiter)
      : RecordReader(std::move(source)), csv_(input(), name(), delimiter) {
    if (!csv_.next(fields_)) throw Error(fmt::format("{} is empty", name()));
    columns_ = fields_.size();
    text_column_ = find_column(options().text_column, "`text-column`");
    if (labels_required()) {
      label_column_ = find_column(options().label_column, "`label-column`");
      require_two_columns();
    }
    if (has_aux_labels()) {
      aux_label_column_ = find_column(options().aux_label_column, "`aux-label-column`");
    }
    // A blank line of one column is a row whose text is empty.
    if (columns_ == 1) csv_.keep_blank_lines();
    first_record_waits_ = !options().header;
  }

 private:
  bool read(TextRecord& record) override {
    if (!std::exchange(first_record_waits_, false) && !csv_.next(fields_)) return false;
    record.line = csv_.line();
    require_all_fields();
    record.text = fields_[text_column_];
    if (labels_required()) record.label = fields_[label_column_];
    if (has_aux_labels()) record.aux_label = fields_[aux_label_column_];
    return true;
  }

  // By the header's name, or else by number from 1.
  size_t find_column(const std::string& wanted, std::string_view option) const {
    if (options().header) {
      const auto found = std::ranges::find(fields_, wanted);
      if (found != fields_.end()) {
        if (std::ranges::count(fields_, wanted) > 1) {
          throw Error(
              fmt::format("{}: the header names more than one column \"{}\"; give the "
                          "column's number with {}",
                          name(), wanted, option));
        }
        return static_cast<size_t>(found - fields_.begin());
      }
    }
    size_t number = 0;
    const char* const end = wanted.data() + wanted.size();
    const bool is_number = std::from_chars(wanted.data(), end, number).ptr == end;
    if (is_number && number >= 1 && number <= columns_) return number - 1;
    throw_no_column(wanted, option);
  }

  [[noreturn]] void throw_no_column(const std::string& wanted, std::string_view option) const {
    if (options().header) {
      throw Error(
          fmt::format("{}: {}. Name it with {}, or add `header`=false if the first row is data",
                      name(), no_such("column", wanted, fields_), option));
    }
    throw Error(
        fmt::format("{}: no column \"{}\"; without a header columns go by their number, "
                    "here 1 to {}. Give {} N",
                    name(), wanted, columns_, option));
  }

  void require_two_columns() const {
    if (text_column_ != label_column_) return;
    throw Error(
        fmt::format("{}: the text and the label are both read from column {}; name them "
                    "with `text-column` and `label-column`",
                    name(), text_column_ + 1));
  }

  void require_all_fields() const {
    if (fields_.size() == columns_) return;
    fail(csv_.line(),
         fmt::format("this row has {} field{} where the {} has {}; quote fields that hold the "
                     "delimiter",
                     fields_.size(), fields_.size() == 1 ? "" : "s",
                     options().header ? "header" : "first row", columns_));
  }

  CsvReader csv_;
  std::vector<std::string> fields_;  // of the record read last
  size_t columns_ = 0;
  size_t text_column_ = 0;
  size_t label_column_ = 0;
  size_t aux_label_column_ = 0;
  bool first_record_waits_ = false;  // without a header: it is in fields_, and not yet given out
};

class LineReader : public RecordReader {
 public:
  using RecordReader::RecordReader;

 protected:
  // Without its line break, be it LF or CRLF; false at the end.
  bool next_line(std::string& line) {
    if (!std::getline(input(), line)) return false;
    if (++line_ == 1 && line.starts_with("\xEF\xBB\xBF")) line.erase(0, 3);
    if (line.ends_with('\r')) line.pop_back();
    return true;
  }

  bool next_line_with_content(std::string& line) {
    do {
      if (!next_line(line)) return false;
    } while (is_blank(line));
    return true;
  }

  int64_t line() const { return line_; }

 private:
  int64_t line_ = 0;  // number of the line read last
};

class PlainLinesReader final : public LineReader {
 public:
  using LineReader::LineReader;

 private:
  bool read(TextRecord& record) override {
    if (!next_line(record.text)) return false;
    record.line = line();
    return true;
  }
};

class JsonLinesReader final : public LineReader {
 public:
  using LineReader::LineReader;

 private:
  bool read(TextRecord& record) override {
    if (!next_line_with_content(text_)) return false;
    record.line = line();
    make_valid_utf8(text_, line());  // the parser refuses what is not
    const json object = parse();
    record.text = text_of(field(object, options().text_column, "`text-column`"));
    if (labels_required()) {
      record.label = label_of(field(object, options().label_column, "`label-column`"));
    }
    if (has_aux_labels()) record.aux_label = aux_label_of(object);
    return true;
  }

  json parse() const {
    try {
      json value = json::parse(text_);
      if (value.is_object()) return value;
      fail(line(), fmt::format("this line holds a JSON {} where an object was expected, such as "
                               "{{\"text\": \"...\", \"label\": \"...\"}}",
                               value.type_name()));
    } catch (const json::parse_error& error) {
      fail(line(), fmt::format("this line is not JSON: the fault is at character {}", error.byte));
    } catch (const json::exception& error) {
      fail(line(), fmt::format("this line is not JSON that can be read: {}", error.what()));
    }
  }

  const json& field(const json& object, const std::string& wanted, std::string_view option) const {
    const auto found = object.find(wanted);
    if (found != object.end()) return *found;
    std::vector<std::string> names;
    for (const auto& item : object.items()) names.push_back(item.key());
    fail(line(), fmt::format("{}. Name it with {}", no_such("field", wanted, names), option));
  }

  // Rows need not have one.
  std::string aux_label_of(const json& object) const {
    const auto found = object.find(options().aux_label_column);
    return found == object.end() || found->is_null() ? std::string() : label_of(*found);
  }

  std::string text_of(const json& value) const {
    if (value.is_string()) return value.get<std::string>();
    fail(line(),
         fmt::format("the text is a JSON {} where a string was expected", value.type_name()));
  }

  std::string label_of(const json& value) const {
    if (value.is_string()) return value.get<std::string>();
    if (value.is_number_integer() || value.is_boolean()) return value.dump();
    fail(line(), fmt::format("the label is a JSON {} where a string, an integer, true or false was "
                             "expected",
                             value.is_number() ? "number with a fraction" : value.type_name()));
  }

  std::string text_;
};

class FastTextReader final : public LineReader {
 public:
  using LineReader::LineReader;

 private:
  static constexpr std::string_view kPrefix = "__label__";

  bool read(TextRecord& record) override {
    if (!next_line_with_content(text_)) return false;
    record.line = line();
    std::string_view rest = text_;
    int labels = 0;
    for (skip_white_space(rest); rest.starts_with(kPrefix); skip_white_space(rest)) {
      const std::string_view word = rest.substr(0, rest.find_first_of(kWhiteSpace));
      record.label = word.substr(kPrefix.size());
      rest.remove_prefix(word.size());
      ++labels;
    }
    if (labels_required()) require_one(labels);
    record.text = rest;
    return true;
  }

  static void skip_white_space(std::string_view& text) {
    text.remove_prefix(std::min(text.find_first_not_of(kWhiteSpace), text.size()));
  }

  void require_one(int labels) const {
    if (labels == 1) return;
    fail(line(), fmt::format("this row begins with {} labels where exactly one was expected, such "
                             "as \"__label__pos What a film\"",
                             labels));
  }

  std::string text_;
};

}  // namespace

std::unique_ptr<TextReader> make_table_reader(RecordSource source, char delimiter) {
  return std::make_unique<TableReader>(std::move(source), delimiter);
}

std::unique_ptr<TextReader> make_json_lines_reader(RecordSource source) {
  return std::make_unique<JsonLinesReader>(std::move(source));
}

std::unique_ptr<TextReader> make_fasttext_reader(RecordSource source) {
  return std::make_unique<FastTextReader>(std::move(source));
}

std::unique_ptr<TextReader> make_plain_lines_reader(RecordSource source) {
  return std::make_unique<PlainLinesReader>(std::move(source));
}

}  // namespace mnemo
