// --cell transformer through the program, in every task: trained, resumed, measured, used,
// exported.
#include <chrono>
#include <thread>

#include "common/files.h"
#include "tests/cli/cli_support.h"

namespace mnemo {
namespace {

namespace fs = std::filesystem;

struct TransformerTask {
  std::string name;
  Arguments training;  // but for --out
  std::string data;    // to evaluate on
  std::string metric;
  double least, most;  // of the metric
};

void PrintTo(const TransformerTask& task, std::ostream* out) { *out << task.name; }

class Transformers : public testing::TestWithParam<TransformerTask> {};

Outcome train_task(const TransformerTask& task, const fs::path& out, const Arguments& more = {}) {
  Arguments arguments = {"train"};
  arguments.insert(arguments.end(), task.training.begin(), task.training.end());
  arguments.insert(arguments.end(),
                   {"--cell=transformer", "--quiet", "--threads=1", "--out", out.string()});
  arguments.insert(arguments.end(), more.begin(), more.end());
  return run_mnemo(arguments);
}

double metric_of(const fs::path& model, const TransformerTask& task) {
  const auto outcome = run_mnemo({"evaluate", model.string(), "--data", task.data, "--json"});
  EXPECT_TRUE(succeeded(outcome));
  return nlohmann::json::parse(outcome.out).at(task.metric).get<double>();
}

TEST_P(Transformers, AreTrainedMeasuredAndExported) {
  const TestFolder folder;
  const auto& task = GetParam();
  const auto run = folder.path() / "run", model = folder.path() / "model.pt";
  ASSERT_TRUE(succeeded(train_task(task, run)));
  const double metric = metric_of(run, task);
  EXPECT_GT(metric, task.least);
  EXPECT_LT(metric, task.most);
  ASSERT_TRUE(succeeded(run_mnemo({"export", run.string(), "--out", model.string()})));
  EXPECT_NEAR(metric_of(model, task), metric, 1e-3 * (1.0 + metric));
  const auto info = run_mnemo({"info", run.string()});
  EXPECT_TRUE(contains(info.out, "transformer")) << info.out;
  EXPECT_TRUE(contains(info.out, "2 heads, feed-forward 4 times that, learned positions"));
  const auto again = folder.path() / "again";
  ASSERT_TRUE(succeeded(train_task(task, again)));
  EXPECT_EQ(read_file(again / "weights.safetensors"), read_file(run / "weights.safetensors"));
}

// Dropout acts everywhere inside, and its randomness must go on where it was.
TEST_P(Transformers, ResumeToTheWeightsOfTheUninterruptedRun) {
  const TestFolder folder;
  const auto whole = folder.path() / "whole", cut = folder.path() / "cut";
  ASSERT_TRUE(succeeded(train_task(GetParam(), whole, {"--layer-dropout=0.2"})));
  Arguments command = {MNEMO_BINARY, "train"};
  const auto& training = GetParam().training;
  command.insert(command.end(), training.begin(), training.end());
  command.insert(command.end(),
                 {"--cell=transformer", "--quiet", "--threads=1", "--layer-dropout=0.2",
                  "--checkpoint-every=1steps", "--out", cut.string()});
  {
    Process process(command);
    while (process.running() && !fs::exists(cut / ".checkpoint")) {
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
  }  // killed
  ASSERT_TRUE(succeeded(train_task(GetParam(), cut, {"--layer-dropout=0.2", "--resume"})));
  EXPECT_EQ(read_file(cut / "weights.safetensors"), read_file(whole / "weights.safetensors"));
}

INSTANTIATE_TEST_SUITE_P(
    Tasks, Transformers,
    testing::Values(
        TransformerTask{"text",
                        {"text", "--train", sample("reviews_train.csv"), "--vocab-size=800",
                         "--hidden-size=32", "--embedding-dim=32", "--max-length=60",
                         "--attention-heads=2", "--positions=learned", "--epochs=6"},
                        sample("reviews_test.csv"),
                        "accuracy",
                        0.6,
                        1.01},
        TransformerTask{"series",
                        {"series", "--train", sample("motions_train.ts"), "--hidden-sizes=32",
                         "--attention-heads=2", "--positions=learned", "--epochs=20"},
                        sample("motions_train.ts"),
                        "accuracy",
                        0.6,
                        1.01},
        TransformerTask{
            "forecast",
            {"forecast", "--train", sample("airline_passengers.csv"), "--split-rows=96,24,24",
             "--lookback=24", "--horizon=12", "--hidden-size=16", "--attention-heads=2",
             "--positions=learned", "--epochs=40", "--batch-size=16", "--learning-rate=0.003"},
            sample("airline_passengers.csv"),
            "mse",
            0.0,
            7500.0}),  // 4,900 where it was tried; the naive forecast has 9,846
    [](const auto& test) { return test.param.name; });

TEST(Transformer, LongerSeriesThanLearnedPositionsAreRefusedByName) {
  const TestFolder folder;
  const auto rows = [](const std::string& id, int steps, const std::string& label) {
    std::string text;
    for (int step = 0; step < steps; ++step)
      text += id + "," + std::to_string(step) + "," + label + "\n";
    return text;
  };
  std::string train = "id,x,label\n";
  for (int i = 0; i < 8; ++i) train += rows("s" + std::to_string(i), 3 + i % 3, i % 2 ? "a" : "b");
  const auto file = folder.write("train.csv", train);
  const auto longer = folder.write("longer.csv", "id,x,label\n" + rows("t", 6, "a"));
  const auto run = folder.path() / "run";
  ASSERT_TRUE(succeeded(run_mnemo({"train", "series", "--train", file.string(), "--out",
                                   run.string(), "--cell=transformer", "--positions=learned",
                                   "--hidden-sizes=8", "--epochs=1", "--quiet"})));
  EXPECT_TRUE(refused(run_mnemo({"evaluate", run.string(), "--data", longer.string()}), 1,
                      {longer.string(), "series t has 6 steps", "end at 5"}));
}

TEST(Transformer, LayersOfAStackHaveOneSize) {
  EXPECT_TRUE(refused(run_mnemo({"train", "series", "--train=a.ts", "--out=b", "--cell=transformer",
                                 "--hidden-sizes=32,16"}),
                      2, {"--hidden-sizes 32,16", "32,32"}));
  EXPECT_TRUE(refused(run_mnemo({"train", "forecast", "--train=a.csv", "--out=b", "--model=stacked",
                                 "--cell=transformer"}),
                      2, {"--hidden-sizes 64,32", "64,64"}));
}

}  // namespace
}  // namespace mnemo
