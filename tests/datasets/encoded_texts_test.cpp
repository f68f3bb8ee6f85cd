#include "datasets/encoded_texts.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <stdexcept>
#include <string>
#include <vector>

#include "mnemo/error.h"

namespace mnemo {
namespace {

using Ids = std::vector<int32_t>;

Ids truncated(int count, const LengthLimit& limit) {
  Ids ids(static_cast<size_t>(count));
  std::iota(ids.begin(), ids.end(), 1);
  truncate_ids(ids, limit);
  return ids;
}

TEST(TruncateIds, KeepsTheEndsAskedFor) {
  EXPECT_EQ(truncated(7, {3, Truncate::head}), (Ids{1, 2, 3}));
  EXPECT_EQ(truncated(7, {3, Truncate::tail}), (Ids{5, 6, 7}));
  EXPECT_EQ(truncated(7, {3, Truncate::both}), (Ids{1, 2, 7}));
  EXPECT_EQ(truncated(7, {4, Truncate::both}), (Ids{1, 2, 6, 7}));
  EXPECT_EQ(truncated(7, {1, Truncate::both}), (Ids{1}));
}

TEST(TruncateIds, LeavesWhatFits) {
  for (const Truncate truncate : {Truncate::head, Truncate::tail, Truncate::both}) {
    EXPECT_EQ(truncated(3, {3, truncate}), (Ids{1, 2, 3}));
  }
}

class EncodeTexts : public ::testing::Test {
 protected:
  // Text i is i mod 7 + 1 letters long, and so many pieces; enough texts for many tasks.
  static void SetUpTestSuite() {
    for (int i = 0; i < 1000; ++i) {
      std::string text;
      for (int letter = 0; letter <= i % 7; ++letter) text += static_cast<char>('a' + i % 26);
      texts_.push_back(text);
    }
    TokenizerOptions options;
    options.type = TokenizerType::character;
    options.strip_html = false;
    tokenizer_ = new Tokenizer(Tokenizer::train(TextSource::of(texts_), options));
  }
  static void TearDownTestSuite() {
    delete tokenizer_;
    texts_.clear();
  }

  static inline std::vector<std::string> texts_;
  static inline Tokenizer* tokenizer_ = nullptr;
};

TEST_F(EncodeTexts, HoldsTheIdsOfEachTextInOrder) {
  const EncodedTexts encoded = encode_texts(*tokenizer_, texts_, {5, Truncate::tail}, 1);
  ASSERT_EQ(encoded.size(), 1000);
  std::vector<int32_t> ids;
  for (int64_t i = 0; i < encoded.size(); ++i) {
    tokenizer_->encode(texts_[static_cast<size_t>(i)], ids);
    truncate_ids(ids, {5, Truncate::tail});
    ASSERT_EQ(Ids(encoded[i].begin(), encoded[i].end()), ids) << "text " << i;
    ASSERT_EQ(encoded.length(i), std::ssize(ids));
  }
}

TEST_F(EncodeTexts, DoesNotDependOnTheNumberOfThreads) {
  const EncodedTexts one = encode_texts(*tokenizer_, texts_, {}, 1);
  for (const int64_t threads : {2, 5, 100}) {
    const EncodedTexts several = encode_texts(*tokenizer_, texts_, {}, threads);
    EXPECT_EQ(several.ids, one.ids);
    EXPECT_EQ(several.offsets, one.offsets);
  }
}

TEST_F(EncodeTexts, ReportsProgressUpToTheLastText) {
  std::vector<int64_t> reported;
  encode_texts(*tokenizer_, texts_, {}, 2, [&](int64_t done) { reported.push_back(done); });
  EXPECT_TRUE(std::ranges::is_sorted(reported));
  EXPECT_EQ(reported.back(), 1000);
}

TEST_F(EncodeTexts, StopsAllThreadsAndRethrows) {
  const auto interrupt = [](int64_t) { throw std::runtime_error("interrupted"); };
  EXPECT_THROW(encode_texts(*tokenizer_, texts_, {}, 4, interrupt), std::runtime_error);
}

TEST_F(EncodeTexts, TakesNoTexts) { EXPECT_EQ(encode_texts(*tokenizer_, {}, {}, 2).size(), 0); }

TEST_F(EncodeTexts, RefusesALimitBelowOne) {
  EXPECT_THROW(encode_texts(*tokenizer_, texts_, {.max_length = 0}, 1), UsageError);
}

}  // namespace
}  // namespace mnemo
