#include "app/tasks/text/text_trainer.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>

#include "tests/common/test_helpers.h"

namespace mnemo {
namespace {

class TextTrainerTest : public ::testing::Test {
 protected:
  TextTrainerTest() {
    std::string rows = "text,label\n";
    for (int row = 0; row < 40; ++row) {
      rows += fmt::format("a {} film of number {},{}\n", row % 2 == 0 ? "good" : "poor", row,
                          row % 2 == 0 ? "up" : "down");
    }
    options_.train_file = folder_.write("texts.csv", rows);
    options_.cache_folder = folder_.path() / "cache";
    options_.tokenizer.vocab_size = 300;
    options_.model.embedding_dim = 4;
    options_.model.encoder.hidden_size = 4;
    options_.fit.epochs = 2;
  }
  std::unique_ptr<Trainer> make() { return make_trainer(options_, {.threads = 1}, reporter_); }

  TestFolder folder_;
  TrainTextOptions options_ = preset_options(TextPreset::standard);
  Reporter reporter_;
};

TEST_F(TextTrainerTest, TakesFromTheDataWhatTheyHave) {
  const auto trainer = make();
  const auto& run = trainer->description();
  EXPECT_EQ(run.settings.at("labels"), nlohmann::json({"down", "up"}));
  EXPECT_EQ(run.data.at("train_rows").get<int>() + run.data.at("valid_rows").get<int>(), 40);
  EXPECT_GT(run.lengths.at("pieces_of_the_longest"), 4);
  EXPECT_FALSE(trainer->tokenizer().empty());
}

TEST_F(TextTrainerTest, HasAPaceForEachParameter) {
  options_.fine_tuning.unfreeze_steps = 1;
  const auto trainer = make();
  EXPECT_EQ(trainer->paces().size(), trainer->objective().model().parameters().size());
}

TEST_F(TextTrainerTest, TrainsNgramsBesideTheLayersAtTheEnd) {
  const auto trainer = make();
  ASSERT_TRUE(trainer->has_late_part());
  trainer->objective().model().eval();
  const auto addition = trainer->train_late_part({}, {});
  ASSERT_TRUE(addition);
  EXPECT_GT(addition->parameters, 0);
  EXPECT_EQ(addition->settings.at("model").at("ngrams"), 2);
  options_.ngrams.longest = 0;
  EXPECT_FALSE(make()->has_late_part());
}

}  // namespace
}  // namespace mnemo
