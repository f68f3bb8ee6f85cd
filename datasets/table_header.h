// The names of a table's columns, and what stands around them: rows of units, or no names at all.
// Decides, too, by the first rows which decimal mark each column has.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "datasets/csv_layout.h"
#include "datasets/number_table.h"

namespace mnemo {

struct TableHeader {
  std::vector<std::string> names;  // "column 3" where there is none
  std::vector<bool> named;         // false: the name is made up
  std::vector<DecimalMark> marks;  // never automatic
  size_t records = 1;              // of the file that are no rows
  std::vector<std::string> notes;  // what was decided and may be wrong
};

// Throws Error for a name that comes twice, and for a decimal comma that `options` do not name;
// `file` stands in messages. A first record of times and
// numbers like those below it is a row, if `options` leave that open; records of words above
// columns of numbers are no rows.
TableHeader find_table_header(const CsvLayout& layout, const NumberTableOptions& options,
                              const std::string& file);

}  // namespace mnemo
