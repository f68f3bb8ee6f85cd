#include "app/tasks/series/import_series.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "app/runs/stored_model.h"
#include "app/tasks/series/series_settings.h"
#include "mnemo/error.h"
#include "models/safetensors.h"
#include "models/series_model.h"
#include "tests/common/test_helpers.h"

namespace mnemo {
namespace {

// Weights of a model of two features and two outputs, without the file that it was trained on.
class SeriesImportTest : public ::testing::Test {
 protected:
  SeriesImportTest() {
    options_.out = (folder_.path() / "run").string();
    options_.features = {"x", "y"};
    options_.labels = {"plus", "minus"};
    write_config("");
    SeriesModelOptions model;
    model.features = model.outputs = 2;
    model.encoder = {.hidden_sizes = {3}, .bidirectional = false};
    model.pooling.kinds = {Pooling::last};
    model.norm = Norm::none;
    tensors_ = named_tensors(*SeriesModule(model));
    options_.weights = folder_.write("weights.safetensors", to_safetensors(tensors_));
  }

  void write_config(const std::string& more) {
    options_.config = folder_.write(
        "config.ini", "preset = article-torch\nhidden-sizes = 3\nlinear = false\n" + more);
  }
  SeriesSettings import() {
    import_run(options_, Task::series, import_series, reporter_);
    return series_settings_from_json(open_stored(options_.out).settings, "the run's");
  }

  TestFolder folder_;
  ImportRequest options_;
  NamedTensors tensors_;
  Reporter reporter_;
};

TEST_F(SeriesImportTest, TakesFeaturesAndLabelsAsTheyAreNamed) {
  const auto settings = import();
  EXPECT_EQ(settings.features, (std::vector<std::string>{"x", "y"}));
  EXPECT_EQ(settings.labels.names(), (std::vector<std::string>{"plus", "minus"}));
  EXPECT_TRUE(settings.target_scaling.empty());
}

TEST_F(SeriesImportTest, TakesTheScalingOfNumbersFromTheWeights) {
  write_config("target-kind = number\nlabel-column = mean,top\n");
  options_.labels.clear();
  for (auto& [name, tensor] : tensors_) {
    if (name == "target_scaling.scale") tensor = tensor * 4.0;
  }
  options_.weights = folder_.write("weights.safetensors", to_safetensors(tensors_));
  const auto settings = import();
  ASSERT_EQ(settings.target_scaling.size(), 2U);
  EXPECT_EQ(settings.target_scaling[1].scale, 4.0);
  EXPECT_EQ(target_names(settings), (std::vector<std::string>{"mean", "top"}));
}

TEST_F(SeriesImportTest, WantsAFileOrNamesAndNotBoth) {
  options_.train = "motions.ts";
  EXPECT_TRUE(contains(message_of([&] { import(); }), "come from `train`"));
  options_.train.clear();
  options_.features = {"x", "x"};
  EXPECT_TRUE(contains(message_of([&] { import(); }), "names one twice"));
  options_.features.clear();
  EXPECT_TRUE(contains(message_of([&] { import(); }), "or its `features` and `labels`"));
}

TEST_F(SeriesImportTest, RefusesLabelsOfANumber) {
  write_config("target-kind = number\nlabel-column = mean,top\n");
  EXPECT_TRUE(contains(message_of([&] { import(); }), "`target-kind` is number"));
  EXPECT_FALSE(std::filesystem::exists(options_.out));
}

TEST_F(SeriesImportTest, TellsWhoReadsAModelOfKeras) {
  options_.weights = "model.keras";
  EXPECT_TRUE(contains(message_of([&] { import(); }), "mnemo.from_keras()"));
}

}  // namespace
}  // namespace mnemo
