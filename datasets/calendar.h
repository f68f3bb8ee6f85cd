// Says what a clock and a calendar tell about a time, as numbers that a model can learn from.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "datasets/times/time_stamps.h"

namespace mnemo {

// A part of the calendar that tells rows `step` apart: minute of the hour, hour of the day, day of
// the week, day of the month, month of the year.
enum class CalendarPart { minute, hour, weekday, day, month };

std::vector<CalendarPart> calendar_parts(const TimeStep& step);

// Two columns a part, "hour sin" and "hour cos": the place in its cycle as a point on the unit
// circle, so that 23:00 is next to 0:00.
std::vector<std::string> calendar_columns(std::span<const CalendarPart> parts);

// Appends to `row` the columns' values at `time`.
void append_calendar(int64_t time, std::span<const CalendarPart> parts, std::vector<double>& row);

}  // namespace mnemo
