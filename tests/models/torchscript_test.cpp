#include <gtest/gtest.h>

#include <ostream>
#include <string>
#include <vector>

#include "mnemo/error.h"
#include "models/export/text_classifier_export.h"
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
};

void PrintTo(const ExportCase& p, std::ostream* out) { *out << p.name; }

TextClassifier make_model(const ExportCase& p) {
  TextClassifierOptions options;
  options.vocab_size = 30;
  options.classes = p.classes;
  options.embedding_dim = 6;
  options.encoder = {.hidden_size = 8,
                     .layers = p.layers,
                     .bidirectional = p.bidirectional,
                     .cell = p.cell,
                     .activation = p.activation};
  options.transformer = {.heads = 2, .positions = p.positions, .longest = 64};
  options.pooling = {.kinds = p.pooling, .heads = 2};
  if (p.batch_norm) options.norm.kind = Norm::batch;
  TextClassifier model(options);
  randomize(*model);
  if (p.batch_norm) {  // statistics that are not the identity
    model->named_buffers()["batch_norm.running_mean"].fill_(0.3);
    model->named_buffers()["batch_norm.running_var"].fill_(2.0);
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
      class_probabilities(model->forward(make_batch({{5, 3, 9}, {7, 2, 2, 28}})).logits);
  const auto tokens = at::tensor({5, 3, 9, 0, 0, 0, 7, 2, 2, 28, 0, 0}, at::kLong).view({2, 6});
  const auto found = exported.forward({tokens, at::tensor({3, 4}, at::kLong)});
  EXPECT_TRUE(at::allclose(found, expected, 0.0, 1e-6));
}

INSTANTIATE_TEST_SUITE_P(
    Models, TorchScriptExport,
    testing::Values(
        ExportCase{.name = "preset_like",
                   .bidirectional = false,
                   .pooling = {Pooling::attention},
                   .batch_norm = true},
        ExportCase{.name = "deep_lstm", .layers = 2, .classes = 4},
        ExportCase{.name = "gru", .cell = Cell::gru, .pooling = {Pooling::last, Pooling::mean}},
        ExportCase{.name = "rnn_tanh", .cell = Cell::rnn, .pooling = {Pooling::last}, .classes = 3},
        ExportCase{.name = "rnn_relu",
                   .cell = Cell::rnn,
                   .activation = Activation::relu,
                   .bidirectional = false,
                   .pooling = {Pooling::max}},
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
