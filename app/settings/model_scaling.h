// Scalings that were fitted on data, given to a model.
#pragma once

#include <vector>

#include "datasets/scaler.h"
#include "models/column_scaling.h"

namespace mnemo {

// Columns beyond those of `columns` stay as they are.
inline void set_scaling(ColumnScalingImpl& scaling, const std::vector<Scaling>& columns) {
  std::vector<double> offset(static_cast<size_t>(scaling.columns()), 0.0);
  std::vector<double> scale(static_cast<size_t>(scaling.columns()), 1.0);
  for (size_t i = 0; i < columns.size(); ++i) {
    offset[i] = columns[i].offset;
    scale[i] = columns[i].scale;
  }
  scaling.set(offset, scale);
}

inline std::vector<Scaling> scaling_of(const ColumnScalingImpl& scaling) {
  const auto buffers = scaling.named_buffers();
  const auto offset = buffers["offset"].to(at::kDouble), scale = buffers["scale"].to(at::kDouble);
  std::vector<Scaling> columns;
  for (int64_t i = 0; i < scaling.columns(); ++i) {
    columns.push_back({offset[i].item<double>(), scale[i].item<double>()});
  }
  return columns;
}

}  // namespace mnemo
