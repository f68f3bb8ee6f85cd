#include "app/metrics/label_metrics.h"

#include <gtest/gtest.h>

#include <cmath>
#include <nlohmann/json.hpp>
#include <vector>

namespace mnemo {
namespace {

using Row = std::vector<float>;
using Labels = std::vector<int32_t>;

// The figures of these are scikit-learn 1.5's for y_true = [[1,1,0],[0,1,0],[0,0,0],[1,0,0]] and
// y_pred = [[1,0,0],[0,1,0],[0,1,0],[1,0,0]].
LabelCounter four_rows() {
  LabelCounter counter(LabelSet({"a", "b", "c"}), {0.5, 0.6, 0.5});
  counter.add(Labels{0, 1}, 0, Row{0.9F, 0.55F, 0.1F});
  counter.add(Labels{1}, 0, Row{0.2F, 0.8F, 0.1F});
  counter.add(Labels{}, 0, Row{0.1F, 0.7F, 0.2F});
  counter.add(Labels{0}, 0, Row{0.6F, 0.4F, 0.3F});
  return counter;
}

TEST(LabelMetrics, EqualScikitLearns) {
  const auto metrics = four_rows().metrics();
  EXPECT_EQ(metrics.n, 4);
  EXPECT_DOUBLE_EQ(metrics.accuracy, 0.5);                 // accuracy_score
  EXPECT_NEAR(metrics.hamming_loss, 2.0 / 12.0, 1e-12);    // hamming_loss
  EXPECT_NEAR(metrics.micro_precision, 3.0 / 4.0, 1e-12);  // average="micro"
  EXPECT_NEAR(metrics.micro_recall, 3.0 / 4.0, 1e-12);
  EXPECT_NEAR(metrics.micro_f1, 3.0 / 4.0, 1e-12);
  EXPECT_NEAR(metrics.macro_f1, (1.0 + 0.5) / 2.0, 1e-12);  // average="macro" of a and b
  EXPECT_EQ(metrics.labels[1].figures.support, 2);
  EXPECT_EQ(metrics.labels[1].figures.recall, 0.5);
  EXPECT_EQ(metrics.labels[1].threshold, 0.6);
  EXPECT_EQ(metrics.labels[2].figures.f1, 0.0);
}

TEST(LabelMetrics, LossIsTheMeanBinaryCrossEntropy) {
  LabelCounter counter(LabelSet({"a", "b"}), {0.5, 0.5});
  EXPECT_FALSE(counter.metrics().loss);
  counter.add(Labels{0}, 0, Row{0.8F, 0.3F});
  EXPECT_NEAR(counter.metrics().loss.value(), -(std::log(0.8) + std::log(0.7)) / 2.0, 1e-6);
  counter.add(Labels{1}, 0, Row{0.5F, 0.0F});
  EXPECT_TRUE(std::isfinite(counter.metrics().loss.value()));
}

TEST(LabelMetrics, ALabelThatTrainingNeverSawIsMissed) {
  auto counter = four_rows();
  counter.add(Labels{0}, 2, Row{0.9F, 0.1F, 0.1F});
  EXPECT_EQ(counter.rows_with_unknown(), 1);
  const auto metrics = counter.metrics(/*unknown_names=*/2);
  EXPECT_DOUBLE_EQ(metrics.accuracy, 2.0 / 5.0) << "not all its labels are found";
  EXPECT_NEAR(metrics.micro_recall, 4.0 / 7.0, 1e-12);
  EXPECT_NEAR(metrics.macro_f1, (1.0 + 0.5) / 4.0, 1e-12);
}

TEST(LabelMetrics, JsonAndTableHaveEveryFigure) {
  const auto json = to_json(four_rows().metrics());
  EXPECT_EQ(json.at("classes").at(1).at("threshold"), 0.6);
  for (const char* name : {"n", "loss", "accuracy", "accuracy_interval", "hamming_loss", "micro_f1",
                           "macro_precision", "macro_recall", "macro_f1"}) {
    EXPECT_TRUE(json.contains(name)) << name;
  }
  const auto text = to_text(four_rows().metrics());
  EXPECT_NE(text.find("micro F1  0.7500"), std::string::npos) << text;
}

}  // namespace
}  // namespace mnemo
