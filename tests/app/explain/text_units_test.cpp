#include "app/explain/text_units.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>

#include "tests/common/test_helpers.h"

namespace mnemo {
namespace {

using Words = std::vector<std::string>;

Words words_of(const std::string& text, bool html = false) {
  Words words;
  for (const auto& [begin, end] : text_units(text, html)) {
    words.push_back(text.substr(static_cast<size_t>(begin), static_cast<size_t>(end - begin)));
  }
  return words;
}

const Tokenizer& tokenizer() {
  static const Tokenizer made = [] {
    TokenizerOptions options;
    options.vocab_size = 400;
    options.type = TokenizerType::bpe;
    Words texts;
    for (int i = 0; i < 20; ++i) {
      texts.push_back("What a wonderful, wonderful film: the acting was great &amp; fun!<br />");
      texts.push_back("The plot made no sense and the jokes fell flat... I wanted my money back.");
      texts.push_back("这部电影很好看,我喜欢。");
    }
    return Tokenizer::train(TextSource::of(texts), options);
  }();
  return made;
}

TEST(TextUnits, AreWordsAndSigns) {
  EXPECT_EQ(words_of("It's a well-made film... isn't it?!"),
            (Words{"It's", "a", "well-made", "film", "...", "isn't", "it", "?", "!"}));
  EXPECT_EQ(words_of(" 'twas (1999) \n\t-- C3PO "),
            (Words{"'", "twas", "(", "1999", ")", "--", "C3PO"}));
  EXPECT_EQ(words_of("Ça coûte 5€, naïve"), (Words{"Ça", "coûte", "5", "€", ",", "naïve"}));
  EXPECT_EQ(words_of(""), Words{});
  EXPECT_EQ(words_of(" \u3000\u00A0"), Words{});
}

TEST(TextUnits, AreCharactersInChinese) {
  EXPECT_EQ(words_of("电影好看ok,真的。"),
            (Words{"电", "影", "好", "看", "ok", ",", "真", "的", "。"}));
}

TEST(TextUnits, LeaveTagsOutWhereTheTokenizerDoes) {
  const std::string text = "fun<br /><br />&amp; a < b <i>so</i>";
  EXPECT_EQ(words_of(text, /*html=*/true), (Words{"fun", "&amp;", "a", "<", "b", "so"}));
  EXPECT_EQ(words_of("a<br />b"), (Words{"a", "<", "br", "/", ">", "b"}));
}

TEST(UnitText, SharesEveryPieceAmongItsUnits) {
  for (const std::string text :
       {"What a WONDERFUL film!<br /><br />The plot made no sense...", "这部电影很好看,我喜欢。",
        "x", "Ünknown ĸharacters \U0001F600 &amp; more", "  spaces   around  "}) {
    const auto made = make_unit_text(text, tokenizer(), {.max_length = 1000});
    std::vector<int32_t> ids;
    tokenizer().encode(text, ids);
    EXPECT_EQ(made.ids, ids) << "the places change nothing";
    for (const auto& shares : made.shares) {
      double sum = 0.0;
      for (const auto& share : shares) sum += share.part;
      EXPECT_NEAR(sum, 1.0, 1e-12) << text;
    }
    std::vector<double> numbers(ids.size());
    std::iota(numbers.begin(), numbers.end(), 1.0);
    const auto by_unit = made.by_unit(numbers);
    EXPECT_NEAR(std::accumulate(by_unit.begin(), by_unit.end(), 0.0),
                std::accumulate(numbers.begin(), numbers.end(), 0.0), 1e-9)
        << "nothing is lost";
    const auto read = made.read();
    EXPECT_EQ(std::ranges::count(read, true), std::ssize(made.units)) << text;
  }
}

TEST(UnitText, PutsPiecesWhereTheyStand) {
  const std::string text = "<br />Wonderful acting";
  const auto made = make_unit_text(text, tokenizer(), {.max_length = 1000});
  ASSERT_EQ(made.units.size(), 2U);
  EXPECT_EQ(made.word(0), "Wonderful");
  // The pieces of the second word alone.
  std::vector<int32_t> first, both;
  tokenizer().encode("<br />Wonderful", first);
  tokenizer().encode(text, both);
  std::vector<double> numbers(both.size(), 0.0);
  for (size_t i = first.size(); i < both.size(); ++i) numbers[i] = 1.0;
  const auto by_unit = made.by_unit(numbers);
  EXPECT_EQ(by_unit[0], 0.0);
  EXPECT_EQ(by_unit[1], static_cast<double>(both.size() - first.size()));
}

TEST(UnitText, KnowsWhatTheLimitLeavesOut) {
  const std::string text = "great acting and a wonderful film and no plot that made sense";
  const auto made =
      make_unit_text(text, tokenizer(), {.max_length = 4, .truncate = Truncate::both});
  std::vector<int32_t> ids;
  tokenizer().encode(text, ids);
  truncate_ids(ids, {.max_length = 4, .truncate = Truncate::both});
  EXPECT_EQ(made.ids, ids);
  const auto read = made.read();
  EXPECT_TRUE(read.front());
  EXPECT_TRUE(read.back());
  EXPECT_FALSE(read[read.size() / 2]);
}

TEST(UnitText, GoesOnWithoutUnits) {
  const auto made = make_unit_text("a fine, dull film", tokenizer(), {.max_length = 1000});
  EXPECT_EQ(without_units(made, {false, true, false, true, false}), "a ,  film");
  EXPECT_EQ(without_units(made, {false, false, false, false, false}), made.text);
}

}  // namespace
}  // namespace mnemo
