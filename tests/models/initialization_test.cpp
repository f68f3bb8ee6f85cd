#include "models/initialization.h"

#include <gtest/gtest.h>

#include <cmath>

#include "models/safetensors.h"
#include "tests/models/test_support.h"

namespace mnemo {
namespace {

TextClassifier initialized(const InitializationOptions& options, uint64_t seed = 3) {
  TextClassifierOptions model_options;
  model_options.vocab_size = 400;
  model_options.classes = 5;
  model_options.encoder.hidden_size = 64;
  model_options.norm = Norm::batch;
  TextClassifier model(model_options);
  initialize_parameters(*model, options, test_generator(seed));
  return model;
}

// The largest value comes near the bound and none beyond it; the spread is a uniform one's.
void expect_uniform(const at::Tensor& parameter, double bound) {
  EXPECT_LE(parameter.abs().max().item<double>(), bound);
  EXPECT_GT(parameter.abs().max().item<double>(), 0.95 * bound);
  EXPECT_NEAR(parameter.std().item<double>(), bound / std::sqrt(3.0), 0.03 * bound);
}

TEST(Initialization, HasPyTorchsDistributions) {
  const auto parameters = initialized({})->named_parameters();
  const auto embedding = parameters["embedding.weight"];
  EXPECT_NEAR(embedding.std().item<double>(), 1.0, 0.02);
  EXPECT_EQ(embedding[0].abs().sum().item<float>(), 0.0F);
  expect_uniform(parameters["encoder.weight_ih_l0"], 1.0 / std::sqrt(64.0));
  expect_uniform(parameters["encoder.weight_hh_l0_reverse"], 1.0 / std::sqrt(64.0));
  expect_uniform(parameters["pooling.attention.in_proj_weight"], std::sqrt(6.0 / (3 * 128 + 128)));
  expect_uniform(parameters["pooling.attention.out_proj.weight"], 1.0 / std::sqrt(128.0));
  expect_uniform(parameters["dense.weight"], 1.0 / std::sqrt(256.0));
  EXPECT_EQ(parameters["pooling.attention.in_proj_bias"].abs().sum().item<float>(), 0.0F);
  EXPECT_EQ(parameters["batch_norm.weight"].sum().item<float>(), 256.0F);
}

TEST(Initialization, AddsTheForgetBiasToTheForgetGateAlone) {
  const auto plain = initialized({})->named_parameters();
  const auto biased = initialized({.forget_bias = 1.0})->named_parameters();
  const auto difference = biased["encoder.bias_ih_l0"] - plain["encoder.bias_ih_l0"];
  auto expected = at::zeros({4 * 64});
  expected.narrow(0, 64, 64).fill_(1.0);
  EXPECT_TRUE(at::allclose(difference, expected, 0.0, 1e-6));
  EXPECT_TRUE(at::equal(biased["encoder.bias_hh_l0"], plain["encoder.bias_hh_l0"]));
}

TEST(Initialization, OrthogonalRecurrentMatricesTurnAndDoNotStretch) {
  const auto parameters = initialized({.recurrent = RecurrentInit::orthogonal})->named_parameters();
  const auto gates = parameters["encoder.weight_hh_l0"].reshape({4, 64, 64});
  EXPECT_TRUE(at::allclose(gates.bmm(gates.transpose(1, 2)), at::eye(64).expand({4, 64, 64}),
                           /*rtol=*/0.0, /*atol=*/1e-5));
  EXPECT_GT((gates[0] - gates[1]).abs().max().item<double>(), 0.1);
  expect_uniform(parameters["encoder.weight_ih_l0"], 1.0 / std::sqrt(64.0));
}

TEST(Initialization, XavierGoesByBothSidesOfAMatrix) {
  const auto parameters =
      initialized({.forget_bias = 1.0, .dense = DenseInit::xavier})->named_parameters();
  expect_uniform(parameters["encoder.weight_ih_l0"], std::sqrt(6.0 / (128 + 4 * 64)));
  expect_uniform(parameters["encoder.weight_hh_l0"], 1.0 / std::sqrt(64.0));
  EXPECT_EQ(parameters["encoder.bias_ih_l0"].sum().item<float>(), 64.0F) << "the forget bias alone";
  EXPECT_EQ(parameters["encoder.bias_hh_l0"].abs().sum().item<float>(), 0.0F);
  EXPECT_LE(parameters["dense.weight"].abs().max().item<double>(), std::sqrt(6.0 / (256 + 5)));
  EXPECT_EQ(parameters["dense.bias"].abs().sum().item<float>(), 0.0F);
}

TEST(Initialization, DependsOnTheGeneratorAlone) {
  const auto bytes = [](uint64_t seed) {
    return to_safetensors(named_tensors(*initialized({}, seed)));
  };
  EXPECT_EQ(bytes(1), bytes(1));
  EXPECT_NE(bytes(1), bytes(2));
}

}  // namespace
}  // namespace mnemo
