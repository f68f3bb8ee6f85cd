// Texts and their labels from files of every format in text_formats.h.
// Owns formats, columns and UTF-8; knows nothing of tokens or models.
#pragma once

#include <cstdint>
#include <filesystem>
#include <istream>
#include <memory>
#include <string>
#include <vector>

#include "datasets/csv_dialect.h"
#include "datasets/text_formats.h"

namespace mnemo {

enum class InvalidUtf8 { replace, fail };
// The first record of a table names its columns. Automatic: it does, unless columns go by number
// and the label in it is one of the labels below.
enum class HeaderRow { automatic, yes, no };

struct TextReaderOptions {
  InputFormat format = InputFormat::automatic;
  // A header's name, or a column number from 1; several joined by commas are joined by blanks.
  std::string text_column = "text";
  std::string label_column = "label";  // likewise, but one
  std::string aux_label_column = {};   // of a second label; empty: there is none
  // A row may have any number of labels: in fastText's lines, in a JSON list, and in a cell or
  // string that is divided by `label_delimiter` (empty: it is one label).
  bool several_labels = false;
  std::string label_delimiter = {};
  HeaderRow header = HeaderRow::automatic;
  Delimiter delimiter = Delimiter::automatic;  // the format's own, or what the header shows
  Quoting quoting = Quoting::automatic;
  InvalidUtf8 invalid_utf8 = InvalidUtf8::replace;  // replace: each bad sequence becomes U+FFFD

  // This is known of a training file, for files that are read as it was. Its format is that of
  // files whose ending tells none, and of those with `ending` (empty: none).
  InputFormat known_format = InputFormat::automatic;
  std::string ending = {};
  Delimiter known_delimiter = Delimiter::automatic;  // tried first in files of its format
  // The default names will do when a file lacks the columns.
  bool is_remembered = false;
};

struct TextRecord {
  std::string text;   // valid UTF-8
  std::string label;  // empty when labels are not read; of several the first
  // All of them, each once, with several_labels; none of a row that says so, as an empty JSON list.
  std::vector<std::string> labels = {};
  bool says_none = false;  // that it does
  std::string aux_label;   // likewise; and where a row has no second one
  int64_t line = 0;        // of the file, from 1, where the record began
};

// Counts of what a reader met and went on from; the caller warns.
struct ReadCounts {
  int64_t rows = 0;
  int64_t empty_texts = 0;              // empty or only white space; kept
  int64_t invalid_utf8_rows = 0;        // repaired under InvalidUtf8::replace
  int64_t unlabelled_rows = 0;          // left out, and not among `rows`
  int64_t stray_quotes = 0;             // rows that were read without regard to quotes
  std::vector<std::string> notes = {};  // on how the file was read
};

// Reads one record after another, holding only the current one.
class TextReader {
 public:
  virtual ~TextReader() = default;
  virtual bool next(TextRecord& record) = 0;  // false at the end; throws Error naming file and line
  const ReadCounts& counts() const { return counts_; }
  // The fingerprint of the bytes read so far: at the end, of the file.
  virtual std::string sha256() const = 0;
  // The options with what the file has settled of them.
  virtual TextReaderOptions reading() const = 0;
  // True when a record, or its beginning, is in memory already.
  virtual bool holds_more() const { return false; }

 protected:
  ReadCounts counts_;
};

enum class LabelColumn { required, ignored };

// Opens `path`, checks the header, and throws Error when the file is missing, empty, or lacks a
// column (the columns found are listed). InputFormat::automatic goes by the ending, and where
// several formats share one by how the file begins.
std::unique_ptr<TextReader> open_text_reader(const std::filesystem::path& path,
                                             const TextReaderOptions& options, LabelColumn labels);

// Options for another file that is to be read as the one with `path` was, of which a reader has
// settled `reading`.
TextReaderOptions remembered(TextReaderOptions reading, InputFormat told,
                             const std::filesystem::path& path);

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
  std::string sha256() const { return reader_->sha256(); }
  // Options for other files that are to be read as this one was.
  TextReaderOptions reading() const;

 private:
  std::filesystem::path path_;
  InputFormat told_format_;
  std::unique_ptr<TextReader> reader_;
};

// `text` with every invalid UTF-8 sequence replaced by U+FFFD; true when there was one.
bool replace_invalid_utf8(std::string& text);

}  // namespace mnemo
