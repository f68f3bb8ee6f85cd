#include "app/search/cost_model.h"

#include <cmath>
#include <cstdlib>
#include <utility>

namespace mnemo {
namespace {

// The regression is one of log(seconds).
constexpr KnobRegressionOptions kPrior = {.slope = 2.0, .bend = 0.0, .step = 0.5, .noise = 0.2};

std::vector<TimeTaken> times_of(const SearchSpace& space, const MarksByOption& marks) {
  std::vector<TimeTaken> times;
  for (const auto& knob : space.knobs()) times.push_back(marks_at(marks, knob.name()).time);
  return times;
}

std::vector<size_t> dear_knobs(const std::vector<TimeTaken>& times) {
  std::vector<size_t> places;
  for (size_t i = 0; i < times.size(); ++i) {
    if (times[i] != TimeTaken::none) places.push_back(i);
  }
  return places;
}

SearchSpace space_at(const SearchSpace& space, const std::vector<size_t>& places) {
  std::vector<Knob> knobs;
  for (const size_t place : places) knobs.push_back(space.knobs()[place]);
  return SearchSpace(std::move(knobs));
}

}  // namespace

CostModel::CostModel(const SearchSpace& space, const std::vector<TimedPoint>& timed,
                     const MarksByOption& marks)
    : space_(space),
      times_(times_of(space, marks)),
      dear_(dear_knobs(times_)),
      beside_guess_(space_at(space, dear_), dear_parts(timed), logs_beside_guess(timed), kPrior) {}

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
    if (times_[i] != TimeTaken::proportional) continue;
    const double size = std::atof(space_.knobs()[i].value_at(point[i]).c_str());
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
