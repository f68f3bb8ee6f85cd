// Texts of several labels, and of a number, from file to answer.
#include <fmt/format.h>

#include <fstream>

#include "tests/cli/cli_support.h"

namespace mnemo {
namespace {

namespace fs = std::filesystem;

// Films that are funny or sad, or both, or neither.
std::string films(int rows, int first = 0) {
  std::string lines;
  for (int i = first; i < first + rows; ++i) {
    const bool funny = i % 2 == 0, sad = i % 3 == 0;
    nlohmann::json labels = nlohmann::json::array();
    if (funny) labels.push_back("funny");
    if (sad) labels.push_back("sad");
    lines += nlohmann::json{{"label", labels},
                            {"text", fmt::format("take {} was {} and {}", i,
                                                 funny ? "hilarious" : "earnest",
                                                 sad ? "heartbreaking" : "bright")}}
                 .dump() +
             "\n";
  }
  return lines;
}

class Labels : public testing::Test {
 protected:
  Outcome train_on(const std::string& file, const Options& changes = {}) {
    return train(run_, with({{"train", file}, {"epochs", "4"}, {"ngrams", "1"}}, changes));
  }

  const TestFolder folder_;
  const fs::path run_ = folder_.path() / "run";
};

TEST_F(Labels, AreTrainedMeasuredPredictedExplainedAndExported) {
  const auto file = folder_.write("films.jsonl", films(240)).string();
  const auto test = folder_.write("test.jsonl", films(60, 1000)).string();
  const auto trained = train_on(file);
  ASSERT_TRUE(succeeded(trained));
  EXPECT_TRUE(contains(trained.err, "2 labels, any number of them a text"));
  const auto meta = json_in(run_ / "meta.json");
  EXPECT_EQ(meta.at("settings").at("model").at("answer"), "labels");
  EXPECT_EQ(meta.at("settings").at("thresholds").size(), 2U);

  const auto metrics = evaluated({run_.string(), "--data", test});
  EXPECT_EQ(metrics.at("n"), 60);
  EXPECT_GT(number(metrics, "micro_f1"), 0.95);
  EXPECT_GT(number(metrics, "accuracy"), 0.9) << "words tell the labels";
  EXPECT_EQ(json_in(run_ / "evaluation.json").at("kind"), "labels");

  const auto input = folder_.write("new.txt",
                                   "take 1 was hilarious and heartbreaking\n"
                                   "take 2 was earnest and bright\n");
  const auto lines = lines_of(run_mnemo({"predict", run_.string(), "--input", input.string()}).out);
  ASSERT_EQ(lines.size(), 2U);
  EXPECT_TRUE(contains(lines[0], "funny")) << lines[0];
  EXPECT_TRUE(contains(lines[0], "sad"));
  EXPECT_EQ(lines[1], "") << "it has neither label";
  const auto best = run_mnemo({"predict", run_.string(), "--input", input.string(), "--top=1"});
  EXPECT_EQ(lines_of(best.out).size(), 2U);
  EXPECT_FALSE(lines_of(best.out)[1].empty());

  const auto why = run_mnemo({"explain", run_.string(), "--text", "it was heartbreaking", "--label",
                              "sad", "--format=jsonl"});
  ASSERT_TRUE(succeeded(why));
  EXPECT_EQ(nlohmann::json::parse(why.out).at("label"), "sad");

  const auto exported = folder_.path() / "films.pt";
  ASSERT_TRUE(succeeded(run_mnemo({"export", run_.string(), "--out", exported.string()})));
  EXPECT_EQ(run_mnemo({"predict", exported.string(), "--input", input.string()}).out,
            run_mnemo({"predict", run_.string(), "--input", input.string()}).out);
  EXPECT_TRUE(contains(run_mnemo({"info", exported.string()}).out, "any number of funny, sad"));
}

TEST_F(Labels, AreTheSameFromEachFormat) {
  std::string json, csv = "label,text\n", lines;
  for (int i = 0; i < 60; ++i) {
    const std::string text = fmt::format("take {} was {}", i, i % 2 == 0 ? "odd" : "fair");
    const std::string second = i % 3 == 0 ? "b" : "c";
    json += fmt::format("{{\"label\": [\"a\", \"{}\"], \"text\": \"{}\"}}\n", second, text);
    csv += fmt::format("a;{},{}\n", second, text);
    lines += fmt::format("__label__a __label__{} {}\n", second, text);
  }
  ASSERT_TRUE(succeeded(train_on(folder_.write("a.jsonl", json).string(), {{"epochs", "1"}})));
  const auto weights = weights_of(run_);
  fs::remove_all(run_);
  ASSERT_TRUE(succeeded(train_on(folder_.write("a.ft", lines).string(), {{"epochs", "1"}})));
  EXPECT_EQ(weights_of(run_), weights);
  fs::remove_all(run_);
  ASSERT_TRUE(succeeded(
      train_on(folder_.write("a.csv", csv).string(), {{"epochs", "1"}, {"label-delimiter", ";"}})));
  EXPECT_EQ(weights_of(run_), weights);
}

TEST_F(Labels, UnknownOnesAreMissedAndNamed) {
  ASSERT_TRUE(succeeded(train_on(folder_.write("films.jsonl", films(60)).string())));
  const auto test = folder_.write("test.jsonl", "{\"label\": [\"odd\"], \"text\": \"t\"}\n");
  const auto outcome = run_mnemo({"evaluate", run_.string(), "--data", test.string(), "--json"});
  ASSERT_TRUE(succeeded(outcome));
  EXPECT_TRUE(contains(outcome.err, "1 row has labels that training never saw (odd)"));
  EXPECT_EQ(nlohmann::json::parse(outcome.out).at("accuracy"), 0.0);
}

TEST_F(Labels, ANumberIsLearntInItsUnits) {
  std::string csv = "stars,text\n";
  for (int i = 0; i < 200; ++i) {
    csv += fmt::format("{},a {} film of {}\n", i % 4 == 0 ? 10.5 : (i % 4 == 1 ? 4.0 : 7.25),
                       i % 4 == 0 ? "great" : (i % 4 == 1 ? "poor" : "fair"), i);
  }
  const auto file = folder_.write("stars.csv", csv).string();
  const Options options = {{"target-kind", "number"},
                           {"label-column", "stars"},
                           {"epochs", "12"},
                           {"learning-rate", "0.01"}};
  Options without = with(options, {});
  ASSERT_TRUE(succeeded(train(run_, with({{"train", file}, {"ngrams", "0"}}, without))));
  const auto metrics = evaluated({run_.string(), "--data", file});
  EXPECT_GT(number(metrics, "r2"), 0.8);
  EXPECT_GT(number(metrics, "rank_correlation"), 0.8);
  const auto answer = run_mnemo({"predict", run_.string()}, "a great film of 300\n");
  EXPECT_NEAR(std::stod(answer.out), 10.5, 2.0);
  EXPECT_TRUE(refused(run_mnemo({"predict", run_.string(), "--top=2"}, "a film\n"), 2, {"--top"}));
  const auto why =
      run_mnemo({"explain", run_.string(), "--text", "a great film", "--format=jsonl"});
  ASSERT_TRUE(succeeded(why));
  EXPECT_EQ(nlohmann::json::parse(why.out).at("target"), "stars");
  EXPECT_TRUE(refused(run_mnemo({"explain", run_.string(), "--deletion-test", "--data", file}), 2,
                      {"answers with a number"}));
  const auto exported = folder_.path() / "stars.pt";
  ASSERT_TRUE(succeeded(run_mnemo({"export", run_.string(), "--out", exported.string()})));
  EXPECT_NEAR(std::stod(run_mnemo({"predict", exported.string()}, "a great film of 300\n").out),
              std::stod(answer.out), 1e-4);
  EXPECT_EQ(json_in(run_ / "evaluation.json").at("kind"), "numbers");
}

TEST_F(Labels, AFileTrainedOnIsWarnedOf) {
  const auto file = folder_.write("films.jsonl", films(60)).string();
  ASSERT_TRUE(succeeded(train_on(file)));
  const auto same = run_mnemo({"evaluate", run_.string(), "--data", file});
  EXPECT_TRUE(contains(same.err, "the model was trained on this file"));
  const auto grown = folder_.write("grown.jsonl", films(80)).string();
  const auto some = run_mnemo({"evaluate", run_.string(), "--data", grown});
  EXPECT_TRUE(contains(some.err, "of its rows are among those that the model was trained on"))
      << some.err;
  const auto others = folder_.write("others.jsonl", films(60, 500)).string();
  EXPECT_FALSE(
      contains(run_mnemo({"evaluate", run_.string(), "--data", others}).err, "trained on"));
}

}  // namespace
}  // namespace mnemo
