#include "app/tasks/text/pretrained_embedding.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <vector>

#include "app/settings/compute.h"
#include "app/tasks/text/text_objective.h"
#include "models/initialization.h"
#include "models/safetensors.h"
#include "tests/common/test_helpers.h"

namespace mnemo {
namespace {

Tokenizer tokenizer_of(TokenizerType type, int64_t vocab_size) {
  const std::vector<std::string> texts(3, "the film was good");
  TokenizerOptions options;
  options.type = type;
  options.vocab_size = vocab_size;
  return Tokenizer::train(TextSource::of(texts), options);
}

TextClassifier model_of_words(int64_t vocab_size) {
  TextClassifierOptions options;
  options.vocab_size = vocab_size;
  options.classes = 2;
  options.embedding_dim = 3;
  options.encoder.hidden_size = 4;
  options.word_dropout = options.embedding_dropout = options.dropout = 0.0;
  TextClassifier model(options);
  initialize_parameters(*model, {}, make_generator(at::kCPU, 1));
  return model;
}

LabelledBatch small_batch() {
  const std::vector<int32_t> first = {2, 3, 4}, second = {5, 2};
  const std::vector<std::span<const int32_t>> ids = {first, second};
  return {.inputs = pack_ids(ids), .targets = at::tensor({0, 1}, at::kLong)};
}

TEST(PretrainedEmbedding, HasTheVectorsOfTheWordsThatAreThere) {
  const TestFolder folder;
  const auto tokenizer = tokenizer_of(TokenizerType::word, 100);
  const auto file = folder.write("vectors.txt", "good 1 2 3\nfilm 4 5 6\nunseen 7 8 9\n").string();
  auto model = model_of_words(tokenizer.vocab_size());
  const auto before = model->embedding_weight().detach().clone();
  Reporter reporter;
  nlohmann::json data;
  load_word_vectors(*model, tokenizer, {.file = file, .freeze = false}, reporter, data);

  int64_t found = 0;
  for (int64_t id = 0; id < tokenizer.vocab_size(); ++id) {
    const auto row = model->embedding_weight()[id];
    if (tokenizer.word(id) == "good" || tokenizer.word(id) == "film") {
      const float first = tokenizer.word(id) == "good" ? 1.0F : 4.0F;
      EXPECT_TRUE(at::equal(row, at::tensor({first, first + 1, first + 2})));
      ++found;
    } else {
      EXPECT_TRUE(at::equal(row, before[id])) << id;
    }
  }
  EXPECT_EQ(found, 2);
  const auto& told = data.at("embedding_vectors");
  EXPECT_EQ(told.at("words"), 3);
  EXPECT_EQ(told.at("pieces"), 4);
  EXPECT_EQ(told.at("pieces_found"), 2);
  EXPECT_DOUBLE_EQ(told.at("coverage_percent"), 50.0);
}

TEST(PretrainedEmbedding, IsRefusedWhenNoWordIsThere) {
  const TestFolder folder;
  const auto tokenizer = tokenizer_of(TokenizerType::word, 100);
  const auto file = folder.write("vectors.txt", "unseen 7 8 9\n").string();
  auto model = model_of_words(tokenizer.vocab_size());
  Reporter reporter;
  nlohmann::json data;
  EXPECT_THROW(
      load_word_vectors(*model, tokenizer, {.file = file, .freeze = false}, reporter, data), Error);
}

TEST(PretrainedEmbedding, IsOfWords) {
  const PretrainedEmbeddingOptions options{.file = "vectors.txt", .freeze = false};
  require_words(tokenizer_of(TokenizerType::word, 100), options);
  EXPECT_THROW(require_words(tokenizer_of(TokenizerType::character, 100), options), UsageError);
  require_words(tokenizer_of(TokenizerType::character, 100), {});
}

// The other gradients are those of a model that learns all.
TEST(PretrainedEmbedding, WhenFrozenHasNoGradient) {
  auto model = model_of_words(8), learning = model_of_words(8);
  model->embedding_weight().set_requires_grad(false);
  TextObjective objective(model, {}, at::kCPU, at::kFloat),
      other(learning, {}, at::kCPU, at::kFloat);
  objective.step(small_batch(), 1, 1.0);
  other.step(small_batch(), 1, 1.0);
  EXPECT_FALSE(model->embedding_weight().grad().defined());
  EXPECT_TRUE(learning->embedding_weight().grad().defined());
  const auto expected = learning->named_parameters();
  for (const auto& item : model->named_parameters()) {
    if (item.key() == "embedding.weight") continue;
    EXPECT_TRUE(at::allclose(item.value().grad(), expected[item.key()].grad(), 1e-5, 1e-7))
        << item.key();
  }
  EXPECT_TRUE(named_tensors(*model).contains("embedding.weight")) << "saved as ever";
}

}  // namespace
}  // namespace mnemo
