// Forecasters that are trained anew on all rows, through the program.
#include "common/files.h"
#include "tests/cli/cli_support.h"

namespace mnemo {
namespace {

Arguments refitted(const std::filesystem::path& run, const Arguments& more) {
  Arguments arguments = {"train",
                         "forecast",
                         "--train",
                         sample("airline_passengers.csv"),
                         "--split-rows=96,24,24",
                         "--lookback=24",
                         "--horizon=12",
                         "--hidden-size=8",
                         "--epochs=4",
                         "--batch-size=16",
                         "--threads=1",
                         "--quiet",
                         "--out",
                         run.string()};
  arguments.insert(arguments.end(), more.begin(), more.end());
  return arguments;
}

TEST(ForecastRefit, IsToldAndGoesOnBitForBit) {
  const TestFolder folder;
  const auto plain = folder.path() / "plain", run = folder.path() / "run",
             paused = folder.path() / "paused";
  ASSERT_TRUE(succeeded(run_mnemo(refitted(plain, {}))));
  ASSERT_TRUE(succeeded(run_mnemo(refitted(run, {"--refit"}))));
  EXPECT_NE(weights_of(run), weights_of(plain));
  const auto result = json_in(run / "meta.json").at("result");
  EXPECT_EQ(result.at("valid_loss"), json_in(plain / "meta.json").at("result").at("valid_loss"));
  EXPECT_EQ(result.at("refit").at("epochs"), result.at("best_epoch"));
  EXPECT_EQ(result.at("refit").at("windows"), 120 - 24 - 12 + 1);
  EXPECT_TRUE(contains(run_mnemo({"info", run.string()}).out, "refit      on 85 windows"));
  EXPECT_TRUE(contains(read_file(run / "report.html"), "of all rows but the test part"));

  ASSERT_TRUE(succeeded(run_mnemo(refitted(paused, {"--refit", "--pause-after=0.5"}))));
  EXPECT_FALSE(json_in(paused / "meta.json").at("result").contains("refit"));
  ASSERT_TRUE(succeeded(run_mnemo(refitted(paused, {"--refit", "--resume"}))));
  EXPECT_EQ(weights_of(paused), weights_of(run));
}

}  // namespace
}  // namespace mnemo
