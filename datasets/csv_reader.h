// Streaming reader of RFC 4180 records: quoted fields with delimiters, doubled quotes, line breaks
// and control characters inside, LF or CRLF between records, an optional UTF-8 byte order mark; and
// of the dialects that CsvDialect names.
//
// Own code because the packaged readers either split records on line breaks inside quotes or cannot
// say in which line a fault stands. It knows nothing of columns, labels or encodings.
#pragma once

#include <array>
#include <cstdint>
#include <istream>
#include <optional>
#include <streambuf>
#include <string>
#include <vector>

#include "datasets/csv_dialect.h"
#include "mnemo/error.h"

namespace mnemo {

// A record that is not written as its dialect wants.
class CsvFault : public Error {
 public:
  using Error::Error;
};

class CsvReader {
 public:
  // `name` stands in messages; `input` must outlive the reader.
  CsvReader(std::istream& input, std::string name, char delimiter = ',');
  CsvReader(std::istream& input, std::string name, const CsvDialect& dialect);

  // Leaves out lines of the file, before the first record is read.
  void skip_lines(int64_t count);

  // Reads the next record; false at the end. Blank lines between records are skipped unless
  // keep_blank_lines() was called. A quote opens
  // a quoted field only as the field's first character; elsewhere it is data, as in `5" disk`.
  // Throws CsvFault (file, line) for an unclosed quote, text after a closing quote, or a NUL byte.
  bool next(std::vector<std::string>& fields);

  // The rest is written so, and begins in this line: of an input that was wound back, too.
  void go_on(const CsvDialect& dialect, int64_t line);

  // A blank line is from now on a record of one empty field.
  void keep_blank_lines() { skips_blank_lines_ = false; }
  void skip_blank_lines() { skips_blank_lines_ = true; }

  // Line of the file, from 1, on which the latest record began.
  int64_t line() const { return record_line_; }
  // Line behind the latest record.
  int64_t next_line() const { return current_line_; }
  // Lines that the latest record's fields of more than one line take beside the first.
  int64_t lines_inside() const { return lines_inside_; }

 private:
  enum class End { field, record, file };  // what stands behind a field

  void set_dialect(const CsvDialect& dialect);
  void skip_byte_order_mark();
  void skip_line();
  void skip_field_blanks();
  void read_record(std::vector<std::string>& fields);
  End read_field(std::string& field);
  End read_unquoted(std::string& field);
  void read_quoted(std::string& field);
  std::optional<End> end_of_field(int character);
  End end_of_blanks();
  void require_text(int character) const;

  std::streambuf& input_;
  std::string name_;
  CsvDialect dialect_;
  bool quotes_ = true;                  // open a field
  std::array<bool, 256> ends_field_{};  // characters that may, NUL among them
  bool skips_blank_lines_ = true;
  int64_t current_line_ = 1;
  int64_t record_line_ = 0;
  int64_t lines_inside_ = 0;
};

}  // namespace mnemo
