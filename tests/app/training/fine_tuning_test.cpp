#include "app/training/fine_tuning.h"

#include <gtest/gtest.h>

#include <map>
#include <string>

#include "models/text_classifier.h"

namespace mnemo {
namespace {

TEST(FineTuning, LowerLayersWaitLongerAndLearnMoreSlowly) {
  TextClassifierOptions options;
  options.vocab_size = 10;
  options.classes = 2;
  options.embedding_dim = 4;
  options.encoder = {.hidden_size = 4, .layers = 2, .bidirectional = true};
  const TextClassifier model(options);
  const auto names = model->named_parameters().keys();
  const auto paces = fine_tuning_paces(*model, {.unfreeze_steps = 10, .layer_rate = 0.5});
  ASSERT_EQ(paces.size(), names.size());
  for (size_t i = 0; i < names.size(); ++i) {
    int64_t depth = 0;
    if (names[i].find("_l1") != std::string::npos) depth = 1;
    if (names[i].find("_l0") != std::string::npos) depth = 2;
    if (names[i] == "embedding.weight") depth = 3;
    EXPECT_EQ(paces[i].waiting_steps, 10 * depth) << names[i];
    EXPECT_DOUBLE_EQ(paces[i].rate, std::pow(0.5, depth)) << names[i];
  }
}

TEST(FineTuning, TheNormBehindATransformerBelongsToItsHighestLayer) {
  TextClassifierOptions options;
  options.vocab_size = 10;
  options.classes = 2;
  options.embedding_dim = 4;
  options.encoder = {.hidden_size = 8, .layers = 2, .cell = Cell::transformer};
  const TextClassifier model(options);
  const auto names = model->named_parameters().keys();
  const auto paces = fine_tuning_paces(*model, {.unfreeze_steps = 10});
  std::map<std::string, int64_t> waiting;
  for (size_t i = 0; i < names.size(); ++i) waiting[names[i]] = paces[i].waiting_steps;
  EXPECT_EQ(waiting.at("encoder.norm.weight"), 10);
  EXPECT_EQ(waiting.at("encoder.layers.1.linear1.weight"), 10);
  EXPECT_EQ(waiting.at("encoder.layers.0.linear1.weight"), 20);
  EXPECT_EQ(waiting.at("encoder.input_projection.weight"), 20);
  EXPECT_EQ(waiting.at("embedding.weight"), 30);
}

TEST(FineTuning, AWaitingParameterStaysThenStartsAsIfNew) {
  auto early = at::ones({2, 2}).requires_grad_(), late = at::ones({2, 2}).requires_grad_();
  auto alone = at::ones({2, 2}).requires_grad_();
  const OptimizerOptions options{.learning_rate = 0.1};
  const auto optimizer = make_optimizer({early, late}, options);
  optimizer->set_paces({{}, {.rate = 0.5, .waiting_steps = 2}});
  const auto half = make_optimizer({alone}, {.learning_rate = 0.05});
  for (int step = 1; step <= 4; ++step) {
    for (auto& parameter : {early, late, alone}) parameter.mutable_grad() = at::full({2, 2}, 3.0);
    optimizer->drop_waiting_gradients();
    EXPECT_EQ(late.grad().defined(), step > 2) << step;
    optimizer->step();
    if (step > 2) half->step();
    EXPECT_TRUE(at::equal(late, alone)) << step;
  }
  EXPECT_NEAR(early[0][0].item<double>(), 0.6, 1e-5);
}

}  // namespace
}  // namespace mnemo
