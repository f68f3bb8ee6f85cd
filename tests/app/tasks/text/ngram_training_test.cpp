#include "app/tasks/text/ngram_training.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <random>

#include "app/settings/compute.h"
#include "app/tasks/text/ngram_cache.h"
#include "models/initialization.h"
#include "models/safetensors.h"
#include "tests/common/test_helpers.h"

namespace mnemo {
namespace {

// Texts of letters, in which "ab" stands for label 1 and "ba" for label 0: no single letter tells.
class NgramTrainingTest : public testing::Test {
 protected:
  NgramTrainingTest() {
    std::mt19937 random(5);  // NOLINT: the same each time
    const std::vector<std::string> others = {"c", "d", "e", "f"};
    for (int32_t i = 0; i < kTexts; ++i) {
      std::string text;
      for (int letter = 0; letter < 4; ++letter) text += others[random() % others.size()];
      labels_.push_back(static_cast<int32_t>(random() % 2));
      texts_.push_back(text.insert(random() % 5, labels_.back() == 1 ? "ab" : "ba"));
    }
    const auto path = folder_.path() / "a.tokens";
    const auto tokenizer = Tokenizer::train(
        TextSource::of(std::vector<std::string>{"abcdef fedcba"}),
        {.type = TokenizerType::character, .vocab_size = 100, .strip_html = false});
    write_token_file(path, "key", TextSource::of(texts_), tokenizer, {.max_length = 100}, 1);
    tokens_ = std::make_shared<const TokenFile>(TokenFile::open(path, "key"));
    model_ = TextClassifier(TextClassifierOptions{.vocab_size = tokenizer.vocab_size(),
                                                  .classes = 2,
                                                  .embedding_dim = 4,
                                                  .encoder = {.hidden_size = 4}});
    initialize_parameters(*model_, {}, make_generator(at::kCPU, 3));
    model_->eval();
  }

  TextBatches batches(int32_t begin, int32_t end) const {
    TextRows rows;
    for (int32_t row = begin; row < end; ++row) {
      rows.rows.push_back(row);
      rows.labels.push_back(labels_[static_cast<size_t>(row)]);
    }
    return {tokens_, std::move(rows), /*batch_size=*/7, BatchOrder::sorted, /*seed=*/3, at::kCPU};
  }

  // Label 0 is "ab", as above; label 1 stands for texts with an "f".
  TextBatches label_batches(int32_t begin, int32_t end) const {
    TextRows rows;
    for (int32_t row = begin; row < end; ++row) {
      std::vector<int32_t> own;
      if (labels_[static_cast<size_t>(row)] == 1) own.push_back(0);
      if (texts_[static_cast<size_t>(row)].find('f') != std::string::npos) own.push_back(1);
      rows.rows.push_back(row);
      rows.labels.push_back(0);
      rows.lists.add(own);
    }
    return {tokens_,    std::move(rows), /*batch_size=*/7, BatchOrder::sorted,
            /*seed=*/3, at::kCPU,        /*labels=*/2};
  }

  std::optional<NgramResult> add(TextBatches train, TextBatches valid,
                                 const NgramOptions& options = {.longest = 2}) {
    return add_ngrams(model_, train, valid, {}, options, cache_, reporter_);
  }

