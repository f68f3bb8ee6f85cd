// Numbers the series of a table by what stands in the columns that name them.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

namespace mnemo {

class SeriesKeys {
 public:
  // Columns of a row. None: all rows are of one series, whose name is empty.
  void name_by(std::vector<size_t> columns);

  // The number of the row's series; none of its columns may be empty.
  int64_t number_of(std::span<const std::string> cells);
  // The column, of those that name series, that is empty in this row; -1: none is.
  int64_t empty_column(std::span<const std::string> cells) const;

  // Each series has a name, and something that stands in each of the columns.
  std::vector<std::string> names;
  std::vector<std::vector<std::string>> keys;

 private:
  std::vector<size_t> columns_;
  std::string key_;  // of the row before
  std::unordered_map<std::string, int64_t> numbers_;
};

}  // namespace mnemo
