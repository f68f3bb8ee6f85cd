// Linear scaling of columns, kept inside a model so that it takes and gives numbers in the data's
// own units.
#pragma once

#include <cstdint>
#include <span>

#include "models/torch_api.h"

namespace mnemo {

// The scaled value is (value - offset) / scale. Both are buffers, hence part of the weights file.
class ColumnScalingImpl : public torch::nn::Module {
 public:
  // The identity until set() or until weights are loaded.
  explicit ColumnScalingImpl(int64_t columns);

  int64_t columns() const { return offset_.size(0); }
  void set(std::span<const double> offset, std::span<const double> scale);

  // The largest offset in units of its scale: what a float loses by taking the data's units. A
  // column whose scale is next to nothing is constant, and nothing is to be told apart.
  double largest_offset() const {
    const auto varies = scale_ > offset_.abs() * kLeastScale;
    return (at::where(varies, offset_, 0.0) / scale_).abs().max().item<double>();
  }

  const at::Tensor& offset() const { return offset_; }  // (columns)
  const at::Tensor& scale() const { return scale_; }    // (columns)

  // (..., columns) of the data's units <-> scaled
  at::Tensor scale(const at::Tensor& values) const { return (values - offset_) / scale_; }
  at::Tensor unscale(const at::Tensor& values) const { return values * scale_ + offset_; }

 private:
  static constexpr double kLeastScale = 5e-10;  // of a column that varies, in units of its offset

  at::Tensor offset_, scale_;  // (columns)
};
TORCH_MODULE(ColumnScaling);

}  // namespace mnemo
