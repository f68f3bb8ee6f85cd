// Sets side by side what several trainings of each variant have come to.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace mnemo {

// One training of a variant.
struct Outcome {
  uint64_t seed = 0;
  double value = 0.0;  // of the figure that is compared
  double loss = 0.0;   // of validation
  double seconds = 0.0;
  double milliseconds = 0.0;  // of one answer
  int64_t parameters = 0;
};

struct VariantOutcomes {
  std::string name;
  std::string changes;  // as "option=value ..."
  std::vector<Outcome> outcomes;
};

struct ComparedFigure {
  std::string name;  // e.g. "accuracy"
  std::string part;  // of the data, e.g. "validation"
  bool higher_is_better = true;
  int64_t rows = 0;  // that it is a share of, if it is one; 0: it is none
};

struct Moments {
  double mean = 0.0, deviation = 0.0;  // of the sample, n - 1; 0 of a single one
};
Moments moments(const std::vector<double>& values);

// How the means of two samples differ: Welch's t-test (Welch 1947), two-sided.
struct Difference {
  double mean = 0.0;               // a - b
  double least = 0.0, most = 0.0;  // 95% interval
  double p = 1.0;
};
// Throws Error for fewer than two of either. Without any spread p is 1: nothing says what chance
// would do.
Difference welch(const std::vector<double>& a, const std::vector<double>& b);

// A table of all variants, the best mean first, and below it what it means: which differences from
// the first one are more than chance among seeds explains (Holm's correction for so many
// comparisons, Holm 1979), and that all of it is about one split of the data.
std::string to_markdown(const std::vector<VariantOutcomes>& variants, const ComparedFigure& figure);
std::string to_csv(const std::vector<VariantOutcomes>& variants, const ComparedFigure& figure);
nlohmann::json to_json(const std::vector<VariantOutcomes>& variants, const ComparedFigure& figure);

}  // namespace mnemo
