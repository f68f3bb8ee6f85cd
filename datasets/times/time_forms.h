// The ways of writing times that are known, in the order in which they are tried.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "datasets/times/time_pattern.h"

namespace mnemo {

// Dates of one family may be confused: 01/02/2016 and 02/01/2016.
enum class DateFamily { none, slashes, dashes, dots, names, digits };

struct DateForm {
  std::string text;  // its pattern
  TimePattern pattern;
  DateFamily family = DateFamily::none;
  bool has_day = true;  // a time of day may follow
};

struct ClockForm {
  std::string text;
  TimePattern pattern;
  bool is_compact = false;  // 130509
};

const std::vector<DateForm>& date_forms();
const std::vector<ClockForm>& clock_forms();

struct TimeCandidate {
  TimeFormat format;
  DateFamily family = DateFamily::none;
};

// The formats that read `cell`, in order of preference.
std::vector<TimeCandidate> time_candidates(std::string_view cell);

}  // namespace mnemo
