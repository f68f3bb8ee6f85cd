// Lines of a table of texts above the names of its columns: "sep=;", comments, and titles.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "datasets/csv_dialect.h"

namespace mnemo {

struct LinesAbove {
  int64_t count = 0;
  char delimiter = 0;          // that "sep=" names; 0: none does
  std::string_view rest = {};  // of the head, behind them
  std::string_view first =
      {};  // the first of them that is a title or comment; empty: there is none
};

// `head`: how a file begins. `dialect_of`: how it is written from a line on, by how that begins.
// Lines count as above the names where a record that `is_wanted` stands behind them, and none
// before.
LinesAbove find_lines_above(std::string_view head,
                            const std::function<CsvDialect(std::string_view)>& dialect_of,
                            const std::function<bool(const CsvRecord&)>& is_wanted);

}  // namespace mnemo
