#include "app/metrics/classification_metrics.h"

#include <gtest/gtest.h>

#include <cmath>
#include <nlohmann/json.hpp>
#include <vector>

namespace mnemo {
namespace {

using Row = std::vector<float>;

// Expected figures by scikit-learn 1.5: precision_recall_fscore_support(y_true, y_pred,
// labels=[0, 1, 2], zero_division=0) for y_true = 0 0 0 1 1 2, y_pred = 0 0 1 1 0 1.
ClassificationCounter six_rows() {
  ClassificationCounter counter(LabelSet({"a", "b", "c"}));
  counter.add(0, Row{0.8F, 0.1F, 0.1F});
  counter.add(0, Row{0.6F, 0.2F, 0.2F});
  counter.add(0, Row{0.3F, 0.5F, 0.2F});
  counter.add(1, Row{0.2F, 0.7F, 0.1F});
  counter.add(1, Row{0.9F, 0.1F, 0.0F});
  counter.add(2, Row{0.1F, 0.8F, 0.1F});
  return counter;
}

TEST(ClassificationMetrics, EqualScikitLearns) {
  const auto metrics = six_rows().metrics();
  EXPECT_EQ(metrics.n, 6);
  EXPECT_DOUBLE_EQ(metrics.accuracy, 0.5);
  EXPECT_NEAR(metrics.classes[0].precision, 2.0 / 3.0, 1e-12);
  EXPECT_NEAR(metrics.classes[0].recall, 2.0 / 3.0, 1e-12);
  EXPECT_NEAR(metrics.classes[1].precision, 1.0 / 3.0, 1e-12);
  EXPECT_NEAR(metrics.classes[1].f1, 0.4, 1e-12);
  EXPECT_EQ(metrics.classes[2].f1, 0.0);
  EXPECT_EQ(metrics.classes[0].support, 3);
  EXPECT_NEAR(metrics.macro_f1, (2.0 / 3.0 + 0.4) / 3.0, 1e-12);
  EXPECT_NEAR(metrics.macro_precision, (2.0 / 3.0 + 1.0 / 3.0) / 3.0, 1e-12);
  EXPECT_NEAR(metrics.macro_recall, (2.0 / 3.0 + 0.5) / 3.0, 1e-12);
  const std::vector<std::vector<int64_t>> confusion = {{2, 1, 0}, {1, 1, 0}, {0, 1, 0}};
  EXPECT_EQ(metrics.confusion, confusion);
}

TEST(ClassificationMetrics, LossIsTheMeanOfTheTrueLabelsLogProbability) {
  const double expected = -(std::log(0.8) + std::log(0.6) + std::log(0.3) + std::log(0.7) +
                            std::log(0.1) + std::log(0.1)) /
                          6.0;
  EXPECT_NEAR(six_rows().metrics().loss.value(), expected, 1e-6);
}

TEST(ClassificationMetrics, AnUnknownLabelIsWrongAndOutOfTheConfusion) {
  auto counter = six_rows();
  const auto before = counter.metrics();
  counter.add(std::nullopt, Row{0.9F, 0.05F, 0.05F});
  const auto after = counter.metrics();
  EXPECT_EQ(counter.unknown_labels(), 1);
  EXPECT_EQ(after.n, 7);
  EXPECT_DOUBLE_EQ(after.accuracy, 3.0 / 7.0);
  EXPECT_EQ(after.confusion, before.confusion);
  EXPECT_EQ(after.loss, before.loss);
  EXPECT_DOUBLE_EQ(after.classes[0].precision, 0.5) << "an answer \"a\" more, and wrong";
}

TEST(ClassificationMetrics, AProbabilityOfZeroCostsMuchButNotInfinity) {
  ClassificationCounter counter(LabelSet({"a", "b"}));
  counter.add(0, Row{0.0F, 1.0F});
  EXPECT_TRUE(std::isfinite(counter.metrics().loss.value()));
  EXPECT_GT(counter.metrics().loss.value(), 80.0);
}

// This is scikit-learn's f1_score(average="macro"), whose labels are those of both lists.
TEST(ClassificationMetrics, MeansAreOverLabelsOfTheFileAndOfTheAnswers) {
  ClassificationCounter counter(LabelSet({"a", "b", "c"}));
  counter.add(0, Row{0.8F, 0.1F, 0.1F});
  counter.add(1, Row{0.1F, 0.8F, 0.1F});
  EXPECT_EQ(counter.metrics().macro_f1, 1.0) << "nothing is said of c, and nobody is one";
  EXPECT_EQ(counter.metrics().macro_recall, 1.0);
  counter.add(0, Row{0.1F, 0.1F, 0.8F});
  EXPECT_NEAR(counter.metrics().macro_f1, (2.0 / 3.0 + 1.0 + 0.0) / 3.0, 1e-12) << "c is answered";
  EXPECT_NEAR(counter.metrics(/*unknown_names=*/1).macro_f1, (2.0 / 3.0 + 1.0) / 4.0, 1e-12);
}

TEST(ClassificationMetrics, WithoutAKnownLabelThereIsNoLoss) {
  ClassificationCounter counter(LabelSet({"a", "b"}));
  counter.add(std::nullopt, Row{0.8F, 0.2F});
  EXPECT_FALSE(counter.metrics(1).loss);
  EXPECT_TRUE(to_json(counter.metrics(1)).at("loss").is_null());
  EXPECT_NE(to_text(counter.metrics(1)).find("loss      -"), std::string::npos);
}

// The numbers are statsmodels 0.14's: proportion_confint(count, n, method="wilson").
TEST(WilsonInterval, EqualsStatsmodels) {
  const auto interval = wilson_interval(8, 10);
  EXPECT_NEAR(interval.low, 0.490162, 1e-6);
  EXPECT_NEAR(interval.high, 0.943318, 1e-6);
  EXPECT_EQ(wilson_interval(0, 5).low, 0.0);
  EXPECT_EQ(wilson_interval(5, 5).high, 1.0);
}

TEST(ClassificationMetrics, JsonHasTheDocumentedKeys) {
  const auto json = to_json(six_rows().metrics());
  std::vector<std::string> keys;
  for (const auto& [key, value] : json.items()) keys.push_back(key);
  EXPECT_EQ(keys,
            (std::vector<std::string>{"accuracy", "accuracy_interval", "classes", "confusion",
                                      "loss", "macro_f1", "macro_precision", "macro_recall", "n"}));
  EXPECT_EQ(json.at("classes").at(1).at("label"), "b");
}

}  // namespace
}  // namespace mnemo
