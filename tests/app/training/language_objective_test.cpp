#include "app/training/language_objective.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "tests/common/test_helpers.h"

namespace mnemo {
namespace {

using PieceIds = std::vector<int64_t>;

class LanguageBatchesTest : public testing::Test {
 protected:
  LanguageBatches batches(const std::vector<int32_t>& rows, int64_t length) {
    return {tokens_, rows, length, /*batch_size=*/2, /*seed=*/3, at::kCPU};
  }

  // Returns the ids of each sequence of an epoch, sorted.
  static std::vector<PieceIds> sequences(LanguageBatches& source) {
    std::vector<PieceIds> found;
    const int64_t count = source.start_epoch(1);
    for (int64_t i = 0; i < count; ++i) {
      const auto batch = source.batch(i);
      const auto padded = pad_steps(batch.inputs.values, batch.inputs.layout, -1.0);  // (T, B)
      for (int64_t b = 0; b < batch.inputs.layout.sequences(); ++b) {
        auto& ids = found.emplace_back();
        for (int64_t t = 0; t < batch.inputs.layout.lengths[static_cast<size_t>(b)]; ++t) {
          ids.push_back(padded[t][b].item<int64_t>());
        }
      }
      EXPECT_EQ(batch.targets.size(0),
                batch.inputs.values.size(0) - std::ssize(batch.inputs.layout.lengths))
          << "each piece but the first of a sequence is predicted";
    }
    std::ranges::sort(found);
    return found;
  }

  PieceIds ids_of(const std::string& text) const {
    std::vector<int32_t> ids;
    tokenizer_.encode(text, ids);
    return {ids.begin(), ids.end()};
  }

  const TestFolder folder_;
  const std::vector<std::string> texts_ = {"abcde", "a", "", "edcba", "bd"};
  const Tokenizer tokenizer_ =
      Tokenizer::train(TextSource::of(std::vector<std::string>{"abcde edcba"}),
                       {.type = TokenizerType::character, .vocab_size = 100, .strip_html = false});
  std::shared_ptr<const TokenFile> tokens_ = [&] {
    const auto path = folder_.path() / "a.tokens";
    write_token_file(path, "key", TextSource::of(texts_), tokenizer_, {.max_length = 100}, 1);
    return std::make_shared<const TokenFile>(TokenFile::open(path, "key"));
  }();
};

TEST_F(LanguageBatchesTest, CutTextsWithoutLosingOrMixingPieces) {
  const auto first = ids_of("abcde"), second = ids_of("edcba");  // each begins with a space's piece
  ASSERT_EQ(first.size(), 6U);
  auto source = batches({0, 3}, 4);
  std::vector<PieceIds> expected;
  for (const auto& ids : {first, second}) {
    expected.emplace_back(ids.begin(), ids.begin() + 4);
    expected.emplace_back(ids.begin() + 4, ids.end());
  }
  std::ranges::sort(expected);
  EXPECT_EQ(sequences(source), expected);
}

TEST_F(LanguageBatchesTest, LeaveOutWhatHasNoNeighbourToPredict) {
  auto source = batches({0, 2}, 5);  // the first text's sixth piece, and an empty text
  const auto first = ids_of("abcde");
  EXPECT_EQ(sequences(source), (std::vector<PieceIds>{{first.begin(), first.begin() + 5}}));
  EXPECT_TRUE(contains(message_of([&] { batches({2}, 5); }), "`valid-share`"));
}

}  // namespace
}  // namespace mnemo
