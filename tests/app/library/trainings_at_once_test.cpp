// Trainings in threads of one program: the bits of each alone, or a refusal.
#include <atomic>
#include <functional>
#include <future>
#include <map>
#include <vector>

#include "mnemo/classifier.h"
#include "mnemo/error.h"
#include "tests/app/library/training_fixture.h"

namespace mnemo {
namespace {

class TrainingsAtOnce : public LibraryTraining {
 protected:
  using Train = std::function<void(const std::string& name)>;

  // Every task, and one of them twice: they share the cache of texts, pieces and n-grams.
  std::map<std::string, Train> trainings() const {
    const std::vector<std::filesystem::path> texts = {reviews_};
    return {
        {"text", [this](const auto& name) { train_text(reviews_, run(name), small_text()); }},
        {"series", [this](const auto& name) { train_series(motions_, run(name), small_series()); }},
        {"other-series",
         [this](const auto& name) { train_series(motions_, run(name), small_series("2")); }},
        {"forecast",
         [this](const auto& name) { train_forecaster(load_, run(name), small_forecast()); }},
        {"language",
         [this, texts](const auto& name) { pretrain_text(texts, run(name), small_language()); }}};
  }
};

TEST_F(TrainingsAtOnce, LeaveTheBitsOfEachAlone) {
  const auto all = trainings();
  for (const auto& [name, train] : all) train(name + "-alone");
  std::vector<std::future<void>> running;
  for (const auto& [name, train] : all) {
    running.push_back(std::async(std::launch::async, [&name, &train] { train(name); }));
  }
  for (auto& one : running) one.get();
  for (const auto& [name, train] : all) EXPECT_EQ(weights(name), weights(name + "-alone")) << name;
  EXPECT_NE(weights("series"), weights("other-series"));
}

TEST_F(TrainingsAtOnce, NeitherDisturbNorAreDisturbedByAnswers) {
  train_text(reviews_, run("asked"), small_text());
  const auto classifier = Classifier::load(run("asked"), {.threads = 1});
  const auto alone = classifier.classify("a lovely film").probabilities;
  train_series(motions_, run("alone"), small_series());
  std::atomic<bool> done = false;
  auto training = std::async(std::launch::async, [&] {
    train_series(motions_, run("beside"), small_series());
    done = true;
  });
  int asked = 0;
  do {
    EXPECT_EQ(classifier.classify("a lovely film").probabilities, alone);
    ++asked;
  } while (!done && asked < 100'000);
  training.get();
  EXPECT_EQ(weights("beside"), weights("alone"));
}

TEST_F(TrainingsAtOnce, AreRefusedInOneFolder) {
  auto first = small_series(), second = small_series("2");
  second.settings["overwrite"] = "true";
  int64_t steps = 0;
  first.should_stop = [&] {
    if (++steps > 1) return false;
    const auto other = std::async(std::launch::async, [&] {
      EXPECT_THROW(train_series(motions_, run("one"), second), LockedError);
    });
    other.wait();
    return false;
  };
  train_series(motions_, run("one"), first);
  EXPECT_GT(steps, 1);
  train_series(motions_, run("alone"), small_series());
  EXPECT_EQ(weights("one"), weights("alone"));
}

}  // namespace
}  // namespace mnemo
