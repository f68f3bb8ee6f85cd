#include "app/tasks/start/initial_weights.h"

#include <gtest/gtest.h>

#include <limits>
#include <nlohmann/json.hpp>

#include "models/series_model.h"
#include "tests/common/test_helpers.h"

namespace mnemo {
namespace {

SeriesModule small_model(int64_t outputs = 2, int64_t aux_classes = 0) {
  SeriesModelOptions options;
  options.aux_classes = aux_classes;
  options.features = 3;
  options.outputs = outputs;
  options.encoder.hidden_sizes = {4};
  return SeriesModule(options);
}

// Every tensor of `model` filled with one number.
NamedTensors filled(const SeriesModule& model, double number) {
  auto tensors = named_tensors(*model);
  for (auto& [name, tensor] : tensors) tensor = at::full_like(tensor, number);
  return tensors;
}

class InitialWeightsTest : public testing::Test {
 protected:
  InitialWeights read(const NamedTensors& tensors) const {
    return InitialWeights(
        {.file = folder_.write("start.safetensors", to_safetensors(tensors)).string()},
        Task::series);
  }

  TestFolder folder_;
  Reporter reporter_;
};

TEST_F(InitialWeightsTest, AreCopiedButForTheScalingOfTheData) {
  auto model = small_model();
  model->feature_scaling().set(std::vector{1.0, 2.0, 3.0}, std::vector{4.0, 5.0, 6.0});
  read(filled(model, 0.25)).load_into(*model, {}, reporter_);
  for (const auto& item : model->named_parameters()) {
    EXPECT_TRUE(item.value().eq(0.25).all().item<bool>()) << item.key();
  }
  EXPECT_TRUE(at::equal(named_tensors(*model).at("feature_scaling.offset"),
                        at::tensor({1.0F, 2.0F, 3.0F})));
}

TEST_F(InitialWeightsTest, MayLackTheScaling) {
  auto model = small_model();
  auto tensors = filled(model, 0.5);
  std::erase_if(tensors,
                [](const auto& item) { return item.first.find("scaling") != std::string::npos; });
  read(tensors).load_into(*model, {}, reporter_);
  EXPECT_TRUE(named_tensors(*model).at("dense.weight").eq(0.5).all().item<bool>());
  EXPECT_TRUE(named_tensors(*model).at("feature_scaling.scale").eq(1.0).all().item<bool>());
}

TEST_F(InitialWeightsTest, HaveOrLackWhatTrainsAlong) {
  const NewParts parts = {.names = {}, .reason = {}, .trains_along = {"aux_dense", "stray"}};
  auto model = small_model(/*outputs=*/2, /*aux_classes=*/3);
  const auto own = named_tensors(*model).at("aux_dense.weight").clone();
  auto tensors = filled(small_model(/*outputs=*/2, /*aux_classes=*/5), 0.5);
  tensors["stray.weight"] = at::zeros({1});
  read(tensors).load_into(*model, parts, reporter_);
  EXPECT_TRUE(at::equal(named_tensors(*model).at("aux_dense.weight"), own)) << "of another shape";
  EXPECT_TRUE(named_tensors(*model).at("dense.weight").eq(0.5).all().item<bool>());

  read(filled(model, 0.25)).load_into(*model, parts, reporter_);
  EXPECT_TRUE(named_tensors(*model).at("aux_dense.weight").eq(0.25).all().item<bool>());
}

TEST_F(InitialWeightsTest, AreRefusedByNameWhenTheyDoNotFit) {
  auto model = small_model();
  auto tensors = filled(small_model(5), 0.5);
  tensors["stray"] = at::zeros({1});
  tensors.erase("encoder.0.bias_hh_l0");
  const auto message = message_of([&] { read(tensors).load_into(*model, {}, reporter_); });
  EXPECT_TRUE(contains(message, "start.safetensors"));
  EXPECT_TRUE(contains(message, "dense.weight has shape (5, 16), expected (2, 16)"));
  EXPECT_TRUE(contains(message, "missing encoder.0.bias_hh_l0"));
  EXPECT_TRUE(contains(message, "unexpected stray"));
}

TEST_F(InitialWeightsTest, AreRefusedWhenTheyAreNotFinite) {
  auto tensors = filled(small_model(), 0.5);
  tensors["dense.bias"][1] = std::numeric_limits<float>::quiet_NaN();
  EXPECT_TRUE(contains(message_of([&] { read(tensors); }), "dense.bias"));
}

TEST_F(InitialWeightsTest, AreNotNeeded) {
  auto model = small_model();
  const auto before = named_tensors(*model).at("dense.weight").clone();
  InitialWeights none({}, Task::series);
  none.load_into(*model, {}, reporter_);
  nlohmann::json data;
  none.describe(data);
  EXPECT_TRUE(at::equal(named_tensors(*model).at("dense.weight"), before));
  EXPECT_TRUE(data.is_null());
}

}  // namespace
}  // namespace mnemo
