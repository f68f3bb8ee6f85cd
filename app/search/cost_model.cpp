#include "app/search/cost_model.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <string_view>
#include <utility>

namespace mnemo {
namespace {

// Of log(seconds).
constexpr KnobRegressionOptions kPrior = {.slope = 2.0, .bend = 0.0, .step = 0.5, .noise = 0.2};

// Of a few points, in which many knobs differ, a regression would have the learning rate explain
// times, if it could.
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

std::vector<double> logs_of(const std::vector<TimedPoint>& timed) {
  std::vector<double> logs;
  for (const auto& one : timed) logs.push_back(std::log(one.seconds));
  return logs;
}

}  // namespace

CostModel::CostModel(const SearchSpace& space, const std::vector<TimedPoint>& timed)
    : dear_(dear_knobs(space)),
      log_seconds_(dear_space(space), dear_parts(timed), logs_of(timed), kPrior) {}

double CostModel::seconds(const Point& point) const {
  return std::exp(log_seconds_.at(dear_part(point)).mean);
}

double CostModel::log_ratio(const Point& point, const Point& other) const {
  return log_seconds_.difference(dear_part(point), dear_part(other));
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
