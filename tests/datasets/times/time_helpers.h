// Times of tests.
#pragma once

#include <chrono>
#include <cstdint>

#include "datasets/times/time_pattern.h"

namespace mnemo {

// Midnight, and so many seconds later.
inline int64_t at(int year, unsigned month, unsigned day, int64_t second = 0) {
  using namespace std::chrono;
  const sys_days date = std::chrono::year(year) / std::chrono::month(month) / std::chrono::day(day);
  return (sys_seconds(date).time_since_epoch().count() + second) * kSecond;
}

}  // namespace mnemo
