#include "datasets/scaler.h"

#include <algorithm>
#include <cmath>

#include "mnemo/error.h"

namespace mnemo {
namespace {

Scaling standard_scaling(std::span<const double> values) {
  const auto count = static_cast<double>(values.size());
  double mean = 0.0;
  for (const double value : values) mean += value / count;
  double variance = 0.0;
  for (const double value : values) variance += (value - mean) * (value - mean) / count;
  return {.offset = mean, .scale = std::sqrt(variance)};
}

Scaling minmax_scaling(std::span<const double> values) {
  const auto [least, largest] = std::ranges::minmax(values);
  return {.offset = least, .scale = largest - least};
}

}  // namespace

bool is_constant(std::span<const double> values) {
  const auto [least, largest] = std::ranges::minmax(values);
  return !(least < largest);
}

Scaling constant_scaling(double value) {
  constexpr double kNextToNothing = 2e-10;
  return {.offset = value, .scale = kNextToNothing * (value == 0.0 ? 1.0 : std::abs(value))};
}

Scaling fit_scaling(std::span<const double> values, ScalerKind kind) {
  Scaling scaling;
  switch (kind) {
    case ScalerKind::minmax:
      scaling = minmax_scaling(values);
      break;
    case ScalerKind::standard:
      scaling = standard_scaling(values);
      break;
    case ScalerKind::none:
      return {};
  }
  // Rounding leaves a constant column a tiny deviation, which would blow its noise up.
  const double noise = 1e-12 * std::max(1e-300, std::abs(scaling.offset));
  if (!(scaling.scale > noise)) scaling.scale = 1.0;
  if (!std::isfinite(scaling.scale) || !std::isfinite(scaling.offset)) {
    throw Error("a column's values are too large to be scaled");
  }
  return scaling;
}

}  // namespace mnemo
