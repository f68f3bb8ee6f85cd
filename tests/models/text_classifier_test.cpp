#include "models/text_classifier.h"

#include <gtest/gtest.h>
#include <torch/csrc/autograd/function.h>

#include <cmath>
#include <set>

#include "mnemo/error.h"
#include "models/kernels/dispatch.h"
#include "tests/models/test_support.h"

namespace mnemo {
namespace {

TextClassifierOptions small_options(Cell cell, int64_t classes) {
  TextClassifierOptions options;
  options.vocab_size = 12;
  options.classes = classes;
  options.embedding_dim = 6;
  options.encoder = {.hidden_size = 8, .layers = 2, .bidirectional = true, .cell = cell};
  options.pooling = {.kinds = {Pooling::attention, Pooling::last, Pooling::mean, Pooling::max},
                     .heads = 2};
  options.norm = Norm::batch;
  return options;
}

TextClassifier evaluated(const TextClassifierOptions& options) {
  TextClassifier model(options);
  initialize_parameters(*model, {}, test_generator());
  model->eval();
  return model;
}

class TextClassifierCells : public testing::TestWithParam<Cell> {};

TEST_P(TextClassifierCells, ATextGivesTheSameAloneInABatchAndBesideALongerOne) {
  const at::NoGradGuard no_grad;
  auto model = evaluated(small_options(GetParam(), 3));
  const auto ids = sample_ids();
  const auto together = class_probabilities(model->forward(make_batch(ids)).logits);
  for (size_t i = 0; i < ids.size(); ++i) {
    const auto alone = class_probabilities(model->forward(make_batch({ids[i]})).logits)[0];
    EXPECT_TRUE(at::allclose(alone, together[static_cast<int64_t>(i)], 0.0, 1e-5)) << i;
  }
}

INSTANTIATE_TEST_SUITE_P(Cells, TextClassifierCells, testing::ValuesIn([] {
                           auto cells = all_cells();
                           cells.push_back(Cell::transformer);
                           return cells;
                         }()),
                         [](const auto& test) { return cell_name(test.param); });

// How many nodes of that name a loss would be differentiated through.
int64_t graph_nodes(const at::Tensor& result, const std::string& name) {
  std::set<const torch::autograd::Node*> seen;
  std::vector<const torch::autograd::Node*> open = {result.grad_fn().get()};
  int64_t found = 0;
  while (!open.empty()) {
    const auto* node = open.back();
    open.pop_back();
    if (node == nullptr || !seen.insert(node).second) continue;
    found += node->name().find(name) == std::string::npos ? 0 : 1;
    for (const auto& edge : node->next_edges()) open.push_back(edge.function.get());
  }
  return found;
}

TEST(TextClassifier, NoRegularisationTakesTheLstmOffMnemosOwnLayers) {
  if (lstm_kernels(KernelPath::automatic, at::kFloat) == nullptr) {
    GTEST_SKIP() << "this machine has no kernels";
  }
  for (const auto type : {at::kFloat, at::kBFloat16}) {
    if (lstm_kernels(KernelPath::automatic, type) == nullptr) continue;
    auto options = small_options(Cell::lstm, 3);
    options.word_dropout = options.embedding_dropout = options.dropout = 0.0;
    const auto lstm_layers = [&] {
      TextClassifier model(options);
      randomize(*model);
      const ForwardContext context{.generator = test_generator(3), .compute_type = type};
      return graph_nodes(model->forward(make_batch(sample_ids()), context).logits, "LstmFunction");
    };
    const int64_t plain = lstm_layers();
    EXPECT_GE(plain, 2);
    options.word_dropout = options.embedding_dropout = options.dropout = 0.3;
    options.output_dropout = options.encoder.dropout = options.encoder.recurrent_dropout = 0.3;
    for (const Norm norm : {Norm::batch, Norm::layer}) {
      options.encoder.inner_norm = options.norm = norm;
      for (const bool variational : {false, true}) {
        options.encoder.variational = variational;
        EXPECT_EQ(lstm_layers(), plain) << at::toString(type);
      }
    }
  }
}

TEST(TextClassifier, AnswersInTheCallersOrder) {
  const at::NoGradGuard no_grad;
  auto model = evaluated(small_options(Cell::lstm, 2));
  auto ids = sample_ids();
  const auto output = model->forward(make_batch(ids));
  EXPECT_EQ(output.logits.sizes(), (std::vector<int64_t>{4, 1}));
  EXPECT_EQ(output.attention.sizes(), (std::vector<int64_t>{4, 2, 7}));
  EXPECT_EQ(output.attention[1].narrow(1, 1, 6).abs().sum().item<float>(), 0.0F)
      << "the second text has one token";
  std::swap(ids[0], ids[2]);
  const auto swapped = model->forward(make_batch(ids));
  EXPECT_TRUE(at::allclose(swapped.logits[2], output.logits[0], 1e-6, 1e-6));
}

TEST(TextClassifier, ThePaddingRowStaysZeroInTraining) {
  TextClassifier model(small_options(Cell::lstm, 2));
  initialize_parameters(*model, {}, test_generator());
  const auto output =
      model->forward(make_batch({{1, 0, 2}, {3, 4}}), {.generator = test_generator()});
  cross_entropy_sum(output.logits, at::tensor({0, 1}, at::kLong)).backward();
  const auto weight = model->named_parameters()["embedding.weight"];
  EXPECT_EQ(weight[0].abs().sum().item<float>(), 0.0F);
  EXPECT_EQ(weight.grad()[0].abs().sum().item<float>(), 0.0F);
  EXPECT_NE(weight.grad()[3].abs().sum().item<float>(), 0.0F);
}

TEST(TextClassifier, WordDropoutHidesWholeWordsInTrainingAlone) {
  auto options = small_options(Cell::lstm, 2);
  options.dropout = options.embedding_dropout = 0.0;
  options.word_dropout = 0.5;
  TextClassifier model(options);
  initialize_parameters(*model, {}, test_generator());
  const auto batch = make_batch({{2, 3, 4, 5, 6, 7, 8, 9, 10, 11}});
  cross_entropy_sum(model->forward(batch, {.generator = test_generator()}).logits,
                    at::tensor({1}, at::kLong))
      .backward();
  const auto gradient = model->named_parameters()["embedding.weight"].grad().to_dense();
  const auto reached = gradient.ne(0).sum(1);  // elements of each word that the loss depends on
  const auto hidden = reached.eq(0).sum().item<int64_t>() - 2;  // 0 and 1 are not in the text
  EXPECT_GT(hidden, 0);
  EXPECT_LT(hidden, 10);
  EXPECT_EQ(reached.eq(options.embedding_dim).sum().item<int64_t>(), 10 - hidden)
      << "a word is hidden whole or not at all";
  model->eval();
  const auto again = model->forward(batch).logits;
  EXPECT_TRUE(at::equal(model->forward(batch).logits, again));
}

TEST(TextClassifier, ABatchOfOneTrainsWithBatchNorm) {
  TextClassifier model(small_options(Cell::lstm, 2));
  initialize_parameters(*model, {}, test_generator());
  const auto output = model->forward(make_batch({{3, 4}}), {.generator = test_generator()});
  EXPECT_TRUE(output.logits.isfinite().all().item<bool>());
  for (const auto& buffer : model->buffers()) {
    EXPECT_TRUE(buffer.isfinite().all().item<bool>());
  }
}

TEST(TextClassifier, TwoClassesShareOneLogit) {
  const auto logits = at::tensor({-1.5F, 0.3F}).unsqueeze(1);
  const auto probabilities = class_probabilities(logits);
  EXPECT_NEAR(probabilities[0][1].item<double>(), 1.0 / (1.0 + std::exp(1.5)), 1e-6);
  EXPECT_TRUE(at::allclose(probabilities.sum(1), at::ones({2})));
  // Binary cross-entropy is cross-entropy over these two probabilities.
  const double loss = cross_entropy_sum(logits, at::tensor({1, 0}, at::kLong)).item<double>();
  const double expected =
      -std::log(probabilities[0][1].item<double>()) - std::log(probabilities[1][0].item<double>());
  EXPECT_NEAR(loss, expected, 1e-5);
}

TEST(TextClassifier, RefusesTooFewClassesAndWords) {
  auto options = small_options(Cell::lstm, 1);
  EXPECT_THROW(TextClassifier{options}, UsageError);
  options.classes = 2;
  options.vocab_size = 1;
  EXPECT_THROW(TextClassifier{options}, UsageError);
}

// The label is 1 when token 5 comes before token 6: order matters, so a bag of words cannot do it.
TEST(TextClassifier, LearnsWhatDependsOnOrder) {
  auto options = small_options(Cell::lstm, 2);
  options.norm = Norm::none;
  options.dropout = options.embedding_dropout = options.word_dropout = 0.0;
  TextClassifier model(options);
  initialize_parameters(*model, {}, test_generator());
  const Ids ids = {{5, 2, 6}, {6, 2, 5}, {5, 6}, {6, 5}, {3, 5, 3, 6, 2}, {3, 6, 3, 5, 2}};
  const auto targets = at::tensor({1, 0, 1, 0, 1, 0}, at::kLong);
  const auto batch = make_batch(ids);
  double loss = 1e9;
  for (int step = 0; step < 150; ++step) {
    model->zero_grad();
    const auto sum = cross_entropy_sum(model->forward(batch).logits, targets);
    sum.backward();
    loss = sum.item<double>();
    const at::NoGradGuard no_grad;
    for (auto& parameter : model->parameters()) parameter.sub_(parameter.grad(), 0.1);
  }
  EXPECT_LT(loss, 0.1);
}

}  // namespace
}  // namespace mnemo
