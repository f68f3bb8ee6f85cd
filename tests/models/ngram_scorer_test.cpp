#include "models/ngram_scorer.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <set>

#include "mnemo/error.h"
#include "models/ngram_keys.h"
#include "models/safetensors.h"
#include "tests/models/test_support.h"

namespace mnemo {
namespace {

int64_t key_of(const std::vector<int32_t>& ids) {
  int64_t key = 0;
  for (const int32_t id : ids) key = longer_key(key, id);
  return key;
}

struct Weighed {
  std::vector<int32_t> ids;
  std::vector<float> weight;
};

// A scorer that knows these n-grams.
NgramScorer scorer_of(int64_t longest, std::vector<Weighed> ngrams) {
  std::ranges::sort(ngrams, {}, [](const Weighed& ngram) { return key_of(ngram.ids); });
  NgramScorer scorer(NgramScorerOptions{.longest = longest,
                                        .count = std::ssize(ngrams),
                                        .outputs = std::ssize(ngrams.front().weight)});
  for (size_t i = 0; i < ngrams.size(); ++i) {
    const auto row = static_cast<int64_t>(i);
    scorer->keys()[row] = key_of(ngrams[i].ids);
    scorer->weight()[row].copy_(at::tensor(ngrams[i].weight));
  }
  return scorer;
}

NgramScorer random_scorer(int64_t longest, int64_t outputs, const Ids& texts) {
  std::set<std::vector<int32_t>> ngrams;
  for (const auto& ids : texts) {
    for (size_t first = 0; first < ids.size(); ++first) {
      for (size_t n = 1; n <= static_cast<size_t>(longest) && first + n <= ids.size(); ++n) {
        ngrams.emplace(ids.begin() + static_cast<ptrdiff_t>(first),
                       ids.begin() + static_cast<ptrdiff_t>(first + n));
      }
    }
  }
  std::mt19937 random(7);  // NOLINT: the same each time
  std::uniform_real_distribution<float> weight(-1.0F, 1.0F);
  std::vector<Weighed> weighed;
  for (const auto& ids : ngrams) {
    weighed.push_back({ids, {}});
    for (int64_t c = 0; c < outputs; ++c) weighed.back().weight.push_back(weight(random));
  }
  return scorer_of(longest, std::move(weighed));
}

TEST(NgramKeys, AreAPolynomialModuloTwoToThe64) {
  const uint64_t first = 6 * 0x9E3779B97F4A7C15U;  // (0 + 5 + 1) * factor
  const uint64_t second = (first + 15'999 + 1) * 0x9E3779B97F4A7C15U;
  EXPECT_EQ(longer_key(0, 5), static_cast<int64_t>(first));
  EXPECT_EQ(key_of({5, 15'999}), static_cast<int64_t>(second));
  EXPECT_EQ(shorter_key(key_of({5, 15'999}), 15'999), key_of({5}));
  EXPECT_EQ(shorter_key(key_of({5}), 5), 0);
}

TEST(NgramKeys, OfATextStandOnceInOrder) {
  std::vector<int64_t> keys = {1, 2, 3};  // are written over
  const std::vector<int32_t> ids = {4, 9, 4, 9};
  collect_ngram_keys(ids, 2, keys);
  std::vector<int64_t> expected = {key_of({4}), key_of({9}), key_of({4, 9}), key_of({9, 4})};
  std::ranges::sort(expected);
  EXPECT_EQ(keys, expected);
}

TEST(NgramKeys, AreFoundAsASearchOfEachWould) {
  std::mt19937_64 random(3);  // NOLINT: the same each time
  for (const size_t known_count : {1U, 2U, 17U, 1000U}) {
    std::set<int64_t> known, keys;
    while (known.size() < known_count) known.insert(static_cast<int64_t>(random() % 3000) - 1500);
    while (keys.size() < 400) keys.insert(static_cast<int64_t>(random() % 4000) - 2000);
    const std::vector<int64_t> known_list(known.begin(), known.end());
    const std::vector<int64_t> key_list(keys.begin(), keys.end());
    std::vector<int32_t> expected, places;
    for (const int64_t key : key_list) {
      const auto found = std::ranges::find(known_list, key);
      if (found == known_list.end()) continue;
      expected.push_back(static_cast<int32_t>(found - known_list.begin()));
    }
    find_keys(key_list, known_list, places);
    EXPECT_EQ(places, expected) << known_count;
  }
}

TEST(NgramScorer, CountsWhatATextHoldsOnceInTheCallersOrder) {
  const auto scorer = scorer_of(2, {{{3}, {1.0F, 0.0F}},
                                    {{4}, {10.0F, 0.5F}},
                                    {{3, 4}, {100.0F, 0.0F}},
                                    {{4, 3}, {1000.0F, 0.0F}},
                                    {{5, 5}, {10'000.0F, 0.0F}}});
  const auto scores =
      scorer->forward(make_batch({{3}, {3, 4, 3, 4}, {5}, {4, 5, 5, 5, 9}, {9, 9}}));
  const auto expected =
      at::tensor({1.0F, 0.0F, 1111.0F, 0.5F, 0.0F, 0.0F, 10'010.0F, 0.5F, 0.0F, 0.0F}).view({5, 2});
  EXPECT_TRUE(at::equal(scores, expected)) << scores;
}

TEST(NgramScorer, GivesTheSameByOperators) {
  const Ids texts = sample_ids();
  for (const int64_t longest : {1, 2, 5}) {
    auto scorer = random_scorer(longest, 3, texts);
    // Beside what it knows and at its end, what it does not; and all of one length.
    for (const Ids& ids :
         {texts, Ids{{5, 3, 9, 2, 0, 0}, {8, 8}, {4, 8, 6}, {3}}, Ids{{7, 7}, {2, 10}}}) {
      const auto batch = make_batch(ids);
      EXPECT_TRUE(at::allclose(scorer->forward(batch), scorer->by_operators(batch), 0.0, 1e-5));
    }
  }
}

TEST(NgramScorer, SharesItsAnswerAmongThePiecesOfEachNgram) {
  auto scorer = scorer_of(2, {{{3}, {1.0F}}, {{3, 4}, {6.0F}}});
  const std::vector<int32_t> ids = {3, 4, 9, 3, 4, 3};
  const auto found = scorer->by_piece(ids);
  const float one = 1.0F / 3.0F, two = 6.0F / 4.0F;  // of three places; of two, in two pieces each
  const auto expected = at::tensor({one + two, two, 0.0F, one + two, two, one}).unsqueeze(1);
  EXPECT_TRUE(at::allclose(found, expected)) << found;

  const auto texts = sample_ids();
  auto other = random_scorer(3, 4, texts);
  for (const auto& text : texts) {
    EXPECT_TRUE(at::allclose(other->by_piece(text).sum(0), other->forward(make_batch({text}))[0],
                             1e-5, 1e-5));
  }
}

TEST(NgramScorer, SpellsNgramsByTheirKeys) {
  const auto texts = sample_ids();
  auto scorer = random_scorer(3, 1, texts);
  const auto ngrams = scorer->some_ngrams(1000, /*vocab_size=*/12);
  EXPECT_EQ(std::ssize(ngrams), scorer->options().count);
  size_t longest = 0;
  for (const auto& ngram : ngrams) {
    longest = std::max(longest, ngram.size());
    EXPECT_TRUE(scorer->keys().eq(key_of(ngram)).any().item<bool>());
  }
  EXPECT_EQ(longest, 3U);
  EXPECT_EQ(scorer->some_ngrams(4, 12).size(), 4U);
}

TEST(NgramScorer, RefusesKeysThatDoNotAscendAndCountsOfNothing) {
  auto scorer = scorer_of(1, {{{3}, {1.0F}}, {{4}, {2.0F}}});
  EXPECT_NO_THROW(scorer->require_ascending("file"));
  scorer->keys().copy_(scorer->keys().flip(0).clone());
  EXPECT_THROW(scorer->require_ascending("file"), Error);
  EXPECT_THROW(NgramScorer(NgramScorerOptions{.longest = 6, .count = 3}), UsageError);
  EXPECT_THROW(NgramScorer(NgramScorerOptions{.longest = 2, .count = 0}), UsageError);
}

TextClassifier classifier(int64_t classes, int64_t ngrams = 0, int64_t ngram_count = 0) {
  TextClassifierOptions options{.vocab_size = 12,
                                .classes = classes,
                                .embedding_dim = 6,
                                .encoder = {.hidden_size = 8},
                                .ngrams = ngrams,
                                .ngram_count = ngram_count};
  TextClassifier model(options);
  randomize(*model);
  model->eval();
  return model;
}

TEST(TextClassifierWithNgrams, AddsTheirLogitsToItsShareOfItsOwn) {
  const at::NoGradGuard no_grad;
  for (const int64_t classes : {2, 3}) {
    auto model = classifier(classes);
    const auto texts = sample_ids();
    const auto batch = make_batch(texts);
    const int64_t parameters = std::ssize(model->parameters());
    const auto own = model->forward(batch).logits;
    auto scorer = random_scorer(2, own.size(1), texts);
    const auto bias = at::arange(own.size(1), at::kDouble) + 0.25;
    model->add_ngrams(scorer, 0.4, bias);
    const auto expected = own * 0.4 + bias.to(at::kFloat) + scorer->forward(batch);
    EXPECT_TRUE(at::allclose(model->forward(batch).logits, expected, 1e-5, 1e-5));
    const auto alone = model->classify(model->embed(batch), batch.layout).logits;
    EXPECT_TRUE(at::allclose(alone, own * 0.4 + bias.to(at::kFloat), 1e-5, 1e-5));
    EXPECT_EQ(std::ssize(model->parameters()), parameters) << "no optimizer sees them";

    const auto bytes = to_safetensors(named_tensors(*model));
    const auto& options = model->options();
    auto again = classifier(classes, options.ngrams, options.ngram_count);
    load_tensors(*again, from_safetensors(bytes, "test"), "test");
    EXPECT_TRUE(at::equal(again->forward(batch).logits, model->forward(batch).logits));
  }
}

}  // namespace
}  // namespace mnemo
