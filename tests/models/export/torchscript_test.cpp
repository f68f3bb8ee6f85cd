#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <ostream>
#include <string>
#include <vector>

#include "mnemo/error.h"
#include "models/export/text_classifier_export.h"
#include "models/ngram_keys.h"
#include "tests/models/test_support.h"

namespace mnemo {
namespace {

struct ExportCase {
  std::string name;
  Cell cell = Cell::lstm;
  Activation activation = Activation::tanh;
  int64_t layers = 1;
  bool bidirectional = true;
  std::vector<Pooling> pooling = {Pooling::attention, Pooling::max};
  bool batch_norm = false;
  int64_t classes = 2;
  Positions positions = Positions::sinusoidal;
  int64_t ngrams = 0;
  TextAnswer answer = TextAnswer::classes;
};

void PrintTo(const ExportCase& p, std::ostream* out) { *out << p.name; }

// The n-grams are those of two texts, which ids at random would hardly hold; of the second but the
// first piece.
void add_ngrams(TextClassifier& model, int64_t longest) {
  std::vector<int64_t> keys, more;
  collect_ngram_keys(std::vector<int32_t>{5, 3, 9, 5, 3}, longest, keys);
  collect_ngram_keys(std::vector<int32_t>{7, 2, 2, 28}, longest, more);
  keys.insert(keys.end(), more.begin(), more.end());
  std::ranges::sort(keys);
  NgramScorer scorer(NgramScorerOptions{
      .longest = longest, .count = std::ssize(keys), .outputs = model->options().logits()});
  scorer->keys().copy_(at::tensor(keys, at::kLong));
  scorer->weight().narrow(0, 0, std::ssize(keys)).uniform_(-1.0, 1.0, test_generator(8));
  model->add_ngrams(scorer, 0.5, at::full({model->options().logits()}, 0.1));
}

TextClassifier make_model(const ExportCase& p) {
  TextClassifierOptions options;
  options.vocab_size = 30;
  options.classes = p.classes;
  options.answer = p.answer;
  options.embedding_dim = 6;
  options.encoder = {.hidden_size = 8,
                     .layers = p.layers,
                     .bidirectional = p.bidirectional,
                     .cell = p.cell,
                     .activation = p.activation};
  options.transformer = {.heads = 2, .positions = p.positions, .longest = 64};
  options.pooling = {.kinds = p.pooling, .heads = 2};
  if (p.batch_norm) options.norm = Norm::batch;
  TextClassifier model(options);
  randomize(*model);
  if (p.batch_norm) {  // statistics that are not the identity
    model->named_buffers()["batch_norm.running_mean"].fill_(0.3);
    model->named_buffers()["batch_norm.running_var"].fill_(2.0);
  }
  if (p.ngrams > 0) add_ngrams(model, p.ngrams);
  if (p.answer == TextAnswer::numbers) {
    model->target_scaling()->set(std::vector<double>{3.0}, std::vector<double>{2.0});
  }
  model->eval();
  return model;
}

class TorchScriptExport : public testing::TestWithParam<ExportCase> {};

// export_text_classifier compares at three shapes itself; here padding beyond the longest text
// comes in.
TEST_P(TorchScriptExport, EqualsTheEagerModel) {
  const at::NoGradGuard no_grad;
  auto model = make_model(GetParam());
  TorchScriptModel exported(export_text_classifier(model, {}), {}, "test");
  const auto expected =
      model->answers(model->forward(make_batch({{5, 3, 9}, {7, 2, 2, 28}})).logits);
  const auto tokens = at::tensor({5, 3, 9, 0, 0, 0, 7, 2, 2, 28, 0, 0}, at::kLong).view({2, 6});
  const auto found = exported.forward({tokens, at::tensor({3, 4}, at::kLong)});
  EXPECT_TRUE(at::allclose(found, expected, 0.0, 1e-6));
}

std::vector<ExportCase> one_of_each_cell() {
  std::vector<ExportCase> cases;
  for (const Cell cell : all_cells()) {
    cases.push_back(
        {.name = cell_name(cell), .cell = cell, .pooling = {Pooling::last, Pooling::mean}});
  }
  return cases;
}

INSTANTIATE_TEST_SUITE_P(Cells, TorchScriptExport, testing::ValuesIn(one_of_each_cell()),
                         [](const auto& test) { return test.param.name; });

INSTANTIATE_TEST_SUITE_P(
    Models, TorchScriptExport,
    testing::Values(ExportCase{.name = "preset_like",
                               .bidirectional = false,
                               .pooling = {Pooling::attention},
                               .batch_norm = true},
                    ExportCase{.name = "deep_lstm", .layers = 2, .classes = 4},
                    ExportCase{.name = "rnn_relu",
                               .cell = Cell::rnn,
                               .activation = Activation::relu,
                               .bidirectional = false,
                               .pooling = {Pooling::max}},
                    ExportCase{.name = "ngrams", .ngrams = 1},
                    ExportCase{.name = "labels", .ngrams = 1, .answer = TextAnswer::labels},
                    ExportCase{.name = "number", .classes = 1, .answer = TextAnswer::numbers},
                    ExportCase{.name = "longer_ngrams", .layers = 2, .classes = 4, .ngrams = 3},
                    ExportCase{.name = "transformer", .cell = Cell::transformer, .layers = 2},
                    ExportCase{.name = "causal_transformer",
                               .cell = Cell::transformer,
                               .bidirectional = false,
                               .pooling = {Pooling::attention, Pooling::last},
                               .positions = Positions::learned}),
    [](const auto& test) { return test.param.name; });

TEST(TorchScriptFile, CarriesExtraFiles) {
  auto model = make_model({});
  const std::string bytes =
      export_text_classifier(model, {{"mnemo.json", "{}"}, {"data.bin", "a\xff"}});
  const TorchScriptModel exported(bytes, {"mnemo.json", "data.bin"}, "test");
  EXPECT_EQ(exported.extra_files().at("mnemo.json"), "{}");
  EXPECT_EQ(exported.extra_files().at("data.bin"), "a\xff");
  EXPECT_TRUE(TorchScriptModel(bytes, {"other"}, "test").extra_files().empty());
}

TEST(TorchScriptFile, RefusesTruncationAndGarbage) {
  auto model = make_model({});
  const std::string bytes = export_text_classifier(model, {});
  EXPECT_THROW(TorchScriptModel("", {}, "test"), Error);
  EXPECT_THROW(TorchScriptModel("no archive at all", {}, "test"), Error);
  for (const size_t part : {4U, 2U}) {
    EXPECT_THROW(TorchScriptModel(bytes.substr(0, bytes.size() / part), {}, "test"), Error);
  }
}

// Three ids in a row are hardly ever met by chance.
TEST(TorchScriptFile, IsCheckedWithNgramsThatTheModelKnows) {
  auto model = make_model({.name = "ngrams", .ngrams = 3});
  EXPECT_NO_THROW(export_text_classifier(model, {}));
  const int64_t key = longer_key(longer_key(longer_key(0, 2), 2), 28);
  const auto row = model->ngrams()->keys().eq(key).to(at::kLong).argmax().item<int64_t>();
  model->ngrams()->weight()[row].fill_(std::numeric_limits<float>::quiet_NaN());
  EXPECT_THROW(export_text_classifier(model, {}), Error);
}

// A flipped bit in a weight would otherwise load, and answer wrongly.
TEST(TorchScriptFile, RefusesAFlippedBitInItsWeights) {
  auto model = make_model({});
  std::string bytes = export_text_classifier(model, {});
  const auto weights = model->named_parameters()["embedding.weight"].contiguous();
  const std::string needle(static_cast<const char*>(weights.const_data_ptr()) + 24, 32);
  const size_t at = bytes.find(needle);
  ASSERT_NE(at, std::string::npos);
  bytes[at] = static_cast<char>(bytes[at] ^ 1);
  EXPECT_THROW(TorchScriptModel(bytes, {}, "test"), Error);
}

}  // namespace
}  // namespace mnemo
