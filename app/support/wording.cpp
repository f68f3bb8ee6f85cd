#include "app/support/wording.h"

#include <fmt/format.h>

#include <cmath>

namespace mnemo {

std::string format_duration(double seconds) {
  const auto total = static_cast<int64_t>(std::lround(seconds));
  if (total >= 3600) {
    return fmt::format("{}:{:02}:{:02}", total / 3600, total / 60 % 60, total % 60);
  }
  return fmt::format("{}:{:02}", total / 60, total % 60);
}

std::string format_count(double number) {
  const std::string digits = fmt::format("{:.0f}", number);
  std::string grouped;
  for (size_t i = 0; i < digits.size(); ++i) {
    if (i > 0 && (digits.size() - i) % 3 == 0) grouped += ',';
    grouped += digits[i];
  }
  return grouped;
}

std::string format_bytes(int64_t bytes) {
  constexpr double kKilobyte = 1e3, kMegabyte = 1e6;
  const auto size = static_cast<double>(bytes);
  return size < kMegabyte ? fmt::format("{:.1f} kB", size / kKilobyte)
                          : fmt::format("{:.1f} MB", size / kMegabyte);
}

}  // namespace mnemo
