#include "datasets/text_reader.h"

#include <fmt/format.h>
#include <utf8.h>

#include <algorithm>
#include <iterator>
#include <string_view>
#include <utility>

#include "common/input_stream.h"
#include "common/white_space.h"
#include "datasets/format_choice.h"
#include "datasets/message_text.h"
#include "datasets/text_format.h"
#include "mnemo/error.h"

namespace mnemo {
namespace {

namespace fs = std::filesystem;

InputFormat format_of(const fs::path& path, std::string_view head,
                      const TextReaderOptions& options) {
  const std::string ending = format_ending(path);
  const bool is_known = options.known_format != InputFormat::automatic;
  if (is_known && !options.ending.empty() && ending == options.ending) return options.known_format;
  const auto begins_so = [&](const TextFormat& format) { return format.begins_so(head); };
  if (const auto format = format_by_ending<InputFormat>(kTextFormats, ending, begins_so)) {
    return *format;
  }
  // A file that takes the place of a folder is another thing.
  if (is_known && options.known_format != InputFormat::folder) return options.known_format;
  throw Error(fmt::format(
      "{}: the ending \"{}\" does not tell the format, as {} would; name it with `input-format`",
      path.string(), ending, endings_listed(endings_of(kTextFormats))));
}

std::unique_ptr<TextReader> read_from(RecordSource source) {
  const auto format = source.options.format;
  if (format == InputFormat::automatic) {
    throw UsageError(fmt::format("{}: name the format with `input-format`", source.name));
  }
  const auto& definition = definition_of(format);
  const auto& aux = source.options.aux_label_column;
  if (source.labels == LabelColumn::required && !aux.empty() && !definition.has_columns) {
    throw Error(fmt::format(
        "{}: `aux-label-column` {}: a second label needs columns; give CSV, TSV or JSON Lines",
        source.name, aux));
  }
  return definition.open(std::move(source));
}

std::unique_ptr<TextReader> read_folder(const fs::path& path, TextReaderOptions options,
                                        LabelColumn labels) {
  options.format = InputFormat::folder;
  return read_from({.input = nullptr, .name = path.string(), .options = options, .labels = labels});
}

}  // namespace

const TextFormat& definition_of(InputFormat format) {
  const auto row = std::ranges::find(kTextFormats, format, &TextFormatRow::format);
  if (row == kTextFormats.end()) throw Error("unhandled format of texts");
  return row->definition();
}

std::unique_ptr<TextReader> make_text_reader(std::unique_ptr<std::istream> input,
                                             const std::string& name,
                                             const TextReaderOptions& options, LabelColumn labels) {
  return read_from({.input = std::move(input), .name = name, .options = options, .labels = labels});
}

std::unique_ptr<TextReader> open_text_reader(const fs::path& path, const TextReaderOptions& options,
                                             LabelColumn labels) {
  std::error_code ignored;  // opening fails for the same reason, and says it
  if (fs::is_directory(path, ignored)) return read_folder(path, options, labels);
  auto input = InputStream::open(path);
  const std::string_view head = input->head();
  if (head.find_first_not_of(kWhiteSpace) == std::string_view::npos) {
    throw Error(fmt::format("{} is empty", path.string()));
  }
  const InputStream* const bytes = input.get();
  RecordSource source{.input = nullptr,
                      .name = path.string(),
                      .options = options,
                      .labels = labels,
                      .head = std::string(head),
                      .sha256 = [bytes] { return bytes->sha256(); }};
  if (options.format == InputFormat::automatic) {
    source.options.format = format_of(path, head, options);
  }
  source.input = std::move(input);
  return read_from(std::move(source));
}

TextReaderOptions remembered(TextReaderOptions reading, InputFormat told, const fs::path& path) {
  reading.known_format = reading.format;
  reading.format = InputFormat::automatic;
  reading.ending = told == InputFormat::automatic ? "" : format_ending(path);
  reading.is_remembered = true;
  reading.aux_label_column.clear();  // it is for training
  return reading;
}

LabelledTextReader::LabelledTextReader(const fs::path& path, const TextReaderOptions& options)
    : path_(path),
      told_format_(options.format),
      reader_(open_text_reader(path, options, LabelColumn::required)) {}

bool LabelledTextReader::next(TextRecord& record) {
  if (reader_->next(record)) return true;
  if (counts().rows > 0) return false;
  if (counts().unlabelled_rows > 0) {
    throw Error(fmt::format("{}: none of its {} has a label", path_.string(),
                            counted(counts().unlabelled_rows, "row")));
  }
  throw Error(fmt::format("{} holds a header and no rows", path_.string()));
}

TextReaderOptions LabelledTextReader::reading() const {
  return remembered(reader_->reading(), told_format_, path_);
}

bool replace_invalid_utf8(std::string& text) {
  if (utf8::is_valid(text.begin(), text.end())) return false;
  std::string repaired;
  utf8::replace_invalid(text.begin(), text.end(), std::back_inserter(repaired));
  text = std::move(repaired);
  return true;
}

}  // namespace mnemo
