// Names of columns that count, as t0, t1, t2 or x_1, x_2, y_1, y_2 do.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace mnemo {

struct NumberedColumns {
  std::string name;             // without the numbers, and what divides it from them
  std::vector<size_t> columns;  // their places, in the order of the numbers
};

// The groups of those whose numbers follow on each other, three columns at least, in the order of
// their first columns.
std::vector<NumberedColumns> find_numbered_columns(const std::vector<std::string>& names);

}  // namespace mnemo
