#include "datasets/series_checks.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "common/nearest.h"
#include "datasets/text_reader.h"
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

// One feature of one series: its values lie `stride` apart.
struct Column {
  float* first;
  int64_t length;
  int64_t stride;

  float& at(int64_t step) const { return first[step * stride]; }
};

// From the known value at `left` to the one at `right`, either of which may be past the ends.
void fill_between(const Column& column, int64_t left, int64_t right) {
  const bool has_left = left >= 0;
  const bool has_right = right < column.length;
  // In double: the difference of two floats may be more than a float holds.
  const double from = has_left ? column.at(left) : column.at(right);
  const double to = has_right ? column.at(right) : from;
  for (int64_t step = left + 1; step < right; ++step) {
    const double way = static_cast<double>(step - left) / static_cast<double>(right - left);
    column.at(step) = static_cast<float>(from + (to - from) * way);
  }
}

// False when there is no value to begin with.
bool interpolate(const Column& column) {
  int64_t known = -1;
  for (int64_t step = 0; step < column.length; ++step) {
    if (std::isnan(column.at(step))) continue;
    if (step > known + 1) fill_between(column, known, step);
    known = step;
  }
  if (known < 0) return false;
  if (known + 1 < column.length) fill_between(column, known, column.length);
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
                    "with --missing interpolate",
                    name, counted(found.count(), "missing value"), found.places()));
  }
  for (int64_t i = 0; i < series.size(); ++i) {
    for (int64_t feature = 0; feature < series.width(); ++feature) {
      const int64_t first = series.offsets[static_cast<size_t>(i)] * series.width() + feature;
      if (interpolate({series.values.data() + first, series.length(i), series.width()})) continue;
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

std::string lower_case(std::string_view text) {
  std::string lower(text);
  for (char& letter : lower) {
    if (letter >= 'A' && letter <= 'Z') letter = static_cast<char>(letter - 'A' + 'a');
  }
  return lower;
}

std::string in_quotes(std::string_view text) {
  constexpr size_t kMostBytes = 40;
  std::string shown(text.substr(0, kMostBytes));
  replace_invalid_utf8(shown);  // the cut may have halved a character
  return fmt::format("\"{}{}\"", shown, text.size() > kMostBytes ? "..." : "");
}

std::string listed(std::span<const std::string> names) {
  constexpr size_t kMostNames = 20;
  std::string list;
  for (const std::string& name : names.first(std::min(names.size(), kMostNames))) {
    list += fmt::format("{}{}", list.empty() ? "" : ", ", in_quotes(name));
  }
  if (names.size() > kMostNames) list += fmt::format(" and {} more", names.size() - kMostNames);
  return list;
}

std::string suggestion(std::string_view word, std::span<const std::string> candidates) {
  // Its cost grows with the product of the lengths, and no slip is that long.
  constexpr size_t kLongestWord = 100;
  const std::string nearest = nearest_name(word.substr(0, kLongestWord), candidates);
  return nearest.empty() ? "" : fmt::format("; did you mean {}?", in_quotes(nearest));
}

std::string counted(int64_t count, std::string_view noun) {
  return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

}  // namespace mnemo
