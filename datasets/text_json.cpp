// Readers of texts as JSON objects: one a line, or those of an array.
#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>
#include <string_view>
#include <utility>
#include <vector>

#include "common/white_space.h"
#include "datasets/message_text.h"
#include "datasets/record_reader.h"
#include "datasets/text_columns.h"
#include "datasets/text_formats.h"

namespace mnemo {
namespace {

using Object = nlohmann::json;

class JsonReader : public LineReader {
 public:
  using LineReader::LineReader;

 protected:
  // The text of the next object, and the line it begins in; false at the end.
  virtual bool next_object(std::string& text, int64_t& line) = 0;
  // How messages name what such a text stands for.
  virtual std::string_view noun() const = 0;

 private:
  bool read(TextRecord& record) override {
    if (!next_object(text_, line_)) return false;
    record.line = line_;
    make_valid_utf8(text_, line_);  // the parser refuses what is not
    const Object object = parse();
    record.text = text_in(object);
    if (labels_required()) read_label(object, record);
    if (has_aux_labels()) record.aux_label = label_named(object, options().aux_label_column);
    return true;
  }

  Object parse() const {
    try {
      Object value = Object::parse(text_);
      if (value.is_object()) return value;
      fail(line_, fmt::format("this {} holds a JSON {} where an object was expected, such as "
                              "{{\"text\": \"...\", \"label\": \"...\"}}",
                              noun(), value.type_name()));
    } catch (const Object::parse_error& error) {
      fail(line_,
           fmt::format("this {} is not JSON: the fault is at character {}", noun(), error.byte));
    } catch (const Object::exception& error) {
      fail(line_, fmt::format("this {} is not JSON that can be read: {}", noun(), error.what()));
    }
  }

  [[noreturn]] void fail_without(const std::string& wanted, const Object& object,
                                 std::string_view option) const {
    std::vector<std::string> names;
    for (const auto& item : object.items()) names.push_back(item.key());
    fail(line_, fmt::format("{}. Name it with {}", no_such("field", wanted, names), option));
  }

  // Joins the fields by a blank, where `text-column` names several.
  std::string text_in(const Object& object) const {
    const auto has = [&](const std::string& name) { return object.contains(name); };
    auto fields = columns_named(options().text_column, has);
    if (fields.empty() && options().is_remembered && has(TextReaderOptions().text_column)) {
      fields = {TextReaderOptions().text_column};
    }
    if (fields.empty()) fail_without(options().text_column, object, "`text-column`");
    std::string text;
    for (const auto& field : fields) {
      if (&field != &fields.front()) text += ' ';
      text += fields.size() > 1 && object[field].is_null() ? "" : text_of(object[field]);
    }
    return text;
  }

  // Rows need not have one, but the first.
  void read_label(const Object& object, TextRecord& record) const {
    std::string column = options().label_column;
    if (!object.contains(column) && options().is_remembered) {
      column = TextReaderOptions().label_column;
    }
    const bool is_first = counts_.rows + counts_.unlabelled_rows == 0;
    if (!object.contains(column) && is_first) {
      fail_without(options().label_column, object, "`label-column`");
    }
    const auto found = object.find(column);
    if (!options().several_labels || found == object.end() || !found->is_array()) {
      record.label = label_named(object, column);
      return;
    }
    for (const auto& label : *found) record.labels.push_back(label_of(label));
    record.says_none = record.labels.empty();
  }

  std::string label_named(const Object& object, const std::string& column) const {
    const auto found = object.find(column);
    return found == object.end() || found->is_null() ? std::string() : label_of(*found);
  }

  std::string text_of(const Object& value) const {
    if (value.is_string()) return value.get<std::string>();
    fail(line_,
         fmt::format("the text is a JSON {} where a string was expected", value.type_name()));
  }

  std::string label_of(const Object& value) const {
    if (value.is_string()) return value.get<std::string>();
    // 5 is written as 5.0 by programs that hold ratings as floats.
    constexpr double kLargestExact = 9007199254740992.0;
    if (value.is_number_float()) {
      const auto number = value.get<double>();
      if (std::abs(number) < kLargestExact && number == std::floor(number)) {
        return fmt::format("{:.0f}", number);
      }
    }
    if (value.is_number() || value.is_boolean()) return value.dump();
    fail(line_, fmt::format("the label is a JSON {} where a string, a number, true or false was "
                            "expected{}",
                            value.type_name(),
                            value.is_array() ? "; a model of several labels a text is trained with "
                                               "`target-kind` labels"
                                             : ""));
  }

  std::string text_;
  int64_t line_ = 0;
};

class JsonLinesReader final : public JsonReader {
 public:
  using JsonReader::JsonReader;

