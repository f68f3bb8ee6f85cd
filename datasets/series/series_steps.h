// The order of the rows of series in long form, by a column of steps.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace mnemo {

// Rows as a file has them.
struct SeriesRows {
  const std::string& name;                   // of the file, in messages
  const std::vector<int64_t>& series;        // (rows), the series of each
  const std::vector<int64_t>& lines;         // (rows), of the file
  const std::vector<std::string>& features;  // names
  const std::vector<float>& values;          // (rows, features); NaN: missing
};

// (rows) numbers that rise with the steps of each series: those of `cells`, which are numbers or
// times. Throws Error for cells that are neither, and for a step that comes twice in a series.
std::vector<double> keys_of_steps(const SeriesRows& rows, const std::string& column,
                                  std::span<const std::string> cells);

// The same of a feature that is called as steps are (t, step, time, ...) and counts them, where it
// does not rise in the file's order: then the file is out of order. Adds a warning of that; empty
// where there is no such feature. Other features that only might count steps are told.
std::vector<double> keys_of_counting_feature(const SeriesRows& rows,
                                             std::vector<std::string>& warnings);

// The rows by series and within each by its keys, if there are any; else as they stand.
std::vector<int64_t> order_of_rows(const SeriesRows& rows, std::span<const double> keys);

}  // namespace mnemo
