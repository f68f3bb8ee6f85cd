#include "datasets/text_reader.h"

#include <fmt/format.h>
#include <utf8.h>

#include <cctype>
#include <iterator>
#include <string_view>
#include <utility>

#include "common/input_stream.h"
#include "common/white_space.h"
#include "datasets/record_readers.h"
#include "mnemo/error.h"

namespace mnemo {
namespace {

namespace fs = std::filesystem;

bool starts_with_fasttext_label(std::string_view head) {
  head.remove_prefix(std::min(head.find_first_not_of(kWhiteSpace), head.size()));
  return head.starts_with("__label__");
}

InputFormat format_of(const fs::path& path, std::string_view head, LabelColumn labels) {
  const std::string ending = format_ending(path);
  if (ending == ".csv") return InputFormat::csv;
  if (ending == ".tsv") return InputFormat::tsv;
  if (ending == ".jsonl") return InputFormat::jsonl;
  if (ending == ".ft") return InputFormat::fasttext;
  if (ending == ".txt") {
    const bool labelled = labels == LabelColumn::required && starts_with_fasttext_label(head);
    return labelled ? InputFormat::fasttext : InputFormat::lines;
  }
  throw Error(
      fmt::format("{}: the ending \"{}\" does not tell the format, as .csv, .tsv, .jsonl, .txt and "
                  ".ft would; name it with `input-format`",
                  path.string(), ending));
}

}  // namespace

std::unique_ptr<TextReader> make_text_reader(std::unique_ptr<std::istream> input,
                                             const std::string& name,
                                             const TextReaderOptions& options, LabelColumn labels) {
  const bool has_fields = options.format == InputFormat::csv ||
                          options.format == InputFormat::tsv ||
                          options.format == InputFormat::jsonl;
  if (labels == LabelColumn::required && !options.aux_label_column.empty() && !has_fields) {
    throw Error(fmt::format(
        "{}: `aux-label-column` {}: a second label needs columns; give CSV, TSV or JSON Lines",
        name, options.aux_label_column));
  }
  RecordSource source{std::move(input), name, options, labels};
  switch (options.format) {
    case InputFormat::csv:
      return make_table_reader(std::move(source), ',');
    case InputFormat::tsv:
      return make_table_reader(std::move(source), '\t');
    case InputFormat::jsonl:
      return make_json_lines_reader(std::move(source));
    case InputFormat::fasttext:
      return make_fasttext_reader(std::move(source));
    case InputFormat::lines:
      if (labels == LabelColumn::ignored) return make_plain_lines_reader(std::move(source));
      throw Error(
          fmt::format("{}: plain lines hold no labels; give CSV, TSV, JSON Lines, or lines such as "
                      "\"__label__pos What a film\"",
                      name));
    case InputFormat::automatic:
      break;
  }
  throw UsageError(fmt::format("{}: name the format with `input-format`", name));
}

namespace {

std::unique_ptr<TextReader> read_from(std::unique_ptr<InputStream> input, const fs::path& path,
                                      TextReaderOptions options, LabelColumn labels) {
  const std::string_view head = input->head();
  if (head.find_first_not_of(kWhiteSpace) == std::string_view::npos) {
    throw Error(fmt::format("{} is empty", path.string()));
  }
  if (options.format == InputFormat::automatic) options.format = format_of(path, head, labels);
  return make_text_reader(std::move(input), path.string(), options, labels);
}

}  // namespace

std::unique_ptr<TextReader> open_text_reader(const fs::path& path, const TextReaderOptions& options,
                                             LabelColumn labels) {
  return read_from(InputStream::open(path), path, options, labels);
}

LabelledTextReader::LabelledTextReader(const fs::path& path, const TextReaderOptions& options)
    : name_(path.string()) {
  auto input = InputStream::open(path);
  bytes_ = input.get();
  reader_ = read_from(std::move(input), path, options, LabelColumn::required);
}

bool LabelledTextReader::next(TextRecord& record) {
  if (reader_->next(record)) return true;
  if (counts().rows == 0) throw Error(fmt::format("{} holds a header and no rows", name_));
  return false;
}

std::string LabelledTextReader::sha256() const { return bytes_->sha256(); }

bool replace_invalid_utf8(std::string& text) {
  if (utf8::is_valid(text.begin(), text.end())) return false;
  std::string repaired;
  utf8::replace_invalid(text.begin(), text.end(), std::back_inserter(repaired));
  text = std::move(repaired);
  return true;
}

}  // namespace mnemo
