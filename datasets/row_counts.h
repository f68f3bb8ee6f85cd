// Columns that count rows, which are no series.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace mnemo {

// True when the column of this name (empty: it has none) holds the numbers of rows: whole ones,
// each one more than the one before within its series (or within the file), from any on.
bool count_rows(std::span<const double> values, std::span<const int64_t> series_of_row,
                std::string_view name);

}  // namespace mnemo
