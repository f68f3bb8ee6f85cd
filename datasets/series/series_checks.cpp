#include "datasets/series/series_checks.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "datasets/message_text.h"
#include "datasets/missing_values.h"
#include "mnemo/error.h"

namespace mnemo {
namespace {

// The missing values of a file, which are counted, and of which the first are named.
class MissingCount {
 public:
  void add(const ValuePlace& place, int64_t series, int64_t step, int64_t feature) {
    constexpr int64_t kMostPlaces = 3;
    if (count_ < kMostPlaces) {
      places_ += fmt::format("{}{}", count_ == 0 ? "" : "; ", place(series, step, feature));
    }
    if (count_ == kMostPlaces) places_ += "; ...";
    ++count_;
  }

  int64_t count() const { return count_; }
  std::string places() const { return places_; }

 private:
  int64_t count_ = 0;
  std::string places_;
};

MissingCount count_missing(const LabelledSeries& series, const ValuePlace& place) {
  MissingCount missing;
  const float* value = series.values.data();
  for (int64_t i = 0; i < series.size(); ++i) {
    for (int64_t step = 0; step < series.length(i); ++step) {
      for (int64_t feature = 0; feature < series.width(); ++feature, ++value) {
        if (std::isnan(*value)) missing.add(place, i, step, feature);
      }
    }
  }
  return missing;
}

// False when there is no value to begin with.
bool interpolate(std::span<float> values, int64_t first, int64_t length, int64_t stride) {
  std::vector<double> column;
  const auto value = [&](int64_t step) -> float& {
    return values[static_cast<size_t>(first + step * stride)];
  };
  for (int64_t step = 0; step < length; ++step) column.push_back(value(step));
  if (std::ranges::all_of(column, [](double number) { return std::isnan(number); })) return false;
  fill_missing(column, MissingValues::interpolate);
  for (int64_t step = 0; step < length; ++step) {
    value(step) = static_cast<float>(column[static_cast<size_t>(step)]);
  }
  return true;
}

}  // namespace

void fill_missing(LabelledSeries& series, MissingSteps missing, const std::string& name,
                  const ValuePlace& place) {
  const MissingCount found = count_missing(series, place);
  if (found.count() == 0) return;
  if (missing == MissingSteps::fail) {
    throw Error(
        fmt::format("{}: {} ({}); give every value, or have them filled in from their neighbours "
                    "with `missing` interpolate",
                    name, counted(found.count(), "missing value"), found.places()));
  }
  for (int64_t i = 0; i < series.size(); ++i) {
    for (int64_t feature = 0; feature < series.width(); ++feature) {
      const int64_t first = series.offsets[static_cast<size_t>(i)] * series.width() + feature;
      if (interpolate(series.values, first, series.length(i), series.width())) continue;
      throw Error(fmt::format(
          "{}: feature {} of series {} has no value at all (from {} on), so that there is nothing "
          "to fill it in from; leave the series out, or the feature out of all of them",
          name, in_quotes(series.features[static_cast<size_t>(feature)]),
          in_quotes(series.ids[static_cast<size_t>(i)]), place(i, 0, feature)));
    }
  }
  series.warnings.push_back(fmt::format("{}: {} filled in from the neighbours ({})", name,
                                        counted(found.count(), "missing value"), found.places()));
}

std::string_view number_fault(double value) {
  if (std::isinf(value)) return "is infinite";
  if (std::abs(value) > std::numeric_limits<float>::max()) {
    return "is larger than a 32-bit number holds (3.4e38)";
  }
  return {};
}

std::vector<std::string> numbers_up_to(int64_t count) {
  std::vector<std::string> numbers;
  for (int64_t i = 1; i <= count; ++i) numbers.push_back(std::to_string(i));
  return numbers;
}

}  // namespace mnemo
