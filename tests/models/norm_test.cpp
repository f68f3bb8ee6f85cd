#include "models/norm.h"

#include <gtest/gtest.h>

#include "tests/models/test_support.h"

namespace mnemo {
namespace {

struct Owner : torch::nn::Module {};

TEST(FeatureNorm, IsLibTorchsModule) {
  const auto values = at::randn({6, 5}, test_generator());
  Owner owner;
  FeatureNorm layer(owner, Norm::layer, 5, "_l1");
  FeatureNorm batch(owner, Norm::batch, 5);
  randomize(owner);
  const auto parameters = owner.named_parameters();
  torch::nn::LayerNorm stock_layer(torch::nn::LayerNormOptions({5}));
  torch::nn::BatchNorm1d stock_batch(5);
  const at::NoGradGuard no_grad;
  stock_layer->weight.copy_(parameters["layer_norm_l1.weight"]);
  stock_layer->bias.copy_(parameters["layer_norm_l1.bias"]);
  stock_batch->weight.copy_(parameters["batch_norm.weight"]);
  stock_batch->bias.copy_(parameters["batch_norm.bias"]);

  EXPECT_TRUE(at::allclose(layer(values, /*training=*/true), stock_layer(values)));
  EXPECT_TRUE(at::allclose(batch(values, /*training=*/true), stock_batch(values)));
  stock_batch->eval();
  EXPECT_TRUE(at::allclose(batch(values, /*training=*/false), stock_batch(values)));
  EXPECT_TRUE(
      at::allclose(owner.named_buffers()["batch_norm.running_var"], stock_batch->running_var));
}

TEST(FeatureNorm, NormsNarrowNumbersInFullPrecision) {
  Owner owner;
  FeatureNorm norm(owner, Norm::layer, 5);
  EXPECT_EQ(norm(at::ones({2, 5}, at::kBFloat16), /*training=*/true).scalar_type(), at::kFloat);
}

TEST(FeatureNorm, ABatchOfOneLeavesTheStatisticsAlone) {
  Owner owner;
  FeatureNorm norm(owner, Norm::batch, 5);
  const auto result = norm(at::full({1, 5}, 3.0), /*training=*/true);
  EXPECT_TRUE(at::allclose(result, at::full({1, 5}, 3.0), 1e-4));
  EXPECT_EQ(owner.named_buffers()["batch_norm.running_mean"].sum().item<float>(), 0.0F);
}

TEST(FeatureNorm, NoneIsNothing) {
  Owner owner;
  FeatureNorm norm(owner, Norm::none, 5);
  const auto values = at::randn({2, 5}, test_generator());
  EXPECT_TRUE(norm(values, /*training=*/true).is_same(values));
  EXPECT_TRUE(owner.named_parameters().is_empty());
}

}  // namespace
}  // namespace mnemo
