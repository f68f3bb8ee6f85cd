// The season of one series as the M4 competition adjusts for it (Makridakis, Spiliotis and
// Assimakopoulos 2020): a test whether there is one, and classical decomposition.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace mnemo {

enum class SeasonForm { none, additive, multiplicative };

// A value is what a place of the season adds to the level, or multiplies it by; the mean over
// places is 0, or 1. Empty without a season. The first place is that of the series' first row.
struct SeasonalIndices {
  SeasonForm form = SeasonForm::none;
  std::vector<double> values = {};

  // Takes the season out of the value of a row, or puts it back.
  double adjusted(double value, int64_t row) const;
  std::vector<double> adjusted(std::span<const double> series) const;  // from its first row on
  double seasonal(double value, int64_t row) const;
};

// Hears the rows of a series one after another and knows its indices behind each: a row costs as
// many steps as a season has rows.
//
// There is a season where the series has three of them and the autocorrelation at one season
// exceeds 1.645 of its standard errors by Bartlett's formula. The trend is the centred moving
// average of a season; the indices are means of what the values are over it, multiplicative as in
// M4, or where a value is not above 0 (M4 had none such) additive.
class SeasonalDecomposition {
 public:
  explicit SeasonalDecomposition(int64_t season);

  void add(double value);
  SeasonalIndices indices() const;

 private:
  bool has_season() const;
  void add_to_indices(int64_t row);

  int64_t season_;
  std::vector<double> values_, sums_;  // less the first value; sums_[i] of those before row i
  double first_ = 0.0;
  bool is_positive_ = true;
  std::vector<double> products_;              // (season + 1) with the value so many rows before
  std::vector<double> ratios_, differences_;  // (season) sums over rows of a place
  std::vector<int64_t> counts_;
};

}  // namespace mnemo
