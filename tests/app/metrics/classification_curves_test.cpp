#include "app/metrics/classification_curves.h"

#include <gtest/gtest.h>

namespace mnemo {
namespace {

// Eight rows of two labels.
ScoredRows sample_rows() {
  ScoredRows rows{.classes = 2, .truths = {1, 0, 1, 1, 0, 1, 0, 0}, .probabilities = {}};
  for (const float p : {0.9F, 0.8F, 0.7F, 0.7F, 0.6F, 0.4F, 0.3F, 0.1F}) {
    rows.probabilities.insert(rows.probabilities.end(), {1.0F - p, p});
  }
  return rows;
}

TEST(PrecisionRecall, TakesEqualProbabilitiesTogether) {
  const auto curve = precision_recall(sample_rows(), 1);
  ASSERT_EQ(curve.recall.size(), static_cast<size_t>(kRecalls));
  EXPECT_DOUBLE_EQ(curve.precision[0], 1.0);
  EXPECT_DOUBLE_EQ(curve.precision[25], 1.0) << "one of four found, with the first row";
  EXPECT_DOUBLE_EQ(curve.precision[26], 0.75) << "two rows more, and no threshold between them";
  EXPECT_DOUBLE_EQ(curve.precision[75], 0.75);
  EXPECT_DOUBLE_EQ(curve.precision[100], 4.0 / 6.0);
  EXPECT_DOUBLE_EQ(curve.average_precision, 0.25 * 1.0 + 0.5 * 0.75 + 0.25 * 4.0 / 6.0);
  EXPECT_TRUE(precision_recall({.classes = 2, .truths = {0}, .probabilities = {0.5F, 0.5F}}, 1)
                  .recall.empty());
}

TEST(Reliability, ComparesConfidenceWithWhatIsRight) {
  const auto bins = reliability(sample_rows());
  int64_t rows = 0;
  for (const auto& bin : bins) rows += bin.count;
  EXPECT_EQ(rows, 8);
  EXPECT_EQ(bins.back().count, 2) << "1 with 0.9, 0 with 0.9";
  EXPECT_NEAR(bins.back().confidence, 0.9, 1e-6);
  EXPECT_DOUBLE_EQ(bins.back().accuracy, 1.0);
  const std::vector<ReliabilityBin> known = {{.count = 3, .confidence = 0.6, .accuracy = 1.0 / 3.0},
                                             {.count = 1, .confidence = 0.9, .accuracy = 1.0}};
  EXPECT_NEAR(calibration_error(known), (3 * (0.6 - 1.0 / 3.0) + 0.1) / 4.0, 1e-12);
}

TEST(ConfidentMistakes, AreTheSurestFirst) {
  EXPECT_EQ(confident_mistakes(sample_rows(), 10), (std::vector<int64_t>{1, 4, 5}));
  EXPECT_EQ(confident_mistakes(sample_rows(), 1), (std::vector<int64_t>{1}));
}

}  // namespace
}  // namespace mnemo
