// Streaming reader of RFC 4180 records: quoted fields with delimiters, doubled quotes, line breaks
// and control characters inside, LF or CRLF between records, an optional UTF-8 byte order mark; and
// of the dialects that CsvFormat names.
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

namespace mnemo {

enum class Quoting {
  automatic,  // whichever reads the beginning of the file evenly; to CsvReader: standard
  standard,   // a quote inside a quoted field is written twice
  backslash,  // or has a backslash in front
  none,       // quotes are data
};

struct CsvFormat {
  char delimiter = ',';
  bool blanks = false;        // instead: any number of blanks and tabs is one delimiter
  bool skips_blanks = false;  // blanks behind a delimiter belong to no field
  Quoting quoting = Quoting::standard;
  char comment = 0;  // lines that begin with it are left out; 0: there are none
};

class CsvReader {
 public:
  // `name` stands in messages; `input` must outlive the reader.
  CsvReader(std::istream& input, std::string name, char delimiter = ',');
  CsvReader(std::istream& input, std::string name, const CsvFormat& format);

  // Leaves out lines of the file, before the first record is read.
  void skip_lines(int64_t count);

  // Reads the next record; false at the end. Blank lines between records are skipped unless
  // keep_blank_lines() was called. A quote opens
  // a quoted field only as the field's first character; elsewhere it is data, as in `5" disk`.
  // Throws Error (file, line) for an unclosed quote, text after a closing quote, or a NUL byte.
  bool next(std::vector<std::string>& fields);

  // A blank line is from now on a record of one empty field.
  void keep_blank_lines() { skips_blank_lines_ = false; }

  // Line of the file, from 1, on which the latest record began.
  int64_t line() const { return record_line_; }
  // Lines that the latest record's fields of more than one line take beside the first.
  int64_t lines_inside() const { return lines_inside_; }

 private:
  enum class End { field, record, file };  // what stands behind a field

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
  CsvFormat format_;
  bool quotes_ = true;                  // open a field
  std::array<bool, 256> ends_field_{};  // characters that may, NUL among them
  bool skips_blank_lines_ = true;
  int64_t current_line_ = 1;
  int64_t record_line_ = 0;
  int64_t lines_inside_ = 0;
};

}  // namespace mnemo
