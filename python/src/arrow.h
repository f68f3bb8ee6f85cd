// Columns of tables that come by the Arrow C stream: numbers, words, times, and categories of them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "python/src/arrow_abi.h"
#include "python/src/bindings.h"

namespace mnemo::python {

enum class ArrowKind { whole, number, flag, word, time };

// One column, all of its chunks behind each other.
class ArrowColumn {
 public:
  // Throws TypeError for a type that it does not read, such as lists.
  ArrowColumn(const ArrowSchema& schema, std::string name);

  // `first` and `count`: of the rows of the table that `array` is a column of.
  void append(const ArrowArray& array, int64_t first, int64_t count);

  // (name, kind, values, unit, zone). values: (rows) int64 of "whole", and of "time" in `unit`
  // since 1970 ("D", "s", "ms", "us" or "ns", missing ones the least int64); fp64 of "number",
  // missing ones NaN, and of "whole" and "flag" with missing ones, which are then numbers; of
  // "word" a list of str and None. `zone`: of times that have one.
  nb::tuple take();

 private:
  void append_values(const ArrowArray& array, int64_t row);
  void append_words(const ArrowArray& array, int64_t first, int64_t count);
  nb::object word_at(const ArrowArray& array, int64_t row) const;
  void append_missing();
  nb::object array_of_numbers();

  std::string name_;
  std::string format_;  // of the values; of categories those of the dictionary
  std::string index_format_;
  ArrowKind kind_;
  std::string unit_, zone_;
  bool has_missing_ = false;
  std::vector<double> numbers_;
  std::vector<int64_t> wholes_;
  nb::list words_;
};

void define_arrow(nb::module_& module);

}  // namespace mnemo::python
