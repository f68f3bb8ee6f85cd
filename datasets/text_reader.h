// Texts and their labels from CSV, TSV, JSON Lines, fastText's `__label__x text`, or plain lines.
// Owns formats, columns and UTF-8; knows nothing of tokens or models.
#pragma once

#include <cstdint>
#include <filesystem>
#include <istream>
#include <memory>
#include <string>
#include <vector>

namespace mnemo {

class InputStream;

enum class InputFormat { automatic, csv, tsv, jsonl, fasttext, lines };
enum class InvalidUtf8 { replace, fail };

struct TextReaderOptions {
  InputFormat format = InputFormat::automatic;  // automatic: by the file name's ending
  std::string text_column = "text";             // a header's name, or a column number from 1
  std::string label_column = "label";           // likewise
  std::string aux_label_column = {};            // of a second label; empty: there is none
  bool header = true;                           // csv and tsv: the first record names the columns
  InvalidUtf8 invalid_utf8 = InvalidUtf8::replace;  // replace: each bad sequence becomes U+FFFD
};

struct TextRecord {
  std::string text;       // valid UTF-8
  std::string label;      // empty when labels are not read
  std::string aux_label;  // likewise; and where a row has no second one
  int64_t line = 0;       // of the file, from 1, where the record began
};

// Counts of what a reader met and went on from; the caller warns.
struct ReadCounts {
  int64_t rows = 0;
  int64_t empty_texts = 0;        // empty or only white space; kept
  int64_t invalid_utf8_rows = 0;  // repaired under InvalidUtf8::replace
};

// Reads one record after another, holding only the current one.
class TextReader {
 public:
  virtual ~TextReader() = default;
  virtual bool next(TextRecord& record) = 0;  // false at the end; throws Error naming file and line
  const ReadCounts& counts() const { return counts_; }

 protected:
  ReadCounts counts_;
};

enum class LabelColumn { required, ignored };

// Opens `path`, checks the header, and throws Error when the file is missing, empty, or lacks a
// column (the columns found are listed). InputFormat::automatic knows .csv .tsv .jsonl .txt (lines;
// fastText when labels are required and the first line starts with `__label__`) and .ft.
std::unique_ptr<TextReader> open_text_reader(const std::filesystem::path& path,
                                             const TextReaderOptions& options, LabelColumn labels);

// The same for a stream, such as standard input, whose format options.format must name. `name`
// stands in messages.
std::unique_ptr<TextReader> make_text_reader(std::unique_ptr<std::istream> input,
                                             const std::string& name,
                                             const TextReaderOptions& options, LabelColumn labels);

// A labelled file, read from front to back.
class LabelledTextReader {
 public:
  // Opens the file as open_text_reader() does.
  LabelledTextReader(const std::filesystem::path& path, const TextReaderOptions& options);

  // False at the end; throws Error when the file holds no record at all.
  bool next(TextRecord& record);
  const ReadCounts& counts() const { return reader_->counts(); }
  // The fingerprint of the bytes read so far: at the end, of the file.
  std::string sha256() const;

 private:
  std::string name_;
  const InputStream* bytes_ = nullptr;  // owned by the reader
  std::unique_ptr<TextReader> reader_;
};

// `text` with every invalid UTF-8 sequence replaced by U+FFFD; true when there was one.
bool replace_invalid_utf8(std::string& text);

}  // namespace mnemo
