// The level that is taken from a forecaster's window before the model sees it, and given back to
// the forecast.
#pragma once

#include <cstdint>
#include <vector>

#include "models/torch_api.h"

namespace mnemo {

enum class WindowNormalization {
  none,
  last,        // each column's last value (NLinear, Zeng et al. 2023)
  reversible,  // each column's mean and standard deviation over the window (RevIN, Kim et al. 2022)
};

// Added to the variance of a window, so that one that hardly moves is not blown up (RevIN's value).
inline constexpr double kLeastWindowVariance = 1e-5;

// The levels of a batch of windows; (B, 1, columns) each.
struct WindowLevel {
  at::Tensor offset, scale;  // undefined: 0 and 1

  // values (B, ..., columns)
  at::Tensor remove(const at::Tensor& values) const;
  // forecast (B, horizon, columns, outputs)
  at::Tensor give_back(at::Tensor forecast) const;
  WindowLevel of_columns(const std::vector<int64_t>& columns) const;
};

// history (B, L, columns). The last `fixed_columns` say something by what they are, not by how
// they change, and stay as they are.
WindowLevel level_of(const at::Tensor& history, WindowNormalization normalization,
                     int64_t fixed_columns);

}  // namespace mnemo
