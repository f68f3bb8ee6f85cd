#include "app/classics/minimum.h"

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace mnemo {
namespace {

using Place = std::vector<double>;
using Function = std::function<double(const Place&)>;

struct Corner {
  Place place;
  double value;
};

// centre + factor * (from - centre)
Place moved(const Place& centre, const Place& from, double factor) {
  Place place(centre.size());
  for (size_t i = 0; i < place.size(); ++i) place[i] = centre[i] + factor * (from[i] - centre[i]);
  return place;
}

Place centre_but_last(const std::vector<Corner>& corners) {
  Place centre(corners.front().place.size(), 0.0);
  const auto count = static_cast<double>(corners.size() - 1);
  for (size_t corner = 0; corner + 1 < corners.size(); ++corner) {
    for (size_t i = 0; i < centre.size(); ++i) centre[i] += corners[corner].place[i] / count;
  }
  return centre;
}

// One step of the simplex, whose corners are in order, the best first.
void step(std::vector<Corner>& corners, const Function& function) {
  const auto centre = centre_but_last(corners);
  auto& worst = corners.back();
  const auto at = [&](double factor) {
    auto place = moved(centre, worst.place, factor);
    const double value = function(place);
    return Corner{std::move(place), value};
  };
  auto reflected = at(-1.0);
  if (reflected.value < corners.front().value) {
    auto further = at(-2.0);
    worst = further.value < reflected.value ? std::move(further) : std::move(reflected);
    return;
  }
  if (reflected.value < corners[corners.size() - 2].value) {
    worst = std::move(reflected);
    return;
  }
  auto contracted = at(reflected.value < worst.value ? -0.5 : 0.5);
  if (contracted.value < std::min(reflected.value, worst.value)) {
    worst = std::move(contracted);
    return;
  }
  for (size_t i = 1; i < corners.size(); ++i) {
    corners[i].place = moved(corners.front().place, corners[i].place, 0.5);
    corners[i].value = function(corners[i].place);
  }
}

// True when the corners are about one place, or one value.
bool is_small(const std::vector<Corner>& corners) {
  constexpr double kLike = 1e-10, kNear = 1e-6;
  const double least = corners.front().value, largest = corners.back().value;
  if (largest - least <= kLike * std::abs(least)) return true;
  double furthest = 0.0;
  for (const auto& corner : corners) {
    for (size_t i = 0; i < corner.place.size(); ++i) {
      furthest = std::max(furthest, std::abs(corner.place[i] - corners.front().place[i]));
    }
  }
  return furthest <= kNear;
}

}  // namespace

double minimum_between(double low, double high, const std::function<double(double)>& function) {
  constexpr int kGrid = 24, kSections = 36;
  const double width = (high - low) / kGrid;
  double best = low, least = function(low);
  for (int i = 1; i <= kGrid; ++i) {
    const double value = function(low + i * width);
    if (!(value < least)) continue;
    best = low + i * width;
    least = value;
  }
  double from = std::max(low, best - width), to = std::min(high, best + width);
  const double golden = (std::sqrt(5.0) - 1.0) / 2.0;
  double left = to - golden * (to - from), right = from + golden * (to - from);
  double at_left = function(left), at_right = function(right);
  for (int i = 0; i < kSections; ++i) {
    if (at_left < at_right) {
      to = right;
      right = left;
      at_right = at_left;
      left = to - golden * (to - from);
      at_left = function(left);
    } else {
      from = left;
      left = right;
      at_left = at_right;
      right = from + golden * (to - from);
      at_right = function(right);
    }
  }
  const double middle = (from + to) / 2.0;
  return function(middle) <= least ? middle : best;
}

std::vector<double> minimum_near(const std::vector<double>& start, double size,
                                 const Function& function) {
  constexpr int kStepsForEach = 150;
  std::vector<Corner> corners = {{start, function(start)}};
  for (size_t i = 0; i < start.size(); ++i) {
    auto place = start;
    place[i] += size;
    const double value = function(place);
    corners.push_back({std::move(place), value});
  }
  const int steps = kStepsForEach * static_cast<int>(start.size());
  for (int i = 0; i < steps; ++i) {
    std::ranges::stable_sort(corners, {}, &Corner::value);
    if (is_small(corners)) break;
    step(corners, function);
  }
  return std::ranges::min_element(corners, {}, &Corner::value)->place;
}

}  // namespace mnemo
