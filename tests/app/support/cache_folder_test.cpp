#include "app/support/cache_folder.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

#include "app/tasks/text/text_data.h"
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

// The name of an entry, as mnemo gives it.
std::string entry(char digit, const char* kind = "tokens") {
  return fmt::format("{}.{}", std::string(64, digit), kind);
}

TEST_F(CacheFolderTest, RemovesItsOwnEntriesOfLongAgo) {
  const auto old = old_file(entry('a'), 31), left_over = old_file(entry('b') + ".tmp-1-2-3f", 31);
  const auto ngrams = old_file(entry('d', "ngrams"), 31);
  const auto recent = old_file(entry('c'), 29), foreign = old_file("wiki.train.tokens", 31);
  const CacheFolder cache(folder_.path().string());
  EXPECT_FALSE(fs::exists(old) || fs::exists(left_over) || fs::exists(ngrams));
  EXPECT_TRUE(fs::exists(recent) && fs::exists(foreign));
}

TEST_F(CacheFolderTest, OneThatCannotBeMadeIsLeftOutWithAWarning) {
  const auto file = folder_.write("file", "x");
  std::vector<std::string> warnings;
  const auto warn = [&](const std::string& text) { warnings.push_back(text); };
  fs::path path;
  {
    const auto cache = CacheFolder::or_temporary((file / "cache").string(), warn);
    ASSERT_EQ(warnings.size(), 1U);
    EXPECT_NE(warnings[0].find("goes on by itself"), std::string::npos) << warnings[0];
    path = cache.path();
    cache.write(entry('a', "ngrams"), "bytes");
    const CacheFolder copy = cache;
    EXPECT_EQ(copy.read(entry('a', "ngrams")), "bytes");
  }
  EXPECT_FALSE(fs::exists(path)) << "nobody needs it any more";
  EXPECT_EQ(CacheFolder::or_temporary(folder_.path().string(), warn).path(), folder_.path());
  EXPECT_EQ(warnings.size(), 1U);
}

TEST_F(CacheFolderTest, KeepsWhatIsInUse) {
  const CacheFolder cache(folder_.path().string());
  const auto file = old_file(entry('a'), 31);
  cache.mark_used(entry('a'));
  const CacheFolder next(folder_.path().string());
  EXPECT_TRUE(fs::exists(file));
}

TEST_F(CacheFolderTest, ThatCannotBeMadeIsRefused) {
  const auto file = folder_.write("file", "x");
  EXPECT_TRUE(contains(message_of([&] { CacheFolder cache((file / "cache").string()); }),
                       "name another folder with `cache-dir`"));
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

  fs::resize_file(*fs::directory_iterator(cache.path()), 10);
  EXPECT_EQ(lengths(), first);
  EXPECT_EQ(encodings, 2 * once);
}

}  // namespace
}  // namespace mnemo
