#include "app/tasks/text/label_thresholds.h"

#include <gtest/gtest.h>

#include <numeric>

namespace mnemo {
namespace {

// A label that rows have from `known` of `rows` on, whose probability is that of its place times
// `factor`.
struct Column {
  std::vector<float> probabilities, truths;
};

Column column(int rows, int known, float factor) {
  Column made;
  for (int i = 0; i < rows; ++i) {
    made.probabilities.push_back(factor * static_cast<float>(i) / static_cast<float>(rows));
    made.truths.push_back(i >= known ? 1.0F : 0.0F);
  }
  return made;
}

std::vector<double> thresholds(const std::vector<Column>& columns) {
  std::vector<at::Tensor> probabilities, truths;
  for (const auto& one : columns) {
    probabilities.push_back(at::tensor(one.probabilities));
    truths.push_back(at::tensor(one.truths));
  }
  return fit_thresholds(at::stack(probabilities, 1), at::stack(truths, 1));
}

TEST(LabelThresholds, ALabelOfEnoughRowsHasItsOwn) {
  const auto found = thresholds({column(100, 60, 0.5F), column(100, 20, 1.0F)});
  EXPECT_NEAR(found[0], 0.5 * 59.5 / 100.0, 1e-6) << "half-way between the rows that differ";
  EXPECT_NEAR(found[1], 19.5 / 100.0, 1e-6);
}

TEST(LabelThresholds, RareLabelsShareOne) {
  const auto found = thresholds({column(100, 90, 0.3F), column(100, 95, 0.3F)});
  EXPECT_EQ(found[0], found[1]);
  EXPECT_LT(found[0], 0.3);
}

TEST(LabelThresholds, AHalfStaysWhereNothingIsBetter) {
  EXPECT_EQ(thresholds({column(100, 50, 1.0F)})[0], 0.5);
  EXPECT_EQ(thresholds({column(100, 100, 1.0F)})[0], 0.5) << "a label that no row has";
}

}  // namespace
}  // namespace mnemo
