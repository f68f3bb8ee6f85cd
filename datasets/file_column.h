// A column of a table while its file is read, and how its cells become numbers.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "datasets/number_table.h"

namespace mnemo {

enum class Content {
  unknown,  // every cell so far is missing
  numbers,
  text,
};

struct FileColumn {
  std::string name;
  DecimalMark mark = DecimalMark::point;
  bool is_asked = false;       // by name
  bool is_key = false;         // names the series of a row
  bool is_time = false;        // found to be the rows' time, or a part of it
  bool keeps_numbers = false;  // unless it turns out to be text
  bool keeps_cells = false;    // is the time column, or may be
  bool begins_as_time = false;
  bool may_hold_words = false;  // its cells are kept as `words`
  std::vector<std::string> words = {};
  Content content = Content::unknown;
  std::vector<double> numbers = {};
  std::vector<std::string> cells = {};
  std::string first_text = {};   // of a column of text: its first cell that is not missing, ...
  int64_t text_line = 0;         // ... and the line of it
  std::string sign = {};         // the first one around its numbers, ...
  std::string signed_cell = {};  // ... in this cell, ...
  double signed_value = 0.0;     // ... which is this number
};

class CellReader {
 public:
  // Both outlive the reader; `file` stands in messages.
  CellReader(const std::string& file, const NumberTableOptions& options);

  // Takes the next cell of the column. Throws Error for one that is no number where numbers are
  // asked for, or came before.
  void take(FileColumn& column, const std::string& cell, int64_t line);

  // How a user can have the cell read, which is no number of the column.
  std::string advice_on(const FileColumn& column, const std::string& cell) const;

 private:
  void find_content(FileColumn& column, const std::string& cell, int64_t line) const;
  double number_in(FileColumn& column, const std::string& cell, int64_t line);
  double odd_number(FileColumn& column, const std::string& cell, int64_t line);
  bool is_marker(const std::string& cell) const;
  [[noreturn]] void fail(int64_t line, std::string_view what) const;

  const std::string& file_;
  const NumberTableOptions& options_;
  std::vector<double> missing_numbers_;  // markers that are numbers
};

}  // namespace mnemo
