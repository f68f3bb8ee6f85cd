// Heads that train along with a text classifier.
#include <gtest/gtest.h>

#include "app/tasks/forecast/forecast_objective.h"
#include "app/tasks/text/text_objective.h"
#include "mnemo/error.h"
#include "tests/models/test_support.h"

namespace mnemo {
namespace {

class AuxiliaryTasks : public testing::Test {
 protected:
  AuxiliaryTasks() {
    options.vocab_size = 12;
    options.classes = 3;
    options.embedding_dim = 6;
    options.word_dropout = options.embedding_dropout = options.dropout = 0.0;
    options.encoder = {.hidden_size = 8, .bidirectional = true};
    options.pooling = {.kinds = {Pooling::last, Pooling::max}};
    options.aux_classes = 2;
    options.language_head = true;
    batch = {.inputs = make_batch(sample_ids()),
             .targets = at::tensor(std::vector<int64_t>{0, 2, 1, 1}),
             .aux_targets = at::tensor(std::vector<int64_t>{1, -1, -1, 0})};
  }

  TextClassifier make() const {
    TextClassifier model(options);
    randomize(*model);
    model->train();
    return model;
  }

  static std::vector<at::Tensor> gradients(TextClassifier& model) {
    std::vector<at::Tensor> found;
    for (const auto& parameter : model->parameters()) {
      const auto& gradient = parameter.grad();
      if (!gradient.defined()) {
        found.push_back(at::zeros_like(parameter));
      } else {
        found.push_back(gradient.is_sparse() ? gradient.to_dense() : gradient.clone());
      }
    }
    return found;
  }

  TextClassifierOptions options;
  LabelledBatch batch;
};

// The sum, written down: means over the texts, over those with a second label, and over pieces.
TEST_F(AuxiliaryTasks, AddTheirMeanLossesByWeight) {
  auto model = make();
  TextObjective objective(model, {.loss = {}, .aux_weight = 0.5, .language_weight = 0.25}, at::kCPU,
                          at::kFloat);
  const double told = objective.step(batch, /*seed=*/7, /*weight=*/1.0).loss;
  const auto found = gradients(model);

  model->zero_grad();
  const auto output = model->forward(batch.inputs);
  const auto own = cross_entropy_sum(output.logits, batch.targets) / 4.0;
  const auto known = at::tensor(std::vector<int64_t>{0, 3});
  const auto aux = at::cross_entropy_loss(output.aux_logits.index_select(0, known),
                                          batch.aux_targets.index_select(0, known));
  const auto [sum, predicted] =
      model->language_loss(output, batch.inputs, SoftmaxSample::whole(options.vocab_size));
  (own + 0.5 * aux + 0.25 * sum / static_cast<double>(predicted)).backward();
  const auto expected = gradients(model);
  EXPECT_NEAR(told, 4.0 * own.item<double>(), 1e-5) << "the loss told is the labels' own";
  for (size_t i = 0; i < found.size(); ++i) {
    EXPECT_TRUE(at::allclose(found[i], expected[i], 1e-4, 1e-6)) << i;
  }
}

TEST_F(AuxiliaryTasks, ABatchWithoutSecondLabelsIsFine) {
  auto model = make();
  batch.aux_targets.fill_(-1);
  TextObjective objective(model, {.loss = {}, .aux_weight = 0.5}, at::kCPU, at::kFloat);
  EXPECT_TRUE(std::isfinite(objective.step(batch, 7, 1.0).loss));
  for (const auto& gradient : gradients(model)) {
    EXPECT_TRUE(gradient.isfinite().all().item<bool>());
  }
}

TEST_F(AuxiliaryTasks, EvaluationLooksAtTheLabelsAlone) {
  auto model = make();
  model->eval();
  TextObjective objective(model, {.loss = {}, .aux_weight = 0.5, .language_weight = 0.25}, at::kCPU,
                          at::kFloat);
  const auto expected = cross_entropy_sum(model->forward(batch.inputs).logits, batch.targets);
  EXPECT_NEAR(objective.evaluate(batch).loss, expected.item<double>(), 1e-6);
}

TEST_F(AuxiliaryTasks, RefusesALanguageModelThatSeesTheFuture) {
  options.encoder.layers = 2;
  EXPECT_THROW(TextClassifier{options}, UsageError);
}

TEST(Reconstruction, IsAddedByWeight) {
  ForecasterOptions options;
  options.lookback = 6;
  options.horizon = 4;
  options.features = 2;
  options.target_columns = {0, 1};
  options.hidden_size = 8;
  options.segment = 3;
  options.dropout = 0.0;
  options.reconstruction = true;
  ForecasterModule model(options);
  randomize(*model);
  model->train();
  const LabelledBatch batch{
      .inputs = {.values = at::randn({5, 6, 2}, test_generator(1)), .layout = {}},
      .targets = at::randn({5, 4, 2}, test_generator(2))};
  ForecastObjective objective(model, ForecastLoss::mse, {}, at::kCPU, at::kFloat, 0.5);
  const double told = objective.step(batch, /*seed=*/1, /*weight=*/1.0).loss;
  std::vector<at::Tensor> found;
  for (const auto& parameter : model->parameters()) found.push_back(parameter.grad().clone());
  model->zero_grad();
  const auto output = model->forward_with_reconstruction(batch.inputs.values);
  const auto own = forecast_loss_sum(output.forecast, batch.targets, ForecastLoss::mse);
  ((own + 0.5 * output.reconstruction_error.sum()) / 5.0).backward();
  EXPECT_NEAR(told, own.item<double>(), 1e-5) << "the loss told is the forecast's own";
  const auto parameters = model->parameters();
  for (size_t i = 0; i < parameters.size(); ++i) {
    EXPECT_TRUE(at::allclose(found[i], parameters[i].grad(), 1e-4, 1e-6)) << i;
  }
}

TEST(AuxLoss, IsTheMeanOfThoseThatHaveALabelForAll) {
  const auto logits = at::randn({4, 3}, test_generator(3));
  const auto targets = at::tensor(std::vector<int64_t>{2, -1, 0, -1});
  const auto known = at::tensor(std::vector<int64_t>{0, 2});
  const auto mean =
      at::cross_entropy_loss(logits.index_select(0, known), targets.index_select(0, known));
  EXPECT_NEAR(aux_loss_sum(logits, targets).item<double>(), 4.0 * mean.item<double>(), 1e-5);
  EXPECT_FALSE(aux_loss_sum(logits, at::full_like(targets, -1)).defined());
}

}  // namespace
}  // namespace mnemo