 private:
  bool next_object(std::string& text, int64_t& number) override {
    if (!next_line_with_content(text)) return false;
    number = line();
    return true;
  }
  std::string_view noun() const override { return "line"; }
};

// Finds the elements of an array, which stands alone or is the first array of objects in an object,
// as {"data": [...]}. Only one element is held.
class JsonArrayReader final : public JsonReader {
 public:
  explicit JsonArrayReader(RecordSource source) : JsonReader(std::move(source)) {
    if (!skip_to_array()) {
      fail(number_,
           "a JSON array of objects was expected, such as [{\"text\": \"...\", \"label\": "
           "\"...\"}, ...]; one object a line is `input-format` jsonl");
    }
  }

 private:
  static constexpr int kEnd = std::char_traits<char>::eof();

  int take() {
    const int character = input().rdbuf()->sbumpc();
    if (character == '\n') ++number_;
    return character;
  }

  int take_behind_white_space() {
    int character = take();
    while (character != kEnd && kWhiteSpace.find(static_cast<char>(character)) != kNone) {
      character = take();
    }
    return character;
  }

  // The rest of a string behind its opening quote.
  void take_string(std::string& text) {
    for (int character = take(); character != kEnd; character = take()) {
      text.push_back(static_cast<char>(character));
      if (character == '"') return;
      if (character == '\\') text.push_back(static_cast<char>(take()));
    }
  }

  bool next_is_object() {
    std::streambuf& bytes = *input().rdbuf();
    while (bytes.sgetc() != kEnd && kWhiteSpace.find(static_cast<char>(bytes.sgetc())) != kNone) {
      take();
    }
    return bytes.sgetc() == '{';
  }

  bool skip_to_array() {
    constexpr std::string_view kMark = "\xEF\xBB\xBF";
    int character = take_behind_white_space();
    for (const char byte : kMark) {
      if (character == static_cast<unsigned char>(byte)) character = take_behind_white_space();
    }
    if (character == '[') return true;
    if (character != '{') return false;
    std::string skipped;
    for (character = take(); character != kEnd; character = take()) {
      if (character == '"') take_string(skipped);
      skipped.clear();
      if (character == '[' && next_is_object()) return true;
    }
    return false;
  }

  bool next_object(std::string& text, int64_t& line) override {
    int character = take_behind_white_space();
    if (character == ',' && !is_first_) character = take_behind_white_space();
    line = number_;
    if (character == ']') return false;
    if (character == kEnd) fail(number_, "the file ends before its JSON array is closed by ]");
    is_first_ = false;
    text = static_cast<char>(character);
    if (character != '{') {
      for (int next = input().rdbuf()->sgetc();
           next != kEnd && next != ',' && next != ']' && next != '\n';
           next = input().rdbuf()->sgetc()) {
        text.push_back(static_cast<char>(take()));
      }
      return true;
    }
    for (int64_t depth = 1; depth > 0;) {
      character = take();
      if (character == kEnd) fail(line, "the file ends before this JSON object is closed by }");
      text.push_back(static_cast<char>(character));
      if (character == '"') take_string(text);
      if (character == '{' || character == '[') ++depth;
      if (character == '}' || character == ']') --depth;
    }
    return true;
  }
  std::string_view noun() const override { return "element"; }

  static constexpr size_t kNone = std::string_view::npos;
  int64_t number_ = 1;  // of the line
  bool is_first_ = true;
};

// An object that is whole in its line, or cut with the beginning of the file, is one of lines.
bool begins_with_array(std::string_view head) {
  if (head.starts_with("\xEF\xBB\xBF")) head.remove_prefix(3);
  head = trimmed(head);
  if (head.starts_with('[')) return true;
  const std::string_view line = head.substr(0, head.find('\n'));
  if (line.size() < head.size()) return !Object::accept(line);
  const auto bracket = line.find_first_of("[}");
  return bracket != std::string_view::npos && line.substr(bracket).starts_with('[') &&
         trimmed(line.substr(bracket + 1)).starts_with('{');
}

}  // namespace

const TextFormat& jsonl_texts() {
  static const TextFormat format{
      .endings = {".jsonl", ".ndjson"},
      .shared_endings = {".json"},
      .begins_so = [](std::string_view head) { return !begins_with_array(head); },
      .has_columns = true,
      .open = [](RecordSource source) -> std::unique_ptr<TextReader> {
        return std::make_unique<JsonLinesReader>(std::move(source));
      },
      .description = "JSON Lines: one object a line",
      .example =
          "{\"text\": \"a warm and funny film\", \"label\": \"good\"}\n"
          "{\"text\": \"too long by half\", \"label\": \"bad\"}"};
  return format;
}

const TextFormat& json_texts() {
  static const TextFormat format{
      .endings = {".json"},
      .has_columns = true,
      .open = [](RecordSource source) -> std::unique_ptr<TextReader> {
        return std::make_unique<JsonArrayReader>(std::move(source));
      },
      .description = "an array of JSON objects, alone or in an object, as {\"data\": [...]}",
      .example =
          "[{\"text\": \"a warm and funny film\", \"label\": \"good\"},\n"
          " {\"text\": \"too long by half\", \"label\": \"bad\"}]"};
  return format;
}

}  // namespace mnemo
