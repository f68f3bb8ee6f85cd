// Which windows of a file a back-test forecasts, and the options that say so.
#pragma once

#include <cstdint>

#include "app/settings/option_set.h"
#include "app/tasks/forecast/forecast_parts.h"

namespace mnemo {

struct RollingOptions {
  RequestedPart part = RequestedPart::automatic;
  int64_t stride = 0;   // rows between two origins of a series; 0: the horizon
  int64_t windows = 0;  // of each series the last so many; 0: all
  bool refit = false;   // those alone that windows_to_refit() has
};

// Each describes the option of its name; `help`: what whoever has it takes it for.
void describe_part(OptionSet& set, RollingOptions& options, const char* help);
void describe_stride(OptionSet& set, RollingOptions& options, const char* help);
void describe_windows(OptionSet& set, RollingOptions& options, const char* help);

// `stride` of a whole number of rows, where the horizon is no good default.
void describe_stride_in_rows(OptionSet& set, RollingOptions& options, const char* help);

}  // namespace mnemo
