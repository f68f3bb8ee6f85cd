#include "app/search/cost_model.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <string>
#include <string_view>
#include <utility>

namespace mnemo {
namespace {

// The regression is one of log(seconds).
constexpr KnobRegressionOptions kPrior = {.slope = 2.0, .bend = 0.0, .step = 0.5, .noise = 0.2};

constexpr std::array<std::string_view, 3> kProportional = {"hidden-size", "max-length", "lookback"};

// The learning rate is left out, since a regression on a few points, in which many knobs differ,
// would have it explain times, if it could.
bool takes_time(const Knob& knob) {
  constexpr std::array<std::string_view, 7> kFree = {
      "learning-rate", "weight-decay",  "average-decay", "label-smoothing",
      "schedule",      "normalization", "z-normalize"};
  return !knob.name().ends_with("dropout") && std::ranges::find(kFree, knob.name()) == kFree.end();
}

std::vector<size_t> dear_knobs(const SearchSpace& space) {
  std::vector<size_t> places;
  for (size_t i = 0; i < space.knobs().size(); ++i) {
    if (takes_time(space.knobs()[i])) places.push_back(i);
  }
  return places;
}

SearchSpace dear_space(const SearchSpace& space) {
  std::vector<Knob> knobs;
  for (const size_t place : dear_knobs(space)) knobs.push_back(space.knobs()[place]);
  return SearchSpace(std::move(knobs));
}

}  // namespace

CostModel::CostModel(const SearchSpace& space, const std::vector<TimedPoint>& timed)
    : space_(space),
      dear_(dear_knobs(space)),
      beside_guess_(dear_space(space), dear_parts(timed), logs_beside_guess(timed), kPrior) {}

double CostModel::seconds(const Point& point) const {
  return std::exp(log_guess(point) + beside_guess_.at(dear_part(point)).mean);
}

double CostModel::log_ratio(const Point& point, const Point& other) const {
  return log_guess(point) - log_guess(other) +
         beside_guess_.difference(dear_part(point), dear_part(other));
}

double CostModel::log_guess(const Point& point) const {
  double sum = 0.0;
  for (size_t i = 0; i < point.size(); ++i) {
    const auto& knob = space_.knobs()[i];
    if (std::ranges::find(kProportional, knob.name()) == kProportional.end()) continue;
    const double size = std::atof(knob.value_at(point[i]).c_str());
    if (size > 0.0) sum += std::log(size);
  }
  return sum;
}

std::vector<double> CostModel::logs_beside_guess(const std::vector<TimedPoint>& timed) const {
  std::vector<double> logs;
  for (const auto& [point, seconds] : timed) logs.push_back(std::log(seconds) - log_guess(point));
  return logs;
}

Point CostModel::dear_part(const Point& point) const {
  Point part;
  for (const size_t place : dear_) part.push_back(point[place]);
  return part;
}

std::vector<Point> CostModel::dear_parts(const std::vector<TimedPoint>& timed) const {
  std::vector<Point> parts;
  for (const auto& one : timed) parts.push_back(dear_part(one.point));
  return parts;
}

}  // namespace mnemo
