#include "datasets/series/series_steps.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <optional>
#include <string_view>

#include "common/lower_case.h"
#include "datasets/message_text.h"
#include "datasets/number_parser.h"
#include "datasets/times/time_stamps.h"
#include "mnemo/error.h"

namespace mnemo {
namespace {

constexpr std::array kNamesOfSteps = {"t",         "step",      "steps",     "time",  "timestep",
                                      "timesteps", "timestamp", "timeindex", "index", "idx",
                                      "seq",       "sequence",  "frame",     "tick",  "stepindex"};

bool names_steps(const std::string& name) {
  std::string letters = lower_case(name);
  std::erase_if(letters, [](char c) { return c == '_' || c == ' ' || c == '-'; });
  return std::ranges::find(kNamesOfSteps, letters) != kNamesOfSteps.end();
}

std::vector<double> feature_of(const SeriesRows& rows, size_t feature) {
  std::vector<double> values;
  const size_t width = rows.features.size();
  for (size_t i = feature; i < rows.values.size(); i += width) {
    values.push_back(static_cast<double>(rows.values[i]));
  }
  return values;
}

enum class Course {
  rises,  // in every series
  turns,  // falls in some, but none of them does both
  jumps,
};

Course course_of(const SeriesRows& rows, const std::vector<double>& keys) {
  struct Walk {
    int64_t last = -1;  // row
    bool rises = false;
    bool falls = false;
  };
  std::vector<Walk> walks;  // of each series
  for (size_t row = 0; row < rows.series.size(); ++row) {
    const auto series = static_cast<size_t>(rows.series[row]);
    if (series >= walks.size()) walks.resize(series + 1);
    auto& walk = walks[series];
    if (walk.last >= 0) {
      const bool is_above = keys[static_cast<size_t>(walk.last)] < keys[row];
      (is_above ? walk.rises : walk.falls) = true;
    }
    walk.last = static_cast<int64_t>(row);
  }
  const auto jumps = [](const Walk& walk) { return walk.rises && walk.falls; };
  if (std::ranges::any_of(walks, jumps)) return Course::jumps;
  return std::ranges::any_of(walks, &Walk::falls) ? Course::turns : Course::rises;
}

struct Steps {
  bool are_distinct = true;     // no series has one twice
  bool are_consecutive = true;  // nor leaves one out
};

Steps steps_of(const SeriesRows& rows, const std::vector<double>& keys) {
  Steps steps;
  const auto order = order_of_rows(rows, keys);
  for (size_t i = 1; i < order.size(); ++i) {
    const auto before = static_cast<size_t>(order[i - 1]);
    const auto row = static_cast<size_t>(order[i]);
    if (rows.series[before] != rows.series[row]) continue;
    steps.are_distinct = steps.are_distinct && keys[before] < keys[row];
    steps.are_consecutive = steps.are_consecutive && keys[before] + 1.0 == keys[row];
  }
  return steps;
}

bool are_whole(const std::vector<double>& keys) {
  return std::ranges::all_of(keys, [](double key) { return key == std::floor(key); });
}

}  // namespace

std::vector<double> keys_of_steps(const SeriesRows& rows, const std::string& column,
                                  std::span<const std::string> cells) {
  std::vector<double> keys;
  for (const auto& cell : cells) {
    const auto number = parse_number(cell);
    if (!number || !std::isfinite(*number)) break;
    keys.push_back(*number);
  }
  if (keys.size() < cells.size()) {
    const auto odd = keys.size();
    keys.clear();
    const auto format = find_time_format(cells);
    if (!format) {
      throw Error(fmt::format(
          "{}:{}: `step-column` {}: {} is no number, and the column holds no times that are all "
          "written alike",
          rows.name, rows.lines[odd], in_quotes(column), in_quotes(cells[odd])));
    }
    for (const auto& cell : cells) {
      keys.push_back(static_cast<double>(parse_time(cell, *format).value()));
    }
  }
  const auto order = order_of_rows(rows, keys);
  for (size_t i = 1; i < order.size(); ++i) {
    const auto before = static_cast<size_t>(order[i - 1]);
    const auto row = static_cast<size_t>(order[i]);
    if (rows.series[before] != rows.series[row] || keys[before] < keys[row]) continue;
    throw Error(fmt::format(
        "{}:{}: `step-column` {}: the step {} stands in line {} already, for the same series",
        rows.name, rows.lines[row], in_quotes(column), in_quotes(cells[row]), rows.lines[before]));
  }
  return keys;
}

std::vector<double> keys_of_counting_feature(const SeriesRows& rows,
                                             std::vector<std::string>& warnings) {
  for (size_t feature = 0; feature < rows.features.size(); ++feature) {
    const auto keys = feature_of(rows, feature);
    const auto course = course_of(rows, keys);
    if (course == Course::rises || !are_whole(keys)) continue;
    const auto steps = steps_of(rows, keys);
    const auto& name = rows.features[feature];
    if (names_steps(name) && steps.are_distinct) {
      warnings.push_back(fmt::format(
          "{}: the rows of a series are not in the order of their column {}; they were sorted by "
          "it (`step-column` {} does so, too, and keeps it from being a feature)",
          rows.name, in_quotes(name), name));
      return keys;
    }
    if (course == Course::jumps && steps.are_consecutive) {
      warnings.push_back(fmt::format(
          "{}: the column {} counts the rows of each series, but not in the order of the file; if "
          "it is their order, say so with `step-column` {}",
          rows.name, in_quotes(name), name));
    }
  }
  return {};
}

std::vector<int64_t> order_of_rows(const SeriesRows& rows, std::span<const double> keys) {
  std::vector<int64_t> order(rows.series.size());
  std::iota(order.begin(), order.end(), int64_t{0});
  std::ranges::stable_sort(order, [&](int64_t a, int64_t b) {
    const auto left = static_cast<size_t>(a);
    const auto right = static_cast<size_t>(b);
    if (rows.series[left] != rows.series[right]) return rows.series[left] < rows.series[right];
    return !keys.empty() && keys[left] < keys[right];
  });
  return order;
}

}  // namespace mnemo
