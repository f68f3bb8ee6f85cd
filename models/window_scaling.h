// Scaling of each window by its own rows: how a model of many series sees each of them on its own
// scale, also one that it was not trained on.
#pragma once

#include <cstdint>
#include <vector>

#include "models/torch_api.h"

namespace mnemo {

enum class WindowScaling {
  none,      // the columns' own scaling, which was fitted on the file
  standard,  // mean 0 and standard deviation 1 over the window
  minmax,    // the least value of the window to 0, its largest to 1
};

// A window whose values lie closer together than this share of their size is constant but for
// rounding.
inline constexpr double kLeastMovement = 1e-9;

// A batch of windows is scaled by this; (B, 1, columns) each, double.
struct WindowScale {
  at::Tensor offset, scale;
  at::Tensor moves;  // 1, or 0 where a column is constant over the window

  // values (B, rows, columns) of the data's units -> scaled
  at::Tensor apply(const at::Tensor& values) const { return (values - offset) / scale; }
  // forecast (B, horizon, columns) or (B, horizon, columns, outputs), scaled -> of the data's
  // units. After a window that did not move the forecast is its value.
  at::Tensor undo(const at::Tensor& forecast) const;
  WindowScale of_columns(const std::vector<int64_t>& columns) const;
};

// history (B, L, F) of the data's units; `file_offset` and `file_scale` (F), the columns' scaling
// by the file: the last `fixed_columns` are scaled by it, and a column that does not move by its
// own size, or that scale where it is larger. Not for WindowScaling::none.
WindowScale scale_of(const at::Tensor& history, WindowScaling kind, const at::Tensor& file_offset,
                     const at::Tensor& file_scale, int64_t fixed_columns);

}  // namespace mnemo
