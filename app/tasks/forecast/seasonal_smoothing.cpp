#include "app/tasks/forecast/seasonal_smoothing.h"

#include <algorithm>

namespace mnemo {
namespace {

// (season, rows): how far each place of the season lies from the mean; place 0 is that of the first
// row to come.
at::Tensor places_of_season(int64_t rows, int64_t season) {
  const int64_t whole = rows / season;
  auto places = at::zeros({season, rows}, at::kDouble);
  for (int64_t place = 0; place < season; ++place) {
    for (int64_t back = 1; back <= whole; ++back) {
      places[place][rows - back * season + place] = 1.0 / static_cast<double>(whole);
    }
  }
  return places - places.mean(0, /*keepdim=*/true);
}

}  // namespace

at::Tensor seasonal_smoothing(int64_t rows, int64_t horizon, int64_t season, double smoothing) {
  if (season > rows || season < 1) season = 1;
  const auto places = places_of_season(rows, season);
  const auto place_of_row = (at::arange(rows, at::kLong) - rows).remainder(season);
  const auto without_season = at::eye(rows, at::kDouble) - places.index_select(0, place_of_row);
  const auto age = at::arange(rows - 1, -1, -1, at::kDouble);
  auto weight = at::pow(1.0 - smoothing, age);
  weight = weight / weight.sum();
  const auto level = weight.unsqueeze(0).mm(without_season);  // (1, rows)
  const auto place_ahead = at::arange(horizon, at::kLong).remainder(season);
  return level + places.index_select(0, place_ahead);
}

}  // namespace mnemo
