#include "app/tasks/frame/import.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "app/runs/run_folder.h"
#include "app/runs/stored_model.h"
#include "app/tasks/forecast/import_forecast.h"
#include "mnemo/error.h"
#include "models/forecaster.h"
#include "models/safetensors.h"
#include "tests/common/test_helpers.h"

namespace mnemo {
namespace {

namespace fs = std::filesystem;

// Weights of a forecaster with look-back 2 and horizon 1, and what an import of them needs.
class ImportTest : public ::testing::Test {
 protected:
  ImportTest() {
    options_.train = folder_.write("load.csv", "load\n1\n2\n3\n4\n5\n6\n7\n8\n");
    options_.config = folder_.write("config.ini",
                                    "model = stacked\nlookback = 2\nhorizon = 1\n"
                                    "hidden-sizes = 3\nautoregression = false\nseason = 1\n");
    options_.out = (folder_.path() / "run").string();
    ForecasterOptions model;
    model.model = ForecastModel::stacked;
    model.lookback = 2;
    model.horizon = model.features = 1;
    model.target_columns = {0};
    model.hidden_sizes = {3};
    tensors_ = named_tensors(*ForecasterModule(model));
    write_weights();
  }

  void write_weights() {
    options_.weights = folder_.write("weights.safetensors", to_safetensors(tensors_));
  }
  void import() { import_run(options_, Task::forecast, import_forecast, reporter_); }
  fs::path run() const { return options_.out; }

  TestFolder folder_;
  ImportRequest options_;
  NamedTensors tensors_;
  Reporter reporter_;
};

TEST_F(ImportTest, KeepsARunThatCanBeOpened) {
  import();
  const auto stored = open_stored(run());
  EXPECT_EQ(stored.task, Task::forecast);
  EXPECT_EQ(run_status(run()).state, RunState::imported);
  const auto kept = from_safetensors(read_run(run()).weights, "the run's");
  for (const auto& [name, tensor] : tensors_) {
    EXPECT_TRUE(kept.at(name).equal(tensor)) << name;
  }
}

TEST_F(ImportTest, TakesScalingOfTheDataWhereTheFileHasNone) {
  std::erase_if(tensors_, [](const auto& entry) { return is_scaling(entry.first); });
  write_weights();
  import();
  const auto kept = from_safetensors(read_run(run()).weights, "the run's");
  EXPECT_NEAR(kept.at("feature_scaling.offset").item<double>(), 3.0, 2.0);  // the rows' mean
}

TEST_F(ImportTest, LeavesNoFolderWhenTheFileDoesNotFit) {
  tensors_.erase("dense.weight");
  write_weights();
  EXPECT_THROW(import(), Error);
  EXPECT_FALSE(fs::exists(run()));
}

TEST_F(ImportTest, RefusesScalesThatAreNotPositive) {
  for (auto& [name, tensor] : tensors_) {
    if (name == "target_scaling.scale") tensor = tensor * 0.0;
  }
  write_weights();
  EXPECT_TRUE(contains(message_of([&] { import(); }), "target_scaling.scale holds numbers that"));
}

TEST_F(ImportTest, RefusesARunThatStandsThereUnlessToldToReplaceIt) {
  import();
  EXPECT_THROW(import(), Error);
  options_.overwrite = true;
  import();
}

}  // namespace
}  // namespace mnemo
