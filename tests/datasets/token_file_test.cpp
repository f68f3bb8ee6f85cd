#include "datasets/token_file.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "common/files.h"
#include "tests/common/test_helpers.h"

namespace mnemo {
namespace {

using Ids = std::vector<int32_t>;

class TokenFileTest : public testing::Test {
 protected:
  TokenFileTest() {
    for (int i = 0; i < 200; ++i) texts_.push_back(std::string(static_cast<size_t>(i % 9), 'a'));
  }

  void write(const LengthLimit& limit = {}) const {
    write_token_file(path_, "key", TextSource::of(texts_), tokenizer_, limit, 2);
  }
  std::string error_opening(const std::string& key = "key") const {
    return message_of([&] { TokenFile::open(path_, key); });
  }

  const TestFolder folder_;
  const std::filesystem::path path_ = folder_.path() / "a.tokens";
  std::vector<std::string> texts_;
  const Tokenizer tokenizer_ =
      Tokenizer::train(TextSource::of(std::vector<std::string>{"aaa bbb"}),
                       {.type = TokenizerType::character, .vocab_size = 100, .strip_html = false});
};

TEST_F(TokenFileTest, HoldsTheIdsThatTheTokenizerGives) {
  write({.max_length = 5, .truncate = Truncate::tail});
  const auto tokens = TokenFile::open(path_, "key");
  ASSERT_EQ(tokens.size(), 200);
  Ids ids, expected;
  for (const int64_t row : {199, 0, 64, 63, 8}) {
    tokens.read(row, ids);
    tokenizer_.encode(texts_[static_cast<size_t>(row)], expected);
    truncate_ids(expected, {.max_length = 5, .truncate = Truncate::tail});
    EXPECT_EQ(ids, expected) << row;
    EXPECT_EQ(tokens.length(row), std::ssize(expected)) << row;
  }
}

TEST_F(TokenFileTest, RefusesOtherTextsAndDamage) {
  write();
  EXPECT_TRUE(contains(error_opening("other"), "holds other texts or another tokenizer's ids"));
  const std::string bytes = read_file(path_);
  std::string changed = bytes;
  changed[changed.size() / 2] ^= 1;
  for (const std::string& damaged :
       {changed, bytes.substr(0, bytes.size() - 1), bytes.substr(0, 10), std::string()}) {
    folder_.write("a.tokens", damaged);
    EXPECT_TRUE(contains(error_opening(), "is damaged")) << damaged.size();
  }
}

TEST_F(TokenFileTest, AppearsOnlyWhenItIsComplete) {
  const auto interrupt = [](int64_t) { throw Error("enough"); };
  EXPECT_THROW(write_token_file(path_, "key", TextSource::of(texts_), tokenizer_, {}, 1, interrupt),
               Error);
  EXPECT_TRUE(std::filesystem::is_empty(folder_.path()));
}

TEST_F(TokenFileTest, KeyDependsOnTextsTokenizerAndLimit) {
  const std::string key = token_key("texts", tokenizer_, {});
  EXPECT_EQ(key, token_key("texts", tokenizer_, {}));
  EXPECT_NE(key, token_key("others", tokenizer_, {}));
  EXPECT_NE(key, token_key("texts", tokenizer_, {.max_length = 7}));
  EXPECT_NE(key, token_key("texts", tokenizer_, {.truncate = Truncate::head}));
  const auto other = Tokenizer::train(TextSource::of(texts_),
                                      {.type = TokenizerType::character, .vocab_size = 100});
  EXPECT_NE(key, token_key("texts", other, {}));
}

}  // namespace
}  // namespace mnemo
