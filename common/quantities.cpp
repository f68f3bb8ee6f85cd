#include "common/quantities.h"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <cmath>
#include <span>
#include <string_view>

#include "mnemo/error.h"

namespace mnemo {
namespace {

struct Unit {
  std::string_view name;
  double factor;
};
constexpr std::array kTimes = {Unit{"ms", 1e-3}, Unit{"s", 1.0}, Unit{"m", 60.0},
                               Unit{"h", 3600.0}};
constexpr std::array kSizes = {Unit{"B", 1.0}, Unit{"KB", 1e3}, Unit{"MB", 1e6}, Unit{"GB", 1e9}};

double parse(const std::string& option, const std::string& text, std::span<const Unit> units,
             const char* expected) {
  double number = 0.0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const std::string_view name = std::string_view(text).substr(size_t(end - text.data()));
  if (error == std::errc() && number > 0.0 && std::isfinite(number)) {
    for (const auto& unit : units) {
      if (name == unit.name) return number * unit.factor;
    }
  }
  throw SettingError(option, fmt::format("{}: expected {}", text, expected));
}

}  // namespace

double parse_duration(const std::string& option, const std::string& text) {
  return parse(option, text, kTimes, "a time with its unit, as in 20ms, 90s, 30m or 2h");
}

double parse_size(const std::string& option, const std::string& text) {
  return parse(option, text, kSizes, "a size with its unit, as in 500KB, 5MB or 1.5GB");
}

std::string format_size(double bytes) {
  size_t unit = 0;
  while (unit + 1 < kSizes.size() && bytes >= kSizes[unit + 1].factor) ++unit;
  if (unit == 0) return fmt::format("{:.0f} B", bytes);
  return fmt::format("{:.1f} {}", bytes / kSizes[unit].factor, kSizes[unit].name);
}

}  // namespace mnemo
