#include "app/cache_folder.h"

#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>

#include "app/training/text_data.h"
#include "tests/common/test_helpers.h"

namespace mnemo {
namespace {

namespace fs = std::filesystem;

class CacheFolderTest : public testing::Test {
 protected:
  // A file that nobody has touched for `days`.
  fs::path old_file(const std::string& name, int days) const {
    const auto path = folder_.write(name, "x");
    fs::last_write_time(path, fs::file_time_type::clock::now() - std::chrono::days(days));
    return path;
  }

  const TestFolder folder_;
};

TEST_F(CacheFolderTest, RemovesItsOwnEntriesOfLongAgo) {
  const auto old = old_file("a.tokens", 31), left_over = old_file("b.tokens.tmp-1-2", 31);
  const auto recent = old_file("c.tokens", 29), foreign = old_file("thesis.txt", 31);
  const CacheFolder cache(folder_.path().string());
  EXPECT_FALSE(fs::exists(old) || fs::exists(left_over));
  EXPECT_TRUE(fs::exists(recent) && fs::exists(foreign));
}

TEST_F(CacheFolderTest, KeepsWhatIsInUse) {
  const CacheFolder cache(folder_.path().string());
  const auto entry = old_file("a.tokens", 31);
  cache.mark_used("a.tokens");
  const CacheFolder next(folder_.path().string());
  EXPECT_TRUE(fs::exists(entry));
}

TEST_F(CacheFolderTest, ThatCannotBeMadeIsRefused) {
  const auto file = folder_.write("file", "x");
  EXPECT_TRUE(contains(message_of([&] { CacheFolder cache((file / "cache").string()); }),
                       "name another folder with --cache-dir"));
}

TEST_F(CacheFolderTest, GivesEncodedTextsAgainAndReplacesDamagedOnes) {
  const CacheFolder cache((folder_.path() / "cache").string());
  auto spool = std::make_shared<TextSpool>(folder_.path());
  for (const char* text : {"aa", "b", "abab"}) spool->add(text);
  const TextPart part{.texts = spool, .rows = {0, 2}, .labels = {0, 1}};
  const auto tokenizer =
      Tokenizer::train(part.source(), {.type = TokenizerType::character, .vocab_size = 100});
  int encodings = 0;
  const auto lengths = [&] {
    const auto tokens =
        encode_part(part, tokenizer, {}, 1, cache, [&](int64_t done) { encodings += done == 3; });
    return std::vector<int64_t>{tokens->length(0), tokens->length(1), tokens->length(2)};
  };
  const auto first = lengths();
  const int once = encodings;
  EXPECT_GT(once, 0);
  EXPECT_EQ(lengths(), first);
  EXPECT_EQ(encodings, once);

  const auto entry = *fs::directory_iterator(cache.path());
  fs::resize_file(entry, 10);
  EXPECT_EQ(lengths(), first);
  EXPECT_EQ(encodings, 2 * once);
}

}  // namespace
}  // namespace mnemo
