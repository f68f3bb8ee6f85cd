// How a file of delimited records is laid out, found in its beginning: delimiter, quotes, comments,
// and the lines above the first record. Knows nothing of what the fields mean.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "datasets/csv_reader.h"

namespace mnemo {

inline constexpr int64_t kAutomaticSkip = -1;

struct CsvLayoutOptions {
  char delimiter = 0;   // 0: found
  bool blanks = false;  // blanks and tabs delimit, see CsvDialect
  Quoting quoting = Quoting::automatic;
  int64_t skip_lines = kAutomaticSkip;  // above the first record
};

struct CsvLayout {
  CsvDialect format;
  int64_t skip_lines = 0;
  // The first records behind those lines, as many as the head of the file holds whole.
  std::vector<std::vector<std::string>> records;
  std::vector<int64_t> lines;      // of each record
  std::vector<std::string> notes;  // what was left out above the records, and why
};

// `head` is how the file begins; `is_whole`: it is all of the file. Lines are left out above the
// first record when they are "sep=;", when they begin with #, and when they have another number of
// fields than all of the records behind them (a title). Where the header line does not tell the
// delimiter (of , ; and tab it holds most of), it is the character that divides all lines evenly.
// Never throws for what the file holds: whoever reads it says what is wrong.
CsvLayout find_csv_layout(std::string_view head, bool is_whole, const CsvLayoutOptions& options);

}  // namespace mnemo
