#include "models/language_model.h"

#include <gtest/gtest.h>

#include "mnemo/error.h"
#include "tests/models/test_support.h"

namespace mnemo {
namespace {

LanguageModelOptions small_language_options() {
  LanguageModelOptions options;
  options.vocab_size = 13;
  options.embedding_dim = 6;
  options.encoder = {.hidden_size = 8, .bidirectional = true};
  return options;
}

LanguageModel evaluated(const LanguageModelOptions& options) {
  LanguageModel model(options);
  randomize(*model);
  model->eval();
  return model;
}

// One text, by LibTorch's operators and for each piece by itself.
TEST(LanguageModel, PredictsTheNextPieceAndTheOneBefore) {
  const at::NoGradGuard no_grad;
  auto model = evaluated(small_language_options());
  const std::vector<int32_t> ids = {4, 8, 6, 1, 12};
  const auto parameters = model->named_parameters();
  const auto embedding = parameters["embedding.weight"];
  const auto tokens = at::tensor(std::vector<int64_t>(ids.begin(), ids.end()));
  const auto input = embedding.index_select(0, tokens).unsqueeze(1);  // (T, 1, E)
  std::vector<at::Tensor> weights;
  for (const auto& parameter : parameters) {
    if (parameter.key().starts_with("encoder.")) weights.push_back(parameter.value());
  }
  const auto zeros = at::zeros({2, 1, 8});
  const auto hidden = std::get<0>(at::lstm(input, {zeros, zeros}, weights, /*has_biases=*/true, 1,
                                           0.0, /*train=*/false, /*bidirectional=*/true,
                                           /*batch_first=*/false))
                          .squeeze(1);  // (T, 16)
  double expected = 0.0;
  const auto add = [&](const at::Tensor& state, const std::string& direction, int64_t target) {
    const auto& head = "language_head." + direction + "_projection.";
    const auto projected =
        at::linear(state, parameters[head + "weight"], parameters[head + "bias"]);
    const auto logits = at::linear(projected, embedding, parameters["language_head.bias"]);
    expected -= logits.slice(0, 1).log_softmax(0)[target - 1].item<double>();
  };
  for (int64_t t = 0; t + 1 < 5; ++t) {
    add(hidden[t].slice(0, 0, 8), "forward", ids[static_cast<size_t>(t + 1)]);
    add(hidden[t + 1].slice(0, 8, 16), "reverse", ids[static_cast<size_t>(t)]);
  }
  const auto loss = model->loss(make_batch({ids}), SoftmaxSample::whole(13));
  EXPECT_EQ(loss.predicted, 8);
  EXPECT_NEAR(loss.sum.item<double>(), expected, 1e-3);
}

TEST(LanguageModel, ATextCountsTheSameAloneAndInABatch) {
  const at::NoGradGuard no_grad;
  auto model = evaluated(small_language_options());
  const auto whole = SoftmaxSample::whole(13);
  double alone = 0.0;
  int64_t predicted = 0;
  for (const auto& ids : sample_ids()) {
    const auto loss = model->loss(make_batch({ids}), whole);
    alone += loss.sum.item<double>();
    predicted += loss.predicted;
  }
  const auto together = model->loss(make_batch(sample_ids()), whole);
  EXPECT_NEAR(together.sum.item<double>(), alone, 1e-3);
  EXPECT_EQ(together.predicted, predicted);
}

// Otherwise the loss would be small for the wrong reason.
TEST(LanguageModel, NoDirectionSeesWhatItPredicts) {
  auto options = small_language_options();
  auto model = evaluated(options);
  const auto whole = SoftmaxSample::whole(13);
  // Each of two pieces is predicted from the other alone.
  const auto loss_of = [&](int32_t first, int32_t second) {
    const at::NoGradGuard no_grad;
    return model->loss(make_batch({{first, second}}), whole).sum.item<double>();
  };
  // Summed over all second pieces, exp(-loss) of the forward direction is 1 when it sees none.
  options.encoder.bidirectional = false;
  model = evaluated(options);
  double total = 0.0;
  for (int32_t second = 1; second < 13; ++second) total += std::exp(-loss_of(5, second));
  EXPECT_NEAR(total, 1.0, 1e-4);
}

TEST(LanguageModel, RefusesLayersThatWouldSeeTheFuture) {
  auto options = small_language_options();
  options.encoder.layers = 2;
  EXPECT_THROW(LanguageModel{options}, UsageError);
  options.encoder.bidirectional = false;
  EXPECT_NO_THROW(LanguageModel{options});
}

TEST(LanguageModel, EveryParameterGetsAGradientAndPaddingNone) {
  auto model = evaluated(small_language_options());
  model->train();
  model->loss(make_batch(sample_ids()), SoftmaxSample::whole(13), {.generator = test_generator()})
      .sum.backward();
  for (const auto& parameter : model->named_parameters()) {
    const auto gradient = parameter.value().grad();
    ASSERT_TRUE(gradient.defined()) << parameter.key();
    EXPECT_GT(gradient.abs().sum().item<double>(), 0.0) << parameter.key();
  }
  const auto embedding = model->named_parameters()["embedding.weight"].grad();
  EXPECT_EQ(embedding.to_dense()[0].abs().sum().item<float>(), 0.0F);
}

}  // namespace
}  // namespace mnemo
