// The readers of labelled series share this: missing values, numbers that do not fit, and the words
// of their messages. It knows no format.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "datasets/series/labelled_series.h"

namespace mnemo {

// How messages name the place of a value in the file; series, step and feature count from 0.
using ValuePlace = std::function<std::string(int64_t series, int64_t step, int64_t feature)>;

// Missing values are NaN in series.values: fills them in and adds a warning, or throws Error that
// names the first of them. `name` is the file's.
void fill_missing(LabelledSeries& series, MissingSteps missing, const std::string& name,
                  const ValuePlace& place);

// Says what keeps `value` from being a value of a series, for messages ("is infinite"); empty for
// nothing. NaN passes: it stands for a missing value.
std::string_view number_fault(double value);

// "1", "2", ... up to `count`.
std::vector<std::string> numbers_up_to(int64_t count);

}  // namespace mnemo
