#include "models/window_scaling.h"

namespace mnemo {

at::Tensor WindowScale::undo(const at::Tensor& forecast) const {
  const auto size = scale * moves;  // (B, 1, columns)
  if (forecast.dim() == 3) return forecast * size + offset;
  return forecast * size.unsqueeze(3) + offset.unsqueeze(3);
}

WindowScale WindowScale::of_columns(const std::vector<int64_t>& columns) const {
  const auto index = at::tensor(columns, at::kLong).to(offset.device());
  return {.offset = offset.index_select(2, index),
          .scale = scale.index_select(2, index),
          .moves = moves.index_select(2, index)};
}

WindowScale scale_of(const at::Tensor& history, WindowScaling kind, const at::Tensor& file_offset,
                     const at::Tensor& file_scale, int64_t fixed_columns) {
  TORCH_INTERNAL_ASSERT(kind != WindowScaling::none, "windows that are scaled by the file");
  const auto values = history.to(at::kDouble);  // (B, L, F)
  const bool standard = kind == WindowScaling::standard;
  WindowScale window{
      .offset = standard ? values.mean({1}, /*keepdim=*/true) : values.amin({1}, /*keepdim=*/true),
      .scale = {},
      .moves = {}};
  const auto size = standard ? values.var({1}, /*unbiased=*/false, /*keepdim=*/true).sqrt()
                             : values.amax({1}, /*keepdim=*/true) - window.offset;
  const auto level = window.offset.abs();
  const auto moves = size > level * kLeastMovement;  // (B, 1, F)
  window.scale = at::where(moves, size, at::maximum(level, file_scale.to(at::kDouble)));
  window.moves = moves.to(at::kDouble);
  if (fixed_columns == 0) return window;
  const auto with_fixed = [&](const at::Tensor& own, const at::Tensor& fixed) {
    const auto last = fixed.to(at::kDouble).slice(0, -fixed_columns);
    return at::cat({own.slice(2, 0, -fixed_columns), last.expand({own.size(0), 1, fixed_columns})},
                   2);
  };
  window.offset = with_fixed(window.offset, file_offset);
  window.scale = with_fixed(window.scale, file_scale);
  return window;
}

}  // namespace mnemo
