#include "models/window_level.h"

namespace mnemo {

at::Tensor WindowLevel::remove(const at::Tensor& values) const {
  auto result = offset.defined() ? values - offset : values;
  return scale.defined() ? result / scale : result;
}

at::Tensor WindowLevel::give_back(at::Tensor forecast) const {
  if (scale.defined()) forecast = forecast * scale.unsqueeze(3);
  if (offset.defined()) forecast = forecast + offset.unsqueeze(3);
  return forecast;
}

WindowLevel WindowLevel::of_columns(const std::vector<int64_t>& columns) const {
  if (!offset.defined()) return {};
  const auto index = at::tensor(columns, at::kLong).to(offset.device());
  return {.offset = offset.index_select(2, index),
          .scale = scale.defined() ? scale.index_select(2, index) : at::Tensor()};
}

WindowLevel level_of(const at::Tensor& history, WindowNormalization normalization,
                     int64_t fixed_columns) {
  const auto but_fixed = [&](const at::Tensor& level, double of_fixed) {
    if (fixed_columns == 0) return level;
    return at::cat({level.slice(2, 0, -fixed_columns),
                    at::full({level.size(0), 1, fixed_columns}, of_fixed, level.options())},
                   2);
  };
  switch (normalization) {
    case WindowNormalization::none:
      return {};
    case WindowNormalization::last:
      return {.offset = but_fixed(history.slice(1, -1), 0.0), .scale = {}};
    case WindowNormalization::reversible: {
      const auto variance = history.var({1}, /*unbiased=*/false, /*keepdim=*/true);
      return {.offset = but_fixed(history.mean({1}, /*keepdim=*/true), 0.0),
              .scale = but_fixed((variance + kLeastWindowVariance).sqrt(), 1.0)};
    }
  }
  TORCH_INTERNAL_ASSERT(false, "unhandled normalization");
}

}  // namespace mnemo
