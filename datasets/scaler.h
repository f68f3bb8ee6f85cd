// Scaling of a table's columns, fitted on its training rows.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace mnemo {

enum class ScalerKind {
  minmax,    // the least value to 0, the largest to 1
  standard,  // mean 0, standard deviation 1 (of the population, as scikit-learn has it)
  none,
};

struct Scaling {
  double offset = 0.0;
  double scale = 1.0;  // above 0

  double apply(double value) const { return (value - offset) / scale; }
};

// The scaling of one column by its `values`, at least one. A constant column gets the scale 1.
Scaling fit_scaling(std::span<const double> values, ScalerKind kind);

// True when `values` are one value.
bool is_constant(std::span<const double> values);

// The scaling of a column to be forecast that is constant: next to nothing, so that whatever a
// model makes of it is the constant.
Scaling constant_scaling(double value);

}  // namespace mnemo
