#include "datasets/record_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "common/white_space.h"
#include "mnemo/error.h"

namespace mnemo {

bool is_blank(std::string_view text) {
  return text.find_first_not_of(kWhiteSpace) == std::string_view::npos;
}

bool RecordReader::next(TextRecord& record) {
  do {
    record.label.clear();
    record.labels.clear();
    record.says_none = false;
    record.aux_label.clear();
    if (!read(record)) return false;
    settle_labels(record);
    record.aux_label = trimmed(record.aux_label);
    if (!labels_required() || !record.label.empty() || record.says_none) break;
    ++counts_.unlabelled_rows;
  } while (true);
  check_and_count(record);
  return true;
}

void RecordReader::settle_labels(TextRecord& record) const {
  if (!options().several_labels) {
    record.label = trimmed(record.label);
    return;
  }
  if (record.labels.empty()) record.labels = divided(record.label);
  std::vector<std::string> labels;
  for (const auto& one : record.labels) {
    std::string label(trimmed(one));
    const bool is_new = !label.empty() && std::ranges::find(labels, label) == labels.end();
    if (is_new) labels.push_back(std::move(label));
  }
  record.labels = std::move(labels);
  record.label = record.labels.empty() ? "" : record.labels.front();
}

std::vector<std::string> RecordReader::divided(const std::string& cell) const {
  const auto& delimiter = options().label_delimiter;
  if (delimiter.empty()) return {cell};
  std::vector<std::string> labels;
  size_t begin = 0;
  for (size_t end = 0; (end = cell.find(delimiter, begin)) != std::string::npos;
       begin = end + delimiter.size()) {
    labels.push_back(cell.substr(begin, end - begin));
  }
  labels.push_back(cell.substr(begin));
  return labels;
}

std::string RecordReader::place_of(int64_t line) const {
  return fmt::format("{}:{}", name(), line);
}

void RecordReader::fail(int64_t line, std::string_view what) const {
  throw Error(fmt::format("{}: {}", place_of(line), what));
}

void RecordReader::make_valid_utf8(std::string& text, int64_t line) {
  if (!replace_invalid_utf8(text)) return;
  if (options().invalid_utf8 == InvalidUtf8::fail) {
    fail(line, fmt::format("row {} is not valid UTF-8; convert the file (iconv -t UTF-8), or let "
                           "bad bytes be replaced with `invalid-utf8` replace",
                           counts_.rows + 1));
  }
  row_is_repaired_ = true;
}

void RecordReader::check_and_count(TextRecord& record) {
  make_valid_utf8(record.text, record.line);
  make_valid_utf8(record.label, record.line);
  make_valid_utf8(record.aux_label, record.line);
  std::vector<const std::string*> fields = {&record.text, &record.label, &record.aux_label};
  for (auto& label : record.labels) {
    make_valid_utf8(label, record.line);
    fields.push_back(&label);
  }
  for (const std::string* field : fields) {
    if (field->find('\0') == std::string::npos) continue;
    fail(record.line,
         "there is a NUL character, which no text holds; if the file is UTF-16, convert it "
         "(iconv -f UTF-16 -t UTF-8)");
  }
  counts_.rows += 1;
  counts_.empty_texts += is_blank(record.text) ? 1 : 0;
  counts_.invalid_utf8_rows += std::exchange(row_is_repaired_, false) ? 1 : 0;
}

bool LineReader::next_line(std::string& line) {
  if (!std::getline(input(), line)) return false;
  if (++line_ == 1 && line.starts_with("\xEF\xBB\xBF")) line.erase(0, 3);
  if (line.ends_with('\r')) line.pop_back();
  return true;
}

bool LineReader::next_line_with_content(std::string& line) {
  do {
    if (!next_line(line)) return false;
  } while (is_blank(line));
  return true;
}

}  // namespace mnemo
