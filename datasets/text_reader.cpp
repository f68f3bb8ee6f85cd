#include "datasets/text_reader.h"

#include <fmt/format.h>
#include <utf8.h>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>
#include <sstream>
#include <utility>

#include "common/error.h"
#include "common/files.h"
#include "datasets/record_readers.h"

namespace mnemo {
namespace {

namespace fs = std::filesystem;

// A stream that can go back to its start.
std::unique_ptr<std::istream> open_stream(const fs::path& path) {
  if (fs::is_directory(path)) {
    throw Error(fmt::format("{} is a folder where a file was expected", path.string()));
  }
  // A pipe, as in --train <(zcat reviews.csv.gz), can be read only once.
  if (fs::exists(path) && !fs::is_regular_file(path)) {
    return std::make_unique<std::istringstream>(read_file(path));
  }
  auto file = std::make_unique<std::ifstream>(path, std::ios::binary);
  if (!*file) {
    throw Error(fmt::format("cannot read {}: {}", path.string(), std::strerror(errno)));
  }
  return file;
}

void rewind(std::istream& input) {
  input.clear();
  input.seekg(0);
}

void require_content(std::istream& input, const fs::path& path) {
  if ((input >> std::ws).peek() == std::istream::traits_type::eof()) {
    throw Error(fmt::format("{} is empty", path.string()));
  }
  rewind(input);
}

bool starts_with_fasttext_label(std::istream& input) {
  std::string word;
  input >> word;
  rewind(input);
  return word.starts_with("__label__");
}

InputFormat format_of(const fs::path& path, std::istream& input, LabelColumn labels) {
  std::string ending = path.extension().string();
  std::ranges::transform(ending, ending.begin(), [](unsigned char c) { return std::tolower(c); });
  if (ending == ".csv") return InputFormat::csv;
  if (ending == ".tsv") return InputFormat::tsv;
  if (ending == ".jsonl") return InputFormat::jsonl;
  if (ending == ".ft") return InputFormat::fasttext;
  if (ending == ".txt") {
    const bool labelled = labels == LabelColumn::required && starts_with_fasttext_label(input);
    return labelled ? InputFormat::fasttext : InputFormat::lines;
  }
  throw Error(
      fmt::format("{}: the ending \"{}\" does not tell the format, as .csv, .tsv, .jsonl, .txt and "
                  ".ft would; name it with --input-format",
                  path.string(), ending));
}

}  // namespace

std::unique_ptr<TextReader> make_text_reader(std::unique_ptr<std::istream> input,
                                             const std::string& name,
                                             const TextReaderOptions& options, LabelColumn labels) {
  TextSource source{std::move(input), name, options, labels};
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
  throw UsageError(fmt::format("{}: name the format with --input-format", name));
}

std::unique_ptr<TextReader> open_text_reader(const fs::path& path, const TextReaderOptions& options,
                                             LabelColumn labels) {
  std::unique_ptr<std::istream> input = open_stream(path);
  require_content(*input, path);
  TextReaderOptions resolved = options;
  if (options.format == InputFormat::automatic) resolved.format = format_of(path, *input, labels);
  return make_text_reader(std::move(input), path.string(), resolved, labels);
}

LabelledTexts read_labelled_texts(const fs::path& path, const TextReaderOptions& options) {
  const std::unique_ptr<TextReader> reader = open_text_reader(path, options, LabelColumn::required);
  LabelledTexts data;
  for (TextRecord record; reader->next(record);) {
    data.texts.push_back(std::move(record.text));
    data.labels.push_back(std::move(record.label));
  }
  if (data.texts.empty()) {
    throw Error(fmt::format("{} holds a header and no rows", path.string()));
  }
  data.counts = reader->counts();
  return data;
}

bool replace_invalid_utf8(std::string& text) {
  if (utf8::is_valid(text.begin(), text.end())) return false;
  std::string repaired;
  utf8::replace_invalid(text.begin(), text.end(), std::back_inserter(repaired));
  text = std::move(repaired);
  return true;
}

}  // namespace mnemo
