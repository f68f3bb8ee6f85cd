#include "app/cli/prediction_writer.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <vector>

namespace mnemo {
namespace {

const LabelSet kLabels({"calm", "with\ttab", "c"});
const std::vector<float> kRow = {0.25F, 0.625F, 0.125F};

TEST(PredictionLine, TsvEscapesTabs) {
  EXPECT_EQ(prediction_line(kLabels, kRow, 1, PredictionFormat::tsv), "with\\ttab\t0.625000\n");
}

TEST(PredictionLine, TsvGivesTheBestFirstAndNoMoreThanThereAre) {
  EXPECT_EQ(prediction_line(kLabels, kRow, 9, PredictionFormat::tsv),
            "with\\ttab\t0.625000\tcalm\t0.250000\tc\t0.125000\n");
}

TEST(PredictionLine, JsonKeys) {
  const auto one =
      nlohmann::json::parse(prediction_line(kLabels, kRow, 1, PredictionFormat::jsonl));
  EXPECT_EQ(one, (nlohmann::json{{"label", "with\ttab"}, {"probability", 0.625}}));
  const auto two =
      nlohmann::json::parse(prediction_line(kLabels, kRow, 2, PredictionFormat::jsonl));
  EXPECT_EQ(two.at("labels"), (nlohmann::json{"with\ttab", "calm"}));
  EXPECT_EQ(two.at("probabilities"), (nlohmann::json{0.625, 0.25}));
}

TEST(LabelsLine, HasThoseThatReachTheirThresholdTheLikeliestFirst) {
  const std::vector<double> thresholds = {0.25, 0.5, 0.5};
  EXPECT_EQ(labels_line(kLabels, kRow, thresholds, 0, PredictionFormat::tsv),
            "with\\ttab\t0.625000\tcalm\t0.250000\n");
  const std::vector<double> high = {0.9, 0.9, 0.9};
  EXPECT_EQ(labels_line(kLabels, kRow, high, 0, PredictionFormat::tsv), "\n")
      << "a line in, one out";
  EXPECT_EQ(labels_line(kLabels, kRow, high, 1, PredictionFormat::tsv), "with\\ttab\t0.625000\n")
      << "as many as were asked for";
  EXPECT_EQ(labels_line(kLabels, kRow, high, 0, PredictionFormat::jsonl),
            "{\"labels\":[],\"probabilities\":[]}\n");
}

}  // namespace
}  // namespace mnemo
