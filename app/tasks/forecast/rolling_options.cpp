#include "app/tasks/forecast/rolling_options.h"

namespace mnemo {
namespace {

constexpr Range<int64_t> kRowsOfStride = {1, 1'000'000};

}  // namespace

void describe_part(OptionSet& set, RollingOptions& options, const char* help) {
  set.choice("part", options.part, help);
}

void describe_stride(OptionSet& set, RollingOptions& options, const char* help) {
  set.number_or_auto("stride", options.stride, kRowsOfStride, help);
}

void describe_windows(OptionSet& set, RollingOptions& options, const char* help) {
  set.number_or_auto("windows", options.windows, {1, 1'000'000'000}, help);
}

void describe_stride_in_rows(OptionSet& set, RollingOptions& options, const char* help) {
  set.number("stride", options.stride, kRowsOfStride, help);
}

}  // namespace mnemo
