// Series of arrays, which .npy and .npz files hold.
#pragma once

#include "datasets/series/labelled_series.h"
#include "datasets/series/npy_array.h"

namespace mnemo {

// `values`: (series, steps, features), or (series, steps) of one feature; NaN is a missing value.
LabelledSeries series_of_array(NpyArray& values, MissingSteps missing);

// `targets`: (series) or (series, K), numbers or text; `values_name` stands in messages.
void add_targets(LabelledSeries& series, NpyArray& targets, const std::string& values_name);

}  // namespace mnemo
