// Streaming reader of RFC 4180 records: quoted fields with delimiters, doubled quotes, line breaks
// and control characters inside, LF or CRLF between records, an optional UTF-8 byte order mark.
//
// Own code because the packaged readers either split records on line breaks inside quotes or cannot
// say in which line a fault stands. It knows nothing of columns, labels or encodings.
#pragma once

#include <cstdint>
#include <istream>
#include <optional>
#include <streambuf>
#include <string>
#include <vector>

namespace mnemo {

class CsvReader {
 public:
  // `name` stands in messages; `input` must outlive the reader.
  CsvReader(std::istream& input, std::string name, char delimiter = ',');

  // Reads the next record; false at the end. Blank lines between records are skipped unless
  // keep_blank_lines() was called. A quote opens
  // a quoted field only as the field's first character; elsewhere it is data, as in `5" disk`.
  // Throws Error (file, line) for an unclosed quote, text after a closing quote, or a NUL byte.
  bool next(std::vector<std::string>& fields);

  // A blank line is from now on a record of one empty field.
  void keep_blank_lines() { skips_blank_lines_ = false; }

  // Line of the file, from 1, on which the latest record began.
  int64_t line() const { return record_line_; }

 private:
  enum class End { field, record, file };  // what stands behind a field

  void skip_byte_order_mark();
  void read_record(std::vector<std::string>& fields);
  End read_field(std::string& field);
  End read_unquoted(std::string& field);
  void read_quoted(std::string& field);
  std::optional<End> end_of_field(int character);
  void require_text(int character) const;

  std::streambuf& input_;
  std::string name_;
  char delimiter_;
  bool skips_blank_lines_ = true;
  int64_t current_line_ = 1;
  int64_t record_line_ = 0;
};

}  // namespace mnemo
