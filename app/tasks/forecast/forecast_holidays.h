// Public holidays as columns of a forecaster, which are known of every row, also of those to come.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <span>
#include <string>
#include <vector>

#include "datasets/number_table.h"
#include "datasets/windows.h"
#include "mnemo/reporter.h"

namespace mnemo {

// The two columns of a place: how many days of a row are holidays, 0 or 1 where rows are no more
// than a day apart, and which holiday the first of them is, as a word. A run keeps its table, so
// that a later one changes nothing.
struct HolidayColumns {
  std::string place;   // "AU", or "AU-VIC" for a part
  std::string source;  // the package that the days are from, and its version
  // The word 0 is no holiday; then come those of the training part, in the order of their days.
  std::vector<std::string> words = {};
  std::vector<int64_t> days = {};       // since 1970-01-01, ascending
  std::vector<int64_t> numbers = {};    // (days) of words; one more than the last: another holiday
  int64_t first_day = 0, last_day = 0;  // which the table has

  bool operator==(const HolidayColumns&) const = default;
};

void to_json(nlohmann::json& json, const HolidayColumns& columns);
// Throws Error for what the program could not rely on.
void from_json(const nlohmann::json& json, HolidayColumns& columns);

inline constexpr int64_t kHolidayColumns = 2;  // of a place

// Throws SettingError, with the nearest codes, for places that the table does not have, and for one
// that is named twice.
void require_places(std::span<const std::string> places);

// The columns of these places; words are those of the rows in the parts that train.
std::vector<HolidayColumns> holiday_columns(std::span<const std::string> places,
                                            const NumberTable& table,
                                            std::span<const SeriesParts> parts);

// "holiday AU" and "holiday AU name", of each place.
std::vector<std::string> names_of(std::span<const HolidayColumns> columns);

// Appends to `row` the columns' values at `time`; its row lasts until the next one, a step later.
void append_holidays(int64_t time, const TimeStep& step, std::span<const HolidayColumns> columns,
                     std::vector<double>& row);

// Tells `warn` of rows, `file`'s and those to come, that lie before or behind the table's years.
void warn_of_years(const NumberTable& table, const TimeStep& step, int64_t horizon,
                   std::span<const HolidayColumns> columns, const std::string& file,
                   const Warn& warn);

}  // namespace mnemo
