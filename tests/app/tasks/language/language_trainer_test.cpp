#include "app/tasks/language/language_trainer.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>

#include "tests/common/test_helpers.h"

namespace mnemo {
namespace {

class LanguageTrainerTest : public ::testing::Test {
 protected:
  LanguageTrainerTest() {
    std::string rows = "text\n";
    for (int row = 0; row < 200; ++row) rows += fmt::format("a film of number {}\n", row);
    options_.files = {folder_.write("texts.csv", rows)};
    options_.cache_folder = folder_.path() / "cache";
    options_.tokenizer.vocab_size = 300;
    options_.model.embedding_dim = 4;
    options_.model.encoder.hidden_size = 4;
  }
  std::unique_ptr<Trainer> make() { return make_trainer(options_, {.threads = 1}, reporter_); }

  TestFolder folder_;
  PretrainTextOptions options_;
  Reporter reporter_;
};

TEST_F(LanguageTrainerTest, TakesTheEpochsThatItIsTold) { EXPECT_EQ(make()->fit().epochs, 4); }

TEST_F(LanguageTrainerTest, TakesMoreEpochsOfSmallDataWhenItIsToldNone) {
  options_.fit.epochs = 0;
  EXPECT_EQ(make()->fit().epochs, kLanguageEpochs.most);
}

}  // namespace
}  // namespace mnemo
