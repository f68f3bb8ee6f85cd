#include "app/search/successive_halving.h"

#include <algorithm>

namespace mnemo {

SuccessiveHalving::SuccessiveHalving(std::vector<double> shares, int64_t reduction)
    : shares_(std::move(shares)), reduction_(reduction), rungs_(shares_.size()) {}

void SuccessiveHalving::report(int64_t trial, size_t rung, double value) {
  auto& results = rungs_.at(rung);
  const auto place = std::ranges::upper_bound(results, value, {}, &Result::value);
  results.insert(place, {.trial = trial, .value = value});
}

bool SuccessiveHalving::has_reported(int64_t trial, size_t rung) const {
  return std::ranges::find(rungs_.at(rung), trial, &Result::trial) != rungs_.at(rung).end();
}

std::optional<std::pair<int64_t, size_t>> SuccessiveHalving::promote(
    const std::function<bool(int64_t trial)>& may_go_on) {
  for (size_t rung = top(); rung-- > 0;) {
    auto& results = rungs_[rung];
    const auto places = std::ssize(results) / reduction_;
    for (auto result = results.begin(); result != results.begin() + places; ++result) {
      if (result->has_gone_on || !may_go_on(result->trial)) continue;
      result->has_gone_on = true;
      return std::pair{result->trial, rung + 1};
    }
  }
  return std::nullopt;
}

void SuccessiveHalving::note_promotion(int64_t trial, size_t rung) {
  for (size_t below = 0; below < rung; ++below) {
    for (auto& result : rungs_[below]) {
      if (result.trial == trial) result.has_gone_on = true;
    }
  }
}

}  // namespace mnemo
