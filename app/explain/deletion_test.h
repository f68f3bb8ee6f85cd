// Tests if an explanation is faithful: the words that it names first should be those that the
// answer hangs on. Taking them away should lower the probability faster than taking away any others
// (the deletion metric of Petsiuk, Das and Saenko 2018; comprehensiveness of DeYoung et al. 2020).
#pragma once

#include <cstdint>
#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <span>
#include <string>
#include <vector>

#include "app/explain/text_explainer.h"

namespace mnemo {

// Shares of the words that the model reads, which are taken away.
inline constexpr double kDeletedShares[] = {0.01, 0.02, 0.05, 0.1, 0.2, 0.5};

struct DeletionCurve {
  std::string name;  // of the method; or random
  // The mean probability that is left of the label that the whole text got, for each share; at
  // least one word is taken away.
  std::vector<double> probabilities;
  double mean() const;
};

struct DeletionTest {
  int64_t texts = 0;
  double whole = 0.0;  // mean probability of the label that the whole text got
  std::vector<DeletionCurve> curves;
};

// By each method that the model has, and at random by `seed`. `progress` hears how many texts are
// done.
DeletionTest test_deletion(const TextExplainer& explainer, std::span<const std::string> texts,
                           uint64_t seed, const std::function<void(int64_t)>& progress = {});

std::string to_text(const DeletionTest& test);
nlohmann::json to_json(const DeletionTest& test);

}  // namespace mnemo
