#include "datasets/word_vectors.h"

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "tests/common/test_helpers.h"

namespace mnemo {
namespace {

using Vectors = std::map<std::string, std::vector<float>>;

Tokenizer words_of(const std::string& text, TokenizerOptions options = {}) {
  options.type = TokenizerType::word;
  options.vocab_size = 1000;
  const std::vector<std::string> texts(3, text);
  return Tokenizer::train(TextSource::of(texts), options);
}

class WordVectorsTest : public testing::Test {
 protected:
  std::filesystem::path file(const std::string& content) const {
    return folder_.write("vectors.txt", content);
  }

  Vectors read(const std::string& content, const Tokenizer& tokenizer) const {
    const auto found = read_word_vectors(file(content), tokenizer);
    Vectors vectors;
    for (size_t i = 0; i < found.pieces.size(); ++i) {
      const auto begin = found.values.begin() + static_cast<int64_t>(i) * found.size;
      vectors[tokenizer.word(found.pieces[i])] = {begin, begin + found.size};
    }
    EXPECT_EQ(vectors.size(), found.pieces.size()) << "a piece has one vector";
    return vectors;
  }

  std::string refusal(const std::string& content) const {
    const auto tokenizer = words_of("the film");
    return message_of([&] { read(content, tokenizer); });
  }

  TestFolder folder_;
};

TEST_F(WordVectorsTest, OfGloVeAreThoseOfThePieces) {
  const auto tokenizer = words_of("the film was good");
  const std::string glove = "the 0.5 -1 2e-3\n, 9 9 9\ngood 1 2 3\n";
  EXPECT_EQ(word_vector_size(file(glove)), 3);
  EXPECT_EQ(read(glove, tokenizer),
            (Vectors{{"the", {0.5F, -1.0F, 2e-3F}}, {"good", {1.0F, 2.0F, 3.0F}}}));
}

TEST_F(WordVectorsTest, OfFastTextComeAfterALineThatCountsThem) {
  const auto tokenizer = words_of("the film was good");
  const std::string fasttext = "2 3\nfilm 1 2 3 \nthe 4 5 6 \n";
  EXPECT_EQ(word_vector_size(file(fasttext)), 3);
  EXPECT_EQ(read(fasttext, tokenizer), (Vectors{{"film", {1, 2, 3}}, {"the", {4, 5, 6}}}));
  EXPECT_TRUE(contains(refusal("3 3\nfilm 1 2 3 \nthe 4 5 6 \n"), "promises 3 words, and 2 came"));
}

TEST_F(WordVectorsTest, GoToTheNearestPieces) {
  const auto tokenizer = words_of("London (film) film, well-made");
  // The pieces are in lower case. Another spelling serves where the same word does not come.
  EXPECT_EQ(read("London 1\nFILM 2\nfilm 3\nLONDON 4\nmade 5\nwell-made 6\nfilm 7\n", tokenizer),
            (Vectors{{"london", {1}}, {"(film)", {3}}, {"film,", {3}}, {"well-made", {6}}}));
}

TEST_F(WordVectorsTest, OfAnotherCaseAreOtherWordsToATokenizerThatKeepsCase) {
  const auto tokenizer = words_of("The film", {.lowercase = false});
  EXPECT_EQ(read("the 1\nThe 2\nFilm 3\n", tokenizer), (Vectors{{"The", {2}}}));
}

TEST_F(WordVectorsTest, MayBelongToWordsWithBlanks) {
  const auto tokenizer = words_of("the film");
  EXPECT_EQ(read("a 1 2\n. . . 3 4\nat film 5 6\nthe 7 8\n", tokenizer),
            (Vectors{{"the", {7, 8}}}));
}

TEST_F(WordVectorsTest, ThatAreMalformedAreToldByLine) {
  EXPECT_TRUE(
      contains(refusal("a 1 2 3\nb 1 2\n"), "vectors.txt:2: expected a word and 3 numbers"));
  EXPECT_TRUE(
      contains(refusal("a 1 2\nb 1 2 3\n"), "vectors.txt:2: expected a word and 2 numbers"));
  EXPECT_TRUE(
      contains(refusal("a 1 2\nthe 1 x\n"), "vectors.txt:2: expected a number, found \"x\""));
  EXPECT_TRUE(contains(refusal("a 1 2\nthe 1 nan\n"), "vectors.txt:2"));
  EXPECT_TRUE(contains(refusal("alone\n"), "vectors.txt:1"));
  EXPECT_TRUE(contains(refusal(""), "empty"));
}

}  // namespace
}  // namespace mnemo
