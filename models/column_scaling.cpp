#include "models/column_scaling.h"

#include <vector>

namespace mnemo {

ColumnScalingImpl::ColumnScalingImpl(int64_t columns)
    : offset_(register_buffer("offset", torch::zeros({columns}))),
      scale_(register_buffer("scale", torch::ones({columns}))) {}

void ColumnScalingImpl::set(std::span<const double> offset, std::span<const double> scale) {
  const at::NoGradGuard no_grad;
  offset_.copy_(at::tensor(std::vector<double>(offset.begin(), offset.end()), at::kDouble));
  scale_.copy_(at::tensor(std::vector<double>(scale.begin(), scale.end()), at::kDouble));
}

}  // namespace mnemo
