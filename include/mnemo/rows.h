// Rows of numbers in time order, of one series or of several: what forecasters look back over.
#pragma once

#include <string>
#include <vector>

namespace mnemo {

struct Rows {
  std::vector<std::string> columns = {};
  std::vector<double> values = {};  // (rows, columns), one row after another; NaN: missing
  // (rows) The time of each, written as in the file that the model was trained on, or in any other
  // way that mnemo reads (docs/data.md); empty: none are known, and rows follow each other evenly.
  std::vector<std::string> times = {};
  // (rows) The name of the series that each belongs to; empty: all are of one. Rows of different
  // series may be mixed; within a series they are in time order.
  std::vector<std::string> series = {};
};

}  // namespace mnemo
