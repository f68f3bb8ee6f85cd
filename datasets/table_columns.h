// The columns of a CSV file of numbers, its rows in the order of the file: what number_table.h
// makes its table from. Owns the header, cells and times; knows nothing of the order of times or of
// how missing values are filled in.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "datasets/number_table.h"

namespace mnemo {

struct NumberColumn {
  std::string name;
  std::vector<double> values;  // (rows) NaN: missing
};

struct TableColumns {
  std::vector<NumberColumn> numbers;                  // in the order asked for, or else of the file
  WordLists words;                                    // of the columns that hold words
  FutureOptions future;                               // which rows are of the future
  std::vector<int64_t> lines;                         // (rows) of the file
  std::vector<std::string> series;                    // names, in the order of their first rows
  std::vector<std::vector<std::string>> series_keys;  // what stands in the columns that name each
  std::vector<int64_t> series_of_row;                 // (rows) indices of `series`
  std::string series_column = {};  // by which the file itself names its series; empty: it does not
  std::string time_column;         // as in NumberTableOptions; empty: there is none
  std::vector<std::string> time_columns;  // its names
  bool has_decimal_comma = false;
  std::vector<int64_t> times;  // (rows); empty without a time column
  TimeFormat time_format;
  std::vector<std::string> warnings;  // columns left out
  std::string sha256;                 // of the file
};

TableColumns read_table_columns(const std::filesystem::path& path,
                                const NumberTableOptions& options);

}  // namespace mnemo
