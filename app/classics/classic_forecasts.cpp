#include "app/classics/classic_forecasts.h"

#include <algorithm>
#include <utility>

#include "app/classics/exponential_smoothing.h"
#include "app/classics/theta.h"

namespace mnemo {
namespace {

bool adjusts(ClassicMethod method) {
  return method == ClassicMethod::naive2 || method == ClassicMethod::theta;
}

void forecast_last_season(std::span<const double> history, int64_t season,
                          std::span<double> forecast) {
  const auto rows = std::ssize(history);
  for (int64_t step = 0; step < std::ssize(forecast); ++step) {
    const int64_t before = rows - season + step % season;
    forecast[static_cast<size_t>(step)] =
        before >= 0 ? history[static_cast<size_t>(before)] : history.back();
  }
}

void forecast_drift(std::span<const double> history, std::span<double> forecast) {
  const double steps = static_cast<double>(std::max<size_t>(1, history.size() - 1));
  const double slope = (history.back() - history.front()) / steps;
  for (size_t step = 0; step < forecast.size(); ++step) {
    forecast[step] = history.back() + slope * static_cast<double>(step + 1);
  }
}

void forecast_naive2(std::span<const double> history, const SeasonalIndices& indices,
                     std::span<double> forecast) {
  const auto rows = std::ssize(history);
  const double last = indices.adjusted(history.back(), rows - 1);
  for (int64_t step = 0; step < std::ssize(forecast); ++step) {
    forecast[static_cast<size_t>(step)] = indices.seasonal(last, rows + step);
  }
}

}  // namespace

std::string name_of(const Classic& classic) {
  switch (classic.method) {
    case ClassicMethod::naive:
      return "naive";
    case ClassicMethod::seasonal_naive:
      return "seasonal naive (" + std::to_string(classic.season) + ")";
    case ClassicMethod::drift:
      return "drift";
    case ClassicMethod::naive2:
      return "Naive2";
    case ClassicMethod::theta:
      return "Theta";
    case ClassicMethod::smoothing:
      return "ETS";
  }
  return "";
}

ClassicForecasts::ClassicForecasts(std::vector<Classic> classics) : classics_(std::move(classics)) {
  for (const auto& classic : classics_) seasons_.emplace_back(classic.season);
}

void ClassicForecasts::add(double value) {
  history_.push_back(value);
  for (size_t i = 0; i < classics_.size(); ++i) {
    if (adjusts(classics_[i].method)) seasons_[i].add(value);
  }
}

std::vector<double> ClassicForecasts::forecast(int64_t horizon) const {
  std::vector<double> forecasts(classics_.size() * static_cast<size_t>(horizon));
  const std::span<double> all(forecasts);
  for (size_t i = 0; i < classics_.size(); ++i) {
    const auto rows = static_cast<size_t>(horizon);
    forecast_by(i, all.subspan(i * rows, rows));
  }
  return forecasts;
}

void ClassicForecasts::forecast_by(size_t place, std::span<double> forecast) const {
  const auto& [method, season] = classics_[place];
  switch (method) {
    case ClassicMethod::naive:
      std::ranges::fill(forecast, history_.back());
      return;
    case ClassicMethod::seasonal_naive:
      forecast_last_season(history_, season, forecast);
      return;
    case ClassicMethod::drift:
      forecast_drift(history_, forecast);
      return;
    case ClassicMethod::naive2:
      forecast_naive2(history_, seasons_[place].indices(), forecast);
      return;
    case ClassicMethod::theta:
      forecast_by_theta(history_, seasons_[place].indices(), forecast);
      return;
    case ClassicMethod::smoothing:
      forecast_by_smoothing(choose_smoothing(history_, season), forecast);
      return;
  }
}

}  // namespace mnemo
