#include "mnemo/explanation.h"

#include <string>
#include <vector>

#include "tests/app/library/library_models.h"

namespace mnemo {
namespace {

TEST(LibraryExplanations, TextsOfInvalidBytesAreExplainedAsTheyAreClassified) {
  const auto explainer = Explainer::load(trained_run(), kOneThread);
  const std::vector<std::string> broken = {"a good \xFF film", "a bad \xFF film"},
                                 repaired = {"a good \uFFFD film", "a bad \uFFFD film"};
  EXPECT_EQ(explainer.deletion_test(broken), explainer.deletion_test(repaired));
  const auto words_of = [&](const std::vector<std::string>& texts) {
    std::vector<std::string> words;
    for (const auto& one : explainer.strongest_words(texts, {.least_texts = 1})) {
      words.push_back(one.word);
    }
    return words;
  };
  EXPECT_FALSE(words_of(broken).empty());
  EXPECT_EQ(words_of(broken), words_of(repaired));
}

TEST(LibraryExplanations, NumbersOfWordsAreCheckedAsTheProgramDoes) {
  const auto explainer = Explainer::load(trained_run(), kOneThread);
  const std::vector<std::string> texts = {"a good film"};
  const auto refusal = [&](const WordOptions& options) {
    return message_of([&] { explainer.strongest_words(texts, options); });
  };
  EXPECT_TRUE(contains(refusal({.words = -1}), "`words` -1: expected a whole number from 1"));
  EXPECT_TRUE(contains(refusal({.least_texts = 0}), "`least-texts` 0: expected a whole number"));
  EXPECT_THROW(explainer.deletion_test({}), UsageError);
}

}  // namespace
}  // namespace mnemo
