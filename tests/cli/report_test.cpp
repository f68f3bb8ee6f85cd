// Reports through the program; what the page shows is tested in a browser, see tests/report.
#include <fstream>

#include "common/files.h"
#include "tests/cli/cli_support.h"

namespace mnemo {
namespace {

namespace fs = std::filesystem;

TEST(Report, IsMadeAgainAsItWas) {
  const TestFolder folder;
  const auto page = folder.path() / "page.html";
  ASSERT_TRUE(succeeded(run_mnemo({"report", trained_run().string(), "--out", page.string()})));
  EXPECT_EQ(read_file(page), read_file(trained_run() / "report.html"));
}

TEST(Report, RefusesSettingsThatWereChangedByHand) {
  const TestFolder folder;
  const auto run = folder.path() / "run";
  fs::copy(trained_run(), run, fs::copy_options::recursive);
  ASSERT_TRUE(succeeded(run_mnemo({"report", run.string()})));
  std::ofstream(run / "config.ini", std::ios::app) << "dropout = 0.9\n";
  EXPECT_TRUE(refused(run_mnemo({"report", run.string()}), 1, {"config.ini", "SHA-256"}));
}

TEST(Report, RefusesWhatItCannotCompare) {
  const TestFolder folder;
  const auto series = folder.path() / "series";
  ASSERT_TRUE(
      succeeded(run_mnemo({"train", "series", "--train", sample("motions_train.ts"), "--out",
                           series.string(), "--hidden-sizes=4", "--epochs=1", "--quiet"})));
  const auto text = trained_run().string();
  EXPECT_TRUE(refused(run_mnemo({"report"}), 2, {"run folder"}));
  EXPECT_TRUE(refused(run_mnemo({"report", text, series.string()}), 2, {"--out is missing"}));
  EXPECT_TRUE(refused(run_mnemo({"report", text, series.string(), "--out=x.html"}), 2,
                      {"series", "one task"}));
  EXPECT_TRUE(refused(run_mnemo({"report", folder.path().string()}), 1, {"not a run folder"}));
}

TEST(Report, SaysWhichForecastsItShows) {
  const TestFolder folder;
  std::string rows = "x\n";
  for (int i = 0; i < 1800; ++i) rows += std::to_string(i % 7) + "\n";
  const auto data = folder.write("rows.csv", rows).string();
  const auto run = folder.path() / "run";
  ASSERT_TRUE(succeeded(run_mnemo(
      {"train", "forecast", "--train", data, "--split-rows=400,100,1300", "--horizon=10",
       "--lookback=20", "--hidden-size=4", "--epochs=1", "--quiet", "--out", run.string()})));
  const auto answers = json_in(run / "evaluation.json");
  EXPECT_EQ(answers.at("spans").at(0).at("shown"), "The last 100 of 130 such forecasts. ");
  EXPECT_EQ(answers.at("spans").at(0).at("times").size(), 1000U);
  EXPECT_EQ(answers.at("spans").at(0).at("times").back(), "1800");
}

TEST(Report, SaysWhichTextsItCannotReadAgain) {
  const TestFolder folder;
  const auto run = folder.path() / "run";
  const std::string training = "cat '" + sample("reviews_train.csv") +
                               "' | '" MNEMO_BINARY
                               "' train text --train /dev/stdin --input-format csv --epochs 1 "
                               "--hidden-size 8 --vocab-size 400 --out '" +
                               run.string() + "'";
  ASSERT_TRUE(succeeded(run_program({"sh", "-c", training})));
  EXPECT_TRUE(fs::exists(run / "report.html"));
  const auto mistakes = json_in(run / "evaluation.json").at("mistakes");
  ASSERT_FALSE(mistakes.empty());
  EXPECT_TRUE(contains(mistakes.at(0).at("text").get<std::string>(), "cannot be read again"));
}

TEST(Report, TakesTextsWithoutTheirLabels) {
  const TestFolder folder;
  std::string lines;
  for (int i = 0; i < 60; ++i) {
    // Blank lines are no rows.
    lines += i % 5 == 0 ? "\n" : "";
    lines += i % 3 == 0 ? "__label__a red blue " : "__label__b blue red ";
    lines += std::to_string(i) + "\n";
  }
  const auto data = folder.write("reviews.txt", lines).string();
  const auto run = folder.path() / "run";
  ASSERT_TRUE(
      succeeded(run_mnemo({"train", "text", "--train", data, "--epochs=1", "--hidden-size=4",
                           "--vocab-size=300", "--valid-share=0.5", "--out", run.string()})));
  const auto answers = json_in(run / "evaluation.json");
  ASSERT_FALSE(answers.at("mistakes").empty());
  for (const auto& mistake : answers.at("mistakes")) {
    const auto text = mistake.at("text").get<std::string>();
    EXPECT_FALSE(contains(text, "__label__")) << text;
    EXPECT_EQ(text.starts_with("red") ? "a" : "b", mistake.at("label")) << text;
  }
}

}  // namespace
}  // namespace mnemo
