#include "app/tasks/start/start_model.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "models/series_model.h"
#include "tests/common/test_helpers.h"

namespace mnemo {
namespace {

SeriesModule unstarted_model() {
  SeriesModelOptions options;
  options.features = 3;
  options.outputs = 2;
  options.encoder.hidden_sizes = {4};
  return SeriesModule(options);
}

class StartModelTest : public testing::Test {
 protected:
  // The weights that a training of this seed and these options starts with.
  at::Tensor started(uint64_t seed, const InitialWeightsOptions& options = {}) {
    auto model = unstarted_model();
    InitialWeights weights(options, Task::series);
    start_model(*model, {.seed = seed}, weights, reporter_, data_);
    return named_tensors(*model).at("dense.weight").clone();
  }

  Reporter reporter_;
  nlohmann::json data_ = nlohmann::json::object();
};

TEST_F(StartModelTest, DrawsBySeedAndSaysNothing) {
  EXPECT_TRUE(at::equal(started(1), started(1)));
  EXPECT_FALSE(at::equal(started(1), started(2)));
  EXPECT_EQ(data_, nlohmann::json::object());
}

TEST_F(StartModelTest, CopiesInitialWeightsOverTheDrawsAndSaysWhereTheyCameFrom) {
  const TestFolder folder;
  auto tensors = named_tensors(*unstarted_model());
  for (auto& [name, tensor] : tensors) tensor = at::full_like(tensor, 0.5);
  const auto file = folder.write("start.safetensors", to_safetensors(tensors)).string();
  EXPECT_TRUE(started(1, {.file = file}).eq(0.5).all().item<bool>());
  EXPECT_EQ(data_.at("init_weights"), file);
}

}  // namespace
}  // namespace mnemo
