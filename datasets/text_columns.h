// Columns of tables of texts, by the names of a header or by numbers from 1.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "datasets/csv_dialect.h"
#include "datasets/text_reader.h"

namespace mnemo {

// The place of the column in a record of `width` fields, by number from 1.
std::optional<size_t> column_by_number(const std::string& wanted, size_t width);
std::optional<size_t> column_by_name(const std::string& wanted, const CsvRecord& names);

// A column in which the first record has what records below have again: that is no name, but data.
std::optional<size_t> column_of_repetition(const std::vector<CsvRecord>& records);

// The columns that `wanted` names: one of that very name, or else several joined by commas. Empty:
// `find`, which gives true for a name that is there, does not know one of them.
std::vector<std::string> columns_named(const std::string& wanted,
                                       const std::function<bool(const std::string&)>& find);

// The columns that the options name, which must outlive this.
class WantedColumns {
 public:
  WantedColumns(const TextReaderOptions& options, bool labels_required)
      : options_(options), labels_required_(labels_required) {}

  // True when `first` has all columns, as names or by their numbers.
  bool are_in(const CsvRecord& first) const;
  // True when it has one of them as a name.
  bool name_one_of(const CsvRecord& first) const;
  // True when no column goes by a name.
  bool go_by_number() const;

 private:
  const TextReaderOptions& options_;
  bool labels_required_;
};

}  // namespace mnemo
