// Scalings that were fitted on data, given to a model.
#pragma once

#include <vector>

#include "datasets/scaler.h"
#include "models/column_scaling.h"

namespace mnemo {

struct ScalingColumns {
  std::vector<double> offset, scale;
};

// Gives `count` columns, of which those beyond `columns` stay as they are.
inline ScalingColumns scaling_columns(const std::vector<Scaling>& columns, int64_t count) {
  ScalingColumns all{.offset = std::vector<double>(static_cast<size_t>(count), 0.0),
                     .scale = std::vector<double>(static_cast<size_t>(count), 1.0)};
  for (size_t i = 0; i < columns.size(); ++i) {
    all.offset[i] = columns[i].offset;
    all.scale[i] = columns[i].scale;
  }
  return all;
}

// Columns beyond those of `columns` stay as they are.
inline void set_scaling(ColumnScalingImpl& scaling, const std::vector<Scaling>& columns) {
  const auto [offset, scale] = scaling_columns(columns, scaling.columns());
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