  static constexpr int32_t kTexts = 300;
  const TestFolder folder_;
  std::vector<std::string> texts_;
  std::vector<int32_t> labels_;
  std::shared_ptr<const TokenFile> tokens_;
  TextClassifier model_{nullptr};
  const CacheFolder cache_{(folder_.path() / "cache").string()};
  Reporter reporter_;
};

TEST_F(NgramTrainingTest, TheModelBecomesTheMixThatWasMeasured) {
  const auto result = add(batches(0, 200), batches(200, kTexts));
  ASSERT_TRUE(result);
  EXPECT_GT(result->ngram_valid.mean_metric(), 0.95) << "pairs tell the labels";
  EXPECT_LT(result->recurrent_valid.mean_metric(), 0.8) << "the layers have learnt nothing";
  EXPECT_LE(result->valid.mean_loss(), result->ngram_valid.mean_loss());
  EXPECT_EQ(model_->options().ngrams, 2);
  EXPECT_EQ(model_->options().ngram_count, result->ngrams.count);

  TextObjective objective(model_, {}, at::kCPU, at::kFloat);
  auto valid = batches(200, kTexts);
  LossSum sum;
  for (int64_t i = 0; i < valid.start_epoch(1); ++i) sum += objective.evaluate(valid.batch(i));
  EXPECT_NEAR(sum.mean_loss(), result->valid.mean_loss(), 1e-5);
  EXPECT_EQ(sum.mean_metric(), result->valid.mean_metric());

  const auto written = to_json(*result);
  EXPECT_EQ(written.at("valid_loss"), result->valid.mean_loss());
  EXPECT_EQ(written.at("ngrams").at("share"), result->mix.second);
}

TEST_F(NgramTrainingTest, SeveralLabelsAreLearntOneByOne) {
  auto options = model_->options();
  options.answer = TextAnswer::labels;
  model_ = TextClassifier(options);
  initialize_parameters(*model_, {}, make_generator(at::kCPU, 3));
  model_->eval();
  const auto result = add(label_batches(0, 200), label_batches(200, kTexts));
  ASSERT_TRUE(result);
  EXPECT_GT(result->ngram_valid.mean_metric(), 0.9) << "of most texts both labels are right";
  EXPECT_EQ(result->ngrams.outputs, 2);

  TextObjective objective(model_, {}, at::kCPU, at::kFloat);
  auto valid = label_batches(200, kTexts);
  LossSum sum;
  for (int64_t i = 0; i < valid.start_epoch(1); ++i) sum += objective.evaluate(valid.batch(i));
  EXPECT_NEAR(sum.mean_loss(), result->valid.mean_loss(), 1e-5);
  EXPECT_EQ(sum.mean_metric(), result->valid.mean_metric());
}

TEST_F(NgramTrainingTest, SingleLettersDoNotTell) {
  const auto result = add(batches(0, 200), batches(200, kTexts), {.longest = 1});
  ASSERT_TRUE(result);
  EXPECT_LT(result->ngram_valid.mean_metric(), 0.8);
}

TEST_F(NgramTrainingTest, OfFewTextsAHalfOfEachIsTaken) {
  const auto result = add(batches(0, 200), batches(200, 249));
  ASSERT_TRUE(result);
  EXPECT_EQ(result->mix.first, 0.5);
  EXPECT_EQ(result->mix.second, 0.5);
}

TEST_F(NgramTrainingTest, WithoutSharedNgramsTheModelStaysAsItIs) {
  const auto before = model_->named_parameters()["dense.weight"].clone();
  EXPECT_FALSE(add(batches(0, 1), batches(200, kTexts)));
  EXPECT_EQ(model_->options().ngrams, 0);
  EXPECT_TRUE(at::equal(model_->named_parameters()["dense.weight"], before));
}

TEST_F(NgramTrainingTest, TheSameAreTrainedOnce) {
  const auto train = labelled_ids(batches(0, 200)), valid = labelled_ids(batches(200, kTexts));
  const auto entries = [&] {
    return std::distance(std::filesystem::directory_iterator(cache_.path()), {});
  };
  const auto ask = [&](const LabelledIds& part, const NgramOptions& options) {
    return train_ngrams_once(part, valid, 2, {}, options, cache_, reporter_);
  };
  const auto first = ask(train, {.longest = 2});
  ASSERT_EQ(entries(), 1);
  const auto entry = std::filesystem::directory_iterator(cache_.path())->path();
  const auto again = ask(train, {.longest = 2});
  EXPECT_EQ(again->strength, first->strength);
  EXPECT_EQ(again->valid.loss, first->valid.loss);
  EXPECT_EQ(again->valid.samples, first->valid.samples);
  EXPECT_TRUE(at::equal(again->bias, first->bias));
  EXPECT_TRUE(at::equal(again->scorer->keys(), first->scorer->keys()));
  EXPECT_TRUE(at::equal(again->scorer->weight(), first->scorer->weight()));
  EXPECT_EQ(entries(), 1);

  ask(train, {.longest = 1});
  EXPECT_EQ(entries(), 2) << "of other options";
  auto relabelled = train;
  relabelled.labels[0] = 1 - relabelled.labels[0];
  ask(relabelled, {.longest = 2});
  ask(labelled_ids(batches(0, 199)), {.longest = 2});
  EXPECT_EQ(entries(), 4) << "of other texts or labels";

  // The stored answer is taken, and not computed again: here it is that of another strength.
  const auto bytes = cache_.read(entry.filename().string());
  ASSERT_TRUE(bytes);
  auto stored = from_safetensors(*bytes, "entry");
  stored.at("strength").fill_(0.5);
  cache_.write(entry.filename().string(), to_safetensors(stored));
  EXPECT_EQ(ask(train, {.longest = 2})->strength, 0.5);

  std::filesystem::resize_file(entry, 100);
  EXPECT_EQ(ask(train, {.longest = 2})->valid.loss, first->valid.loss) << "trained anew";
  EXPECT_GT(std::filesystem::file_size(entry), 100U);
}

// Strengths that overfit are not tried beyond the first.
TEST_F(NgramTrainingTest, TheStrengthIsTheBestOnHeldOutTexts) {
  const auto train = labelled_ids(batches(0, 60)), valid = labelled_ids(batches(200, kTexts));
  const auto with = [&](const std::vector<double>& strengths) {
    return train_ngrams(train, valid, 2, {}, {.longest = 2}, reporter_, strengths);
  };
  const auto weak = with({0.001}), strong = with({0.1});
  ASSERT_TRUE(weak && strong);
  ASSERT_LT(strong->valid.loss, weak->valid.loss);
  EXPECT_EQ(with({0.001, 0.1})->strength, 0.1);
  EXPECT_EQ(with({0.1, 0.001})->strength, 0.1);
}

}  // namespace
}  // namespace mnemo
