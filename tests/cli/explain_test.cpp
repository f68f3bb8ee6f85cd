// Why models answer as they do, through the program.
#include <cmath>

#include "tests/cli/cli_support.h"

namespace mnemo {
namespace {

namespace fs = std::filesystem;

constexpr const char* kReview =
    "A warm, funny and beautifully acted film.<br />The ending is dull & far too long!";

Outcome explain(const fs::path& run, const Arguments& more) {
  Arguments arguments = {"explain", run.string()};
  arguments.insert(arguments.end(), more.begin(), more.end());
  return run_mnemo(arguments);
}

nlohmann::json explained(const fs::path& run, Arguments more) {
  more.emplace_back("--format=jsonl");
  const auto outcome = explain(run, more);
  EXPECT_TRUE(succeeded(outcome));
  const auto lines = lines_of(outcome.out);
  EXPECT_EQ(lines.size(), 1U);
  return nlohmann::json::parse(lines.at(0));
}

double sum_of(const nlohmann::json& numbers) {
  double sum = 0.0;
  for (const auto& number : numbers) sum += number.get<double>();
  return sum;
}

double sum_of_words(const nlohmann::json& explanation) {
  double sum = 0.0;
  for (const auto& word : explanation.at("words")) sum += word.at("contribution").get<double>();
  return sum;
}

TEST(ExplainText, GradientsAddUpToTheAnswer) {
  const auto found = explained(trained_run(), {"--text", kReview});
  const double difference = number(found, "log_odds") - number(found, "baseline");
  EXPECT_NEAR(sum_of_words(found), difference, 0.01 * std::abs(difference));
  EXPECT_LT(number(found, "completeness_error"), 0.01);
  const double p = number(found, "probability");
  EXPECT_NEAR(number(found, "log_odds"), std::log(p / (1.0 - p)), 1e-4);
  const auto answer = lines_of(run_mnemo({"predict", trained_run().string()}, kReview).out).at(0);
  EXPECT_EQ(answer.substr(0, answer.find('\t')), found.at("label"));
  EXPECT_NEAR(std::stod(answer.substr(answer.find('\t') + 1)), p, 2e-6);

  const auto& words = found.at("words");
  EXPECT_EQ(words.at(0).at("word"), "A");
  EXPECT_EQ(words.at(2).at("word"), ",");
  EXPECT_EQ(words.at(9).at("word"), "The") << "a tag is no word";
  EXPECT_EQ(words.at(9).at("begin"), std::string(kReview).find("The"));
}

TEST(ExplainText, TheOtherLabelHasTheOppositeReasons) {
  const auto found = explained(trained_run(), {"--text", kReview});
  const std::string other = found.at("label") == "pos" ? "neg" : "pos";
  const auto opposite = explained(trained_run(), {"--text", kReview, "--label", other});
  EXPECT_EQ(opposite.at("label"), other);
  EXPECT_NEAR(number(opposite, "log_odds"), -number(found, "log_odds"), 1e-5);
  for (size_t i = 0; i < found.at("words").size(); ++i) {
    EXPECT_NEAR(number(opposite.at("words").at(i), "contribution"),
                -number(found.at("words").at(i), "contribution"), 1e-4);
  }
}

TEST(ExplainText, OcclusionIsWhatTheAnswerLosesWithoutAWord) {
  const auto found =
      explained(trained_run(), {"--text", "dull but funny", "--method=occlusion", "--label=pos"});
  const auto without = explained(trained_run(), {"--text", "dull but", "--label=pos"});
  EXPECT_NEAR(number(found.at("words").at(2), "contribution"),
              number(found, "log_odds") - number(without, "log_odds"), 1e-4);
}

TEST(ExplainText, AttentionIsShownByHead) {
  const auto found = explained(trained_run(), {"--text", kReview, "--method=attention"});
  ASSERT_EQ(found.at("heads").size(), 4U);
  for (const auto& head : found.at("heads")) EXPECT_NEAR(sum_of(head), 1.0, 1e-4);
  EXPECT_NEAR(sum_of_words(found), 1.0, 1e-4);
}

TEST(ExplainText, ShowsWhateverTextAsTextOnly) {
  const std::string evil = "fun </script><script>alert(1)</script> \x1b[31mred\x1b[0m \xff end";
  const auto page = explain(trained_run(), {"--text", evil, "--format=html"});
  ASSERT_TRUE(succeeded(page));
  EXPECT_FALSE(contains(page.out, "<script"));
  EXPECT_TRUE(contains(page.out, "alert"));
  EXPECT_TRUE(contains(page.out, "</html>"));
  const auto shown = explain(trained_run(), {"--text", evil});
  ASSERT_TRUE(succeeded(shown));
  EXPECT_FALSE(contains(shown.out, "\x1b")) << "no terminal, no colours, and never the text's own";
  EXPECT_TRUE(contains(shown.out, "for  "));
  EXPECT_TRUE(contains(shown.out, "\"fun\""));
  const auto coloured = explain(trained_run(), {"--text", evil, "--format=ansi"});
  EXPECT_TRUE(contains(coloured.out, "\x1b[38;5;16;48;5;"));
  EXPECT_FALSE(contains(coloured.out, "\x1b[31m"));
  const auto empty = explain(trained_run(), {"--text", ""});
  ASSERT_TRUE(succeeded(empty));
  EXPECT_TRUE(contains(empty.out, "without words"));
  std::string many;
  for (int i = 0; i < 3000; ++i) many += "good ";
  EXPECT_TRUE(contains(explain(trained_run(), {"--text", many}).out, " of 3000 words are read"));
}

TEST(ExplainText, FindsTheWordsThatPushEachLabel) {
  const auto found = explained(trained_run(), {"--global", "--data", sample("reviews_train.csv"),
                                               "--texts=60", "--words=5", "--least-texts=3"});
  EXPECT_EQ(found.at("texts"), 60);
  ASSERT_EQ(found.at("labels").size(), 2U);
  for (const auto& label : found.at("labels")) {
    ASSERT_EQ(label.at("words").size(), 5U);
    double before = 1e9;
    for (const auto& word : label.at("words")) {
      EXPECT_GE(word.at("texts"), 3);
      EXPECT_GT(number(word, "mean"), 0.0);
      EXPECT_LE(number(word, "mean"), before);
      before = number(word, "mean");
    }
  }
  EXPECT_NE(found.at("labels").at(0).at("words"), found.at("labels").at(1).at("words"));
}

TEST(ExplainText, IsFaithfulByTheDeletionTest) {
  const auto found = explained(
      trained_run(), {"--deletion-test", "--data", sample("reviews_test.csv"), "--texts=40"});
  EXPECT_EQ(found.at("texts"), 40);
  const auto& means = found.at("means");
  EXPECT_LT(number(means, "gradients"), number(means, "random"));
  EXPECT_LT(number(means, "occlusion"), number(means, "random"));
  EXPECT_TRUE(means.contains("attention"));
  EXPECT_LT(number(means, "random"), number(found, "whole") + 0.02);
}

TEST(ExplainText, RefusesWhatItCannotExplain) {
  const auto run = trained_run();
  EXPECT_TRUE(refused(explain(run, {}), 2, {"--text", "--input", "--global"}));
  EXPECT_TRUE(refused(explain(run, {"--text=x", "--global"}), 2, {"--text", "contradict"}));
  EXPECT_TRUE(refused(explain(run, {"--global"}), 2, {"--data is missing"}));
  EXPECT_TRUE(refused(explain(run, {"--text=x", "--texts=3"}), 2, {"--texts", "--global"}));
  EXPECT_TRUE(refused(explain(run, {"--text=x", "--label=pos", "--method=attention"}), 2,
                      {"--label", "attention"}));
  EXPECT_TRUE(refused(explain(run, {"--text=x", "--label=poz"}), 2, {"--label", "poz", "pos"}));
  EXPECT_TRUE(refused(explain(run, {"--text=x", "--step=3"}), 2, {"--step", "forecast"}));
  EXPECT_TRUE(refused(explain(exported_model(), {"--text=x"}), 1, {"exported", "run folder"}));
  EXPECT_TRUE(refused(explain(run, {"--input=nowhere.txt"}), 1, {"nowhere.txt"}));
}

TEST(ExplainNumbers, OfSeriesAndForecastsAddUpToo) {
  const TestFolder folder;
  const auto series = folder.path() / "series", forecast = folder.path() / "forecast";
  ASSERT_TRUE(
      succeeded(run_mnemo({"train", "series", "--train", sample("motions_train.ts"), "--out",
                           series.string(), "--hidden-sizes=8", "--epochs=3", "--quiet"})));
  const auto answers = explain(series, {"--input", sample("motions_test.ts"), "--format=jsonl"});
  ASSERT_TRUE(succeeded(answers));
  const auto lines = lines_of(answers.out);
  ASSERT_EQ(lines.size(), 60U);
  const auto sum_of_all = [](const nlohmann::json& explanation) {
    double sum = 0.0;
    for (const auto& row : explanation.at("contributions")) sum += sum_of(row);
    return sum;
  };
  const auto adds_up = [&](const nlohmann::json& found) {
    const double difference = number(found, "score") - number(found, "baseline");
    EXPECT_NEAR(sum_of_all(found), difference, 0.01 * std::max(std::abs(difference), 0.1));
  };
  const auto first = nlohmann::json::parse(lines[0]);
  adds_up(first);
  EXPECT_EQ(first.at("contributions").at(0).size(), first.at("features").size());

  ASSERT_TRUE(succeeded(
      run_mnemo({"train", "forecast", "--train", sample("airline_passengers.csv"), "--out",
                 forecast.string(), "--split-rows=96,24,24", "--lookback=24", "--horizon=12",
                 "--hidden-size=16", "--epochs=3", "--quantiles=0.1,0.5,0.9", "--quiet"})));
  const std::string data = sample("airline_passengers.csv");
  const auto third = explained(forecast, {"--input", data, "--step=3"});
  adds_up(third);
  EXPECT_EQ(third.at("contributions").size(), 24U);
  EXPECT_EQ(third.at("first_step"), 121);
  const auto next = lines_of(run_mnemo({"predict", forecast.string(), "--input", data}).out).at(3);
  const auto median = next.substr(next.find(',', next.find(',') + 1) + 1);
  EXPECT_NEAR(number(third, "score"), std::stod(median), 0.01) << next;

  for (const auto* format : {"ansi", "html"}) {
    const auto shown = explain(forecast, {"--input", data, "--format", format});
    ASSERT_TRUE(succeeded(shown));
    EXPECT_TRUE(contains(shown.out, "passengers, quantile 0.5"));
    EXPECT_TRUE(contains(shown.out, "1959-01 to 1960-12"));
  }
  EXPECT_TRUE(refused(explain(forecast, {"--input", data, "--step=13"}), 2, {"--step 13", "12"}));
  EXPECT_TRUE(
      refused(explain(forecast, {"--input", data, "--target=pasengers"}), 2, {"passengers"}));
  EXPECT_TRUE(refused(explain(series, {"--input", sample("motions_test.ts"), "--method=attention"}),
                      2, {"text models"}));
}

}  // namespace
}  // namespace mnemo
