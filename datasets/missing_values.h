// Cells without a value, and what stands in for them.
#pragma once

#include <span>
#include <string_view>

#include "datasets/number_table.h"

namespace mnemo {

// An empty cell, NA, N/A, NaN, null or ?, in letters of either case.
bool is_missing(std::string_view cell);

// The same of a number, which has more ways to be missing: ., -, --, None, <NA>, #N/A, NaT, \N and
// what spreadsheets write for their errors.
bool is_missing_number(std::string_view cell);

// Puts a value in place of each NaN among the consecutive `values` of one series, at least one of
// which is a number, as MissingValues::interpolate or forward says.
void fill_missing(std::span<double> values, MissingValues how);

}  // namespace mnemo
