#include "app/tasks/series/series_trainer.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cmath>
#include <string>

#include "tests/common/test_helpers.h"

namespace mnemo {
namespace {

class SeriesTrainerTest : public ::testing::Test {
 protected:
  SeriesTrainerTest() {
    std::string rows = "id,x,label\n";
    for (int series = 0; series < 12; ++series) {
      for (int step = 0; step < 5; ++step) {
        rows += fmt::format("{},{},{}\n", series, std::sin(series * step + 1.0),
                            series % 3 == 0 ? "a" : "b");
      }
    }
    options_.train_file = folder_.write("series.csv", rows);
    options_.model.encoder.hidden_sizes = {4};
  }

  TestFolder folder_;
  TrainSeriesOptions options_ = preset_options(SeriesPreset::standard);
  Reporter reporter_;
};

TEST_F(SeriesTrainerTest, LetsTrainingSeriesChooseNothing) {
  const auto trainer = make_trainer(options_, {.threads = 1}, reporter_);
  EXPECT_EQ(trainer->description().data.at("valid_series"), 0);
  EXPECT_EQ(trainer->fit().keep, KeptWeights::last);
  EXPECT_EQ(trainer->fit().patience, 0);
}

TEST_F(SeriesTrainerTest, ChoosesByWhatIsHeldOut) {
  options_.valid_share = 0.25;
  const auto trainer = make_trainer(options_, {.threads = 1}, reporter_);
  EXPECT_EQ(trainer->description().data.at("valid_series"), 3);
  EXPECT_EQ(trainer->fit().keep, KeptWeights::best);
}

TEST_F(SeriesTrainerTest, FitsALinearPartBeforeTheLayers) {
  const auto with = make_trainer(options_, {.threads = 1}, reporter_);
  EXPECT_EQ(with->description().settings.at("model").at("linear_steps"), 5);
  EXPECT_EQ(with->description().fitted_parameters, (5 * 1 + 1) * 2);
  EXPECT_TRUE(with->description().fitted.contains("linear_part"));
  options_.linear = false;
  const auto without = make_trainer(options_, {.threads = 1}, reporter_);
  EXPECT_EQ(without->description().fitted_parameters, 0);
}

}  // namespace
}  // namespace mnemo
