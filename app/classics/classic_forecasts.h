// Forecasts by formula of one series, from any of its rows on.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "app/classics/seasonal_decomposition.h"

namespace mnemo {

enum class ClassicMethod {
  naive,           // the last value
  seasonal_naive,  // the value of the latest season; before there is one the last value
  drift,           // the line through the first value and the last
  naive2,          // M4's: naive without the season, if there is one
  theta,           // see theta.h
  smoothing,       // see exponential_smoothing.h
};

struct Classic {
  ClassicMethod method = ClassicMethod::naive;
  int64_t season = 1;  // rows

  bool operator==(const Classic&) const = default;
};

// Names for people, "seasonal naive (24)".
std::string name_of(const Classic& classic);

// Hears the rows of a series one after another and forecasts from behind the last one.
class ClassicForecasts {
 public:
  explicit ClassicForecasts(std::vector<Classic> classics);

  void add(double value);
  // Forecasts `horizon` rows by each classic, one after another. At least one row was added.
  std::vector<double> forecast(int64_t horizon) const;

  int64_t rows() const { return static_cast<int64_t>(history_.size()); }

 private:
  void forecast_by(size_t place, std::span<double> forecast) const;

  std::vector<Classic> classics_;
  std::vector<SeasonalDecomposition> seasons_;  // of each; of those that need none it hears nothing
  std::vector<double> history_;
};

}  // namespace mnemo
