#include "app/search/comparison.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "app/search/variants.h"
#include "tests/common/test_helpers.h"

namespace mnemo {
namespace {

VariantOutcomes outcomes(const std::string& name, const std::vector<double>& values) {
  VariantOutcomes variant{.name = name, .changes = "cell=" + name, .outcomes = {}};
  for (const double value : values) {
    variant.outcomes.push_back({.seed = variant.outcomes.size() + 1,
                                .value = value,
                                .loss = 0.5,
                                .seconds = 61.0,
                                .milliseconds = 1.25,
                                .parameters = 12345});
  }
  return variant;
}

const ComparedFigure kAccuracy = {
    .name = "accuracy", .part = "test", .higher_is_better = true, .rows = 100};

TEST(Welch, IsTheTextbooks) {
  // scipy.stats.ttest_ind(a, b, equal_var=False): statistic -2.1908902, p 0.0597147, 7.998 degrees.
  const auto found = welch({1.0, 2.0, 3.0, 4.0}, {3.0, 4.0, 5.0, 6.0});
  EXPECT_DOUBLE_EQ(found.mean, -2.0);
  EXPECT_NEAR(found.p, 0.0709, 5e-4);
  EXPECT_NEAR(found.most - found.mean, 2.2337, 5e-4) << "2.4469 times the standard error 0.9129";
  EXPECT_DOUBLE_EQ(found.mean - found.least, found.most - found.mean);
}

TEST(Welch, WithoutAnySpread) {
  EXPECT_DOUBLE_EQ(welch({1.0, 1.0}, {1.0, 1.0}).p, 1.0);
  EXPECT_DOUBLE_EQ(welch({1.0, 1.0}, {2.0, 2.0}).p, 1.0);
  EXPECT_THROW(welch({1.0}, {1.0, 2.0}), Error);
}

TEST(Comparison, TablesHoldEveryFigureTheBestFirst) {
  const std::vector<VariantOutcomes> all = {outcomes("gru", {0.80, 0.81, 0.82}),
                                            outcomes("lstm", {0.90, 0.91, 0.92})};
  const auto markdown = to_markdown(all, kAccuracy);
  EXPECT_LT(markdown.find("| lstm |"), markdown.find("| gru |"));
  EXPECT_TRUE(contains(
      markdown, "| lstm | `cell=lstm` | 0.9100 ± 0.0100 | 3 | 0.5000 | 12,345 | 1:01 | 1.25 ms |"));
  EXPECT_TRUE(contains(markdown, "Behind lstm by more than chance among seeds explains:\n- gru"));
  EXPECT_TRUE(contains(markdown, "known as 0.8377 to 0.9519 (95%)"))
      << "Wilson's interval of 0.91 of 100";
  EXPECT_TRUE(contains(to_csv(all, kAccuracy), "\ngru,\"cell=gru\",2,0.810000,"));
  const auto json = to_json(all, kAccuracy);
  EXPECT_EQ(json.at("variants").at(0).at("name"), "lstm");
  EXPECT_LT(json.at("variants").at(1).at("against_best").at("p").get<double>(), 0.01);
}

TEST(Comparison, LowErrorsAreBestAndOverlapsAreNotTold) {
  const ComparedFigure error = {
      .name = "mse", .part = "validation", .higher_is_better = false, .rows = 0};
  const auto markdown =
      to_markdown({outcomes("a", {0.5, 0.9, 0.7}), outcomes("b", {0.6, 0.7, 0.5})}, error);
  EXPECT_LT(markdown.find("| b |"), markdown.find("| a |"));
  EXPECT_TRUE(contains(markdown, "Not told apart from b by so few seeds:\n- a (+0.1000"));
  EXPECT_EQ(markdown.find("Behind"), std::string::npos);
}

TEST(Comparison, OneSeedSaysNothingOfChance) {
  EXPECT_TRUE(
      contains(to_markdown({outcomes("a", {0.5}), outcomes("b", {0.6})}, kAccuracy),
               "One seed each says nothing of chance: train each with several (`seeds` 3)"));
}

TEST(Comparison, ManyComparisonsAreCorrectedFor) {
  std::vector<VariantOutcomes> all = {outcomes("best", {0.90, 0.92, 0.91})};
  for (int i = 0; i < 10; ++i) {
    all.push_back(outcomes("v" + std::to_string(i), {0.88, 0.895, 0.89}));
  }
  const auto json = to_json(all, kAccuracy);
  const auto& against = json.at("variants").at(1).at("against_best");
  EXPECT_LT(against.at("p").get<double>(), 0.05);
  EXPECT_DOUBLE_EQ(against.at("corrected_p").get<double>(),
                   std::min(1.0, 55.0 * against.at("p").get<double>()))
      << "of 11 variants there are 55 pairs";
}

TEST(Variants, AreReadFromAFileAndRefusedByLine) {
  const auto variants = parse_variants(
      "[plain]\n"
      "[wide]  # more units\n"
      "hidden-size = 256\n"
      "dropout=0.6\n",
      "v.txt", {});
  ASSERT_EQ(variants.size(), 2U);
  EXPECT_EQ(variants[0].name, "plain");
  EXPECT_EQ(variants[1].changes, (Settings{{"hidden-size", "256"}, {"dropout", "0.6"}}));
  const auto refused = [](const std::string& text) {
    const MarksByOption marks = {{"seed", {.is_same_in_searches = true}}, {"layers", {}}};
    return message_of([&] { parse_variants(text, "v.txt", marks); });
  };
  EXPECT_TRUE(contains(refused("a = b\n"), "v.txt:1: a = b: expected [name] first"));
  EXPECT_TRUE(contains(refused("[a]\n[a]\n"), "v.txt:2: [a] stands there a second time"));
  EXPECT_TRUE(contains(refused("[a]\n[../b]\n"), "v.txt:2: [../b]: expected [name]"));
  EXPECT_TRUE(contains(refused("[a]\nb\n"), "v.txt:2: b: expected `option = value`"));
  EXPECT_TRUE(contains(refused("[a]\n"), "needs two at least"));
  EXPECT_TRUE(contains(refused("[a]\nseed = 7\n[b]\n"), "v.txt:2: `seed` cannot be chosen"));
  EXPECT_EQ(refused("[a]\nlayers = 2\n[b]\n"), "nothing was thrown");
}

TEST(Variants, EachTrickIsTurnedTheOtherWay) {
  const Settings base = {{"norm", "none"},         {"pooling", "attention,max"},
                         {"dropout", "0.5"},       {"schedule", "linear"},
                         {"language-weight", "0"}, {"average-decay", "0"},
                         {"ngrams", "2"},          {"adversarial-norm", "0.02"}};
  Settings changed;
  for (const auto& [name, changes] : trick_variants(Task::text, base)) {
    changed.insert(changes.begin(), changes.end());
    if (name == "as-given") {
      EXPECT_TRUE(changes.empty());
    }
  }
  EXPECT_EQ(changed, (Settings{{"norm", "batch"},
                               {"pooling", "max"},
                               {"dropout", "0"},
                               {"embedding-dropout", "0"},
                               {"word-dropout", "0"},
                               {"schedule", "constant"},
                               {"language-weight", "0.1"},
                               {"average-decay", "0.99"},
                               {"ngrams", "0"},
                               {"adversarial-norm", "0"}}));
}

TEST(Variants, EachTaskHasTheTricksThatItsSettingsLeaveAPlace) {
  const auto names = [](Task task, Settings base) {
    base.insert({{"dropout", "0.5"}, {"schedule", "constant"}, {"average-decay", "0"}});
    std::vector<std::string> all;
    for (const auto& variant : trick_variants(task, base)) all.push_back(variant.name);
    return all;
  };
  const Settings series = {{"norm", "batch"}, {"pooling", "last"}, {"aux-weight", "0.3"}};
  std::vector<std::string> expected = {
      "as-given",        "without-batch-norm",       "with-attention",
      "without-dropout", "with-learning-rate-decay", "with-weight-averaging"};
  EXPECT_EQ(names(Task::series, series), expected);
  Settings with_second_label = series;
  with_second_label["aux-label-column"] = "weather";
  expected.insert(expected.begin() + 3, "without-auxiliary-task");
  EXPECT_EQ(names(Task::series, with_second_label), expected);

  Settings forecast = {{"cell", "transformer"},
                       {"inner-norm", "none"},
                       {"normalization", "last"},
                       {"autoregression", "true"},
                       {"reconstruction-weight", "0"}};
  expected = {"as-given",
              "with-inner-norm",
              "without-window-normalization",
              "without-dropout",
              "with-learning-rate-decay",
              "without-autoregression",
              "with-weight-averaging"};
  EXPECT_EQ(names(Task::forecast, forecast), expected);
  forecast["cell"] = "gru";
  expected.insert(expected.begin() + 3, "with-auxiliary-task");
  EXPECT_EQ(names(Task::forecast, forecast), expected);
}

}  // namespace
}  // namespace mnemo
