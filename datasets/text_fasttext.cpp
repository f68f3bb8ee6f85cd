// Reader of fastText's lines, "__label__x the text".
#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "common/white_space.h"
#include "datasets/record_reader.h"
#include "datasets/text_formats.h"

namespace mnemo {
namespace {

constexpr std::string_view kPrefix = "__label__";

void skip_white_space(std::string_view& text) {
  text.remove_prefix(std::min(text.find_first_not_of(kWhiteSpace), text.size()));
}

class FastTextReader final : public LineReader {
 public:
  using LineReader::LineReader;

 private:
  bool read(TextRecord& record) override {
    // Without labels a line in is a line out, blank ones, too.
    if (labels_required() ? !next_line_with_content(text_) : !next_line(text_)) return false;
    record.line = line();
    std::string_view rest = text_;
    int labels = 0;
    for (skip_white_space(rest); rest.starts_with(kPrefix); skip_white_space(rest)) {
      const std::string_view word = rest.substr(0, rest.find_first_of(kWhiteSpace));
      record.label = word.substr(kPrefix.size());
      if (options().several_labels) record.labels.push_back(record.label);
      rest.remove_prefix(word.size());
      ++labels;
    }
    if (labels_required()) require_one_at_most(labels);
    record.text = labels == 0 && !labels_required() ? std::string_view(text_) : rest;
    return true;
  }

  void require_one_at_most(int labels) const {
    if (labels <= 1 || options().several_labels) return;
    fail(line(), fmt::format("this row begins with {} labels where exactly one was expected, such "
                             "as \"__label__pos What a film\"; a model of several labels a text is "
                             "trained with `target-kind` labels",
                             labels));
  }

  std::string text_;
};

bool has_a_labelled_line(std::string_view head) {
  if (head.starts_with("\xEF\xBB\xBF")) head.remove_prefix(3);
  while (!head.empty()) {
    const size_t end = std::min(head.find('\n'), head.size());
    std::string_view line = head.substr(0, end);
    skip_white_space(line);
    if (line.starts_with(kPrefix)) return true;
    head.remove_prefix(std::min(end + 1, head.size()));
  }
  return false;
}

}  // namespace

const TextFormat& fasttext_texts() {
  static const TextFormat format{
      .endings = {".ft"},
      .shared_endings = {".txt"},
      .begins_so = has_a_labelled_line,
      .open = [](RecordSource source) -> std::unique_ptr<TextReader> {
        return std::make_unique<FastTextReader>(std::move(source));
      },
      .description = "fastText's lines, which begin with their label, or several",
      .example = "__label__good a warm and funny film\n__label__bad too long by half"};
  return format;
}

}  // namespace mnemo
