// Language models by the library: the program's bits, and the start of classifiers.
#include <algorithm>
#include <string>
#include <vector>

#include "mnemo/classifier.h"
#include "mnemo/settings.h"
#include "tests/app/library/training_fixture.h"
#include "tests/cli/cli_support.h"

namespace mnemo {
namespace {

class LibraryPretraining : public LibraryTraining {
 protected:
  void pretrain(const std::string& name, const TrainingOptions& options) const {
    pretrain_text(texts_, run(name), options);
  }

  // The second's name holds a comma, by which the program joins files.
  const std::vector<std::filesystem::path> texts_ = {
      reviews_, folder_.write("a,b.csv", "text\nfilms of another kind\nno film at all\n")};
};

TEST_F(LibraryPretraining, LeavesTheBitsOfTheProgram) {
  pretrain("library", small_language());
  Arguments arguments = {"pretrain", "text",
                         "--data",   texts_[0].string() + ",\"" + texts_[1].string() + "\"",
                         "--out",    run("program").string()};
  for (const auto& [name, value] : small_language().settings) {
    arguments.push_back("--" + name + "=" + value);
  }
  const auto outcome = run_mnemo(arguments);
  ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
  EXPECT_EQ(weights("library"), weights("program"));
}

TEST_F(LibraryPretraining, StartsAClassifier) {
  pretrain("start", small_language());
  EXPECT_TRUE(contains(message_of([&] { Classifier::load(run("start")); }),
                       "a pretrained language model, which gives no answers"));
  auto options = small_text();
  options.settings["init-from"] = run("start").string();
  options.settings.erase("vocab-size");  // a run has its own pieces
  train_text(reviews_, run("classifier"), options);
  EXPECT_EQ(Classifier::load(run("classifier")).labels(), (std::vector<std::string>{"neg", "pos"}));
  EXPECT_EQ(read_file(run("classifier") / "tokenizer.model"),
            read_file(run("start") / "tokenizer.model"));
}

TEST_F(LibraryPretraining, HasSettingsOfItsOwn) {
  const auto settings = training_settings("pretrained-text");
  EXPECT_NE(std::ranges::find(settings, "softmax-draws", &SettingInfo::name), settings.end());
  EXPECT_EQ(std::ranges::find(settings, "init-from", &SettingInfo::name), settings.end());
  EXPECT_THROW(training_settings("pretrained-text", "best"), UsageError);
  auto options = small_language();
  options.settings["data"] = "other.csv";
  EXPECT_THROW(pretrain("refused", options), SettingError);
  EXPECT_FALSE(std::filesystem::exists(run("refused")));
}

}  // namespace
}  // namespace mnemo
