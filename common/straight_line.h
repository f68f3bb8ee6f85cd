// The straight line through numbers that follow each other.
#pragma once

#include <cstdint>
#include <span>

namespace mnemo {

// Numbers count from 0 on; `mean` is the line's value at `middle`, their centre.
struct StraightLine {
  double mean = 0.0, slope = 0.0, middle = 0.0;

  double at(int64_t place) const {
    return mean - slope * middle + slope * static_cast<double>(place);
  }
};

// The line of least squared error; of one number it is level.
StraightLine line_through(std::span<const double> values);

}  // namespace mnemo
