// Back-tests through the program: a forecaster beside forecasts by formula, with and without
// refits.
#include <chrono>
#include <csignal>
#include <thread>

#include "common/files.h"
#include "tests/cli/cli_support.h"

namespace mnemo {
namespace {

namespace fs = std::filesystem;

const std::string kPassengers = sample("airline_passengers.csv");

// A forecaster of twelve months, in a second or two; its test part is the last 24.
void train_small(const fs::path& out, const Arguments& more = {"--split-rows=96,24,24"},
                 const std::string& file = kPassengers) {
  Arguments arguments = {"train",           "forecast",        "--train",       file,
                         "--out",           out.string(),      "--lookback=24", "--horizon=12",
                         "--hidden-size=8", "--batch-size=16", "--epochs=2",    "--threads=1",
                         "--quiet"};
  arguments.insert(arguments.end(), more.begin(), more.end());
  ASSERT_TRUE(succeeded(run_mnemo(arguments)));
}

nlohmann::json backtested(const fs::path& run, const Arguments& more = {}) {
  Arguments arguments = {"backtest", run.string(), "--input", kPassengers, "--json", "--threads=1"};
  arguments.insert(arguments.end(), more.begin(), more.end());
  const auto outcome = run_mnemo(arguments);
  EXPECT_TRUE(succeeded(outcome));
  return nlohmann::json::parse(outcome.out);
}

TEST(Backtest, StandsBesideForecastsByFormula) {
  const TestFolder folder;
  const auto run = folder.path() / "run", file = folder.path() / "forecasts.csv";
  train_small(run);
  const auto figures = backtested(run, {"--output", file.string()});
  EXPECT_EQ(figures.at("task"), "forecast");
  EXPECT_EQ(figures.at("part"), "test");
  EXPECT_EQ(figures.at("n"), 2) << "24 rows, a horizon apart";
  for (const char* key : {"naive", "seasonal_naive", "drift", "naive2", "theta", "ets"}) {
    EXPECT_GT(figures.at(key).at("mase").get<double>(), 0.0) << key;
    EXPECT_GT(figures.at(key).at("owa").get<double>(), 0.0) << key;
  }
  EXPECT_DOUBLE_EQ(figures.at("naive2").at("owa").get<double>(), 1.0);
  EXPECT_LT(figures.at("ets").at("owa").get<double>(), 0.9) << "Holt and Winters' own example";

  const auto evaluation =
      evaluated({run.string(), "--data", kPassengers, "--stride", "12", "--threads=1"});
  for (const char* key : {"n", "mse", "mase", "owa"})
    EXPECT_EQ(evaluation.at(key), figures.at(key));
  EXPECT_EQ(evaluation.at("seasonal_naive"), figures.at("seasonal_naive"));
  EXPECT_FALSE(evaluation.contains("theta"));
  const auto rolled =
      run_mnemo({"predict", run.string(), "--input", kPassengers, "--rolling", "--threads=1"});
  EXPECT_EQ(read_file(file), rolled.out);

  const auto table = run_mnemo({"backtest", run.string(), "--input", kPassengers});
  for (const char* part : {"OWA", "seasonal naive (12)", "Naive2", "drift", "Theta", "ETS"}) {
    EXPECT_TRUE(contains(table.out, part));
  }
  EXPECT_TRUE(contains(table.out, "the ETS forecast"));
  EXPECT_FALSE(backtested(run, {"--classics=false"}).contains("ets"));
}

TEST(Backtest, WindowsAreTheLastOfEachSeries) {
  const TestFolder folder;
  const auto run = folder.path() / "run";
  train_small(run);
  const auto rolled = run_mnemo({"predict", run.string(), "--input", kPassengers, "--rolling",
                                 "--windows", "1", "--part", "all"});
  const auto lines = lines_of(rolled.out);
  ASSERT_EQ(lines.size(), 13U);
  EXPECT_EQ(lines[1].substr(0, 18), "1959-12,1960-01,1,");
  EXPECT_EQ(backtested(run, {"--windows=3", "--stride=2"}).at("n"), 3);
  EXPECT_EQ(evaluated({run.string(), "--data", kPassengers, "--windows", "5"}).at("n"), 5);
}

TEST(Backtest, RefitsTrainOnWhatStandsBefore) {
  const TestFolder folder;
  const auto run = folder.path() / "run";
  train_small(run);
  const Arguments last = {"--windows=1", "--classics=false"};
  const auto refitted = backtested(run, {"--refit", "--windows=1", "--classics=false"});
  EXPECT_EQ(refitted.at("n"), 1);
  EXPECT_EQ(refitted.at("naive"), backtested(run, last).at("naive"));
  EXPECT_NE(refitted.at("mse"), backtested(run, last).at("mse"));

  // The same training by hand: of the 132 months before, of which the last 13 validate.
  const auto before = folder.write("before.csv", [] {
    const auto lines = lines_of(read_file(kPassengers));
    std::string text;
    for (size_t i = 0; i < 133; ++i) text += lines[i] + "\n";
    return text;
  }());
  const auto by_hand = folder.path() / "by_hand";
  train_small(by_hand, {"--split=1", "--season=12", "--segment=12"}, before.string());
  const auto evaluation = evaluated(
      {by_hand.string(), "--data", kPassengers, "--part", "all", "--windows", "1", "--threads=1"});
  EXPECT_NEAR(refitted.at("mse").get<double>(), evaluation.at("mse").get<double>(), 1e-6);
}

TEST(Backtest, CtrlCEndsRefitsAndLeavesNothing) {
  const TestFolder folder;
  const auto run = folder.path() / "run", scratch = folder.path() / "scratch";
  train_small(run);
  fs::create_directory(scratch);
  Process backtest({"env", "TMPDIR=" + scratch.string(), MNEMO_BINARY, "backtest", run.string(),
                    "--input", kPassengers, "--refit", "--stride=1", "--part=all", "--threads=1"});
  while (backtest.running() && fs::is_empty(scratch)) {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  ASSERT_TRUE(backtest.running()) << backtest.wait().err;
  backtest.send(SIGINT);
  const auto outcome = backtest.wait();
  EXPECT_EQ(outcome.exit_code, 130) << outcome.err;
  EXPECT_EQ(outcome.out, "");
  EXPECT_TRUE(fs::is_empty(scratch));
}

TEST(Backtest, RefitsOfARunThatHoldsNothingOutTrainOnAllButAHorizon) {
  const TestFolder folder;
  const auto run = folder.path() / "run";
  train_small(run, {"--split=0.8", "--valid-share=0", "--keep=last", "--patience=0"});
  EXPECT_EQ(backtested(run, {"--refit", "--windows=1", "--classics=false"}).at("n"), 1);
}

TEST(Backtest, RefitsBeginWithoutTheWeightsOfAnotherRun) {
  const TestFolder folder;
  const auto first = folder.path() / "first", run = folder.path() / "run";
  train_small(first);
  train_small(run, {"--split-rows=96,24,24", "--init-from", first.string()});
  const auto outcome = run_mnemo({"backtest", run.string(), "--input", kPassengers, "--refit",
                                  "--windows=1", "--classics=false", "--threads=1"});
  EXPECT_TRUE(succeeded(outcome));
  EXPECT_TRUE(contains(outcome.err, "each refit begins anew")) << outcome.err;
}

TEST(Backtest, IsRefusedWhereItCannotBe) {
  const TestFolder folder;
  const auto run = folder.path() / "run", model = folder.path() / "model.pt";
  train_small(run);
  ASSERT_TRUE(succeeded(run_mnemo({"export", run.string(), "--out", model.string()})));
  EXPECT_TRUE(refused(run_mnemo({"backtest", model.string(), "--input", kPassengers, "--refit"}), 1,
                      {"model.pt", "an exported file does not know how it was trained"}));
  EXPECT_TRUE(refused(run_mnemo({"backtest", trained_run().string(), "--input", kPassengers}), 2,
                      {"text model", "only forecasters"}));
  EXPECT_TRUE(refused(run_mnemo({"backtest", run.string()}), 2, {"--input"}));
  const auto output = folder.path() / "nowhere" / "forecasts.csv";
  EXPECT_TRUE(refused(
      run_mnemo({"backtest", run.string(), "--input", kPassengers, "--output", output.string()}), 1,
      {"nowhere"}));
}

// 144 months: the last 24 and the 24 before them are those of `split-rows` 96,24,24.
TEST(Backtest, TheLastRowsOfEachSeriesMayBeItsParts) {
  const TestFolder folder;
  const auto run = folder.path() / "run", last = folder.path() / "last";
  train_small(run);
  train_small(last, {"--split-last=24,24"});
  EXPECT_EQ(json_in(last / "meta.json").at("result").at("valid_loss"),
            json_in(run / "meta.json").at("result").at("valid_loss"));
  EXPECT_EQ(backtested(last).at("mse"), backtested(run).at("mse"));
  const auto train = [&](const Arguments& more) {
    Arguments arguments = {"train",     "forecast", "--train",
                           kPassengers, "--out",    (folder.path() / "no").string()};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return run_mnemo(arguments);
  };
  EXPECT_TRUE(refused(train({"--split-last=24"}), 2, {"--split-last", "two numbers"}));
  EXPECT_TRUE(refused(train({"--split-last=24,24", "--split=0.5"}), 2,
                      {"--split and --split-last contradict"}));
  EXPECT_TRUE(refused(train({"--split-last=24,24", "--split-rows=9,9,9"}), 2,
                      {"--split-last and --split-rows contradict"}));
  EXPECT_TRUE(refused(train({"--split-last=0,24"}), 2, {"--split-last 0,24", "--keep last"}));
}

}  // namespace
}  // namespace mnemo
