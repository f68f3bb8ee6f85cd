// Cells without a value, and what stands in for them.
#pragma once

#include <span>
#include <string_view>

#include "datasets/number_table.h"

namespace mnemo {

// An empty cell, NA, N/A, NaN, null or ?, in letters of either case.
bool is_missing(std::string_view cell);

// Puts a value in place of each NaN among the consecutive `values` of one series, at least one of
// which is a number, as MissingValues::interpolate or forward says.
void fill_missing(std::span<double> values, MissingValues how);

}  // namespace mnemo
