#include "common/straight_line.h"

namespace mnemo {

StraightLine line_through(std::span<const double> values) {
  const auto count = static_cast<double>(values.size());
  StraightLine line{.middle = (count - 1.0) / 2.0};
  double product = 0.0, square = 0.0;
  for (size_t i = 0; i < values.size(); ++i) {
    const double place = static_cast<double>(i) - line.middle;
    line.mean += values[i] / count;
    product += place * values[i];
    square += place * place;
  }
  if (square > 0.0) line.slope = product / square;
  return line;
}

}  // namespace mnemo
