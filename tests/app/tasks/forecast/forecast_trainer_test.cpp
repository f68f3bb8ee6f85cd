#include "app/tasks/forecast/forecast_trainer.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "app/runs/run_folder.h"
#include "models/safetensors.h"
#include "tests/common/test_helpers.h"

namespace mnemo {
namespace {

TEST(ForecastTrainer, AnswersFromWhatItReadOfAFileThatIsGone) {
  const TestFolder folder;
  std::string rows = "hour,load,wind\n";
  for (int hour = 0; hour < 90; ++hour) {
    rows += fmt::format("2024-03-{:02}T{:02}:00,{},{}\n", 1 + hour / 24, hour % 24, hour % 7, hour);
  }
  auto options = preset_options(ForecastPreset::standard);
  options.train_file = folder.write("load.csv", rows);
  options.targets = {"load"};
  options.features = {"wind", "load"};
  options.model.lookback = options.model.segment = 6;
  options.model.horizon = 2;
  options.model.hidden_size = 4;
  options.split.rows = {60, 14, 16};
  Reporter reporter;
  const auto trainer = make_trainer(options, {.threads = 1}, reporter);
  std::filesystem::remove(options.train_file);

  RunFolder run(folder.path() / "run", IfExists::refuse);
  run.add_file(kConfigFile, "");
  run.save_weights(to_safetensors(named_tensors(trainer->objective().model())),
                   {{"task", "forecast"}, {"settings", trainer->description().settings}});
  const auto answers = trainer->answers(run.path());
  EXPECT_EQ(answers.at("part"), "test part");
  EXPECT_EQ(answers.at("metrics").at("n"), 15) << "16 rows, a horizon of 2";
  const auto& span = answers.at("spans").at(0);
  EXPECT_EQ(span.at("target"), "load");
  EXPECT_EQ(span.at("times").at(0), "2024-03-04T02:00") << "of row 74, the first of the test part";
  ASSERT_EQ(span.at("actual").size(), 16U);
  for (int i = 0; i < 16; ++i) EXPECT_EQ(span.at("actual").at(i), (74 + i) % 7);
}

}  // namespace
}  // namespace mnemo
