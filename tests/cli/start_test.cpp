// Trainings that begin with weights that are there already.
#include "common/files.h"
#include "tests/cli/cli_support.h"

namespace mnemo {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

struct TaskCase {
  std::string task;
  Options options;  // of a small model that is trained in a second or two
  std::string data;
  std::string figure;  // of evaluate
};

void PrintTo(const TaskCase& item, std::ostream* stream) { *stream << item.task; }

Outcome train_case(const TaskCase& item, const fs::path& out, const Options& changes = {}) {
  Options options = item.options;
  for (const auto& [name, value] : changes) options[name] = value;
  Arguments arguments = {"train", item.task, "--out", out.string(), "--quiet", "--threads=1"};
  for (const auto& [name, value] : options) arguments.push_back("--" + name + "=" + value);
  return run_mnemo(arguments);
}

double figure_of(const TaskCase& item, const fs::path& run) {
  const auto outcome = run_mnemo({"evaluate", run.string(), "--data", item.data, "--json"});
  EXPECT_TRUE(succeeded(outcome));
  return json::parse(outcome.out, nullptr, /*allow_exceptions=*/false).value(item.figure, -1.0);
}

// So low a rate that a training leaves the weights it begins with.
const Options kStandStill = {{"epochs", "1"}, {"learning-rate", "1e-9"}};

class Start : public testing::TestWithParam<TaskCase> {};

TEST_P(Start, BeginsWithTheWeightsOfAFile) {
  const TestFolder folder;
  const auto first = folder.path() / "first", again = folder.path() / "again";
  const auto fresh = folder.path() / "fresh";
  ASSERT_TRUE(succeeded(train_case(GetParam(), first)));
  ASSERT_TRUE(succeeded(train_case(GetParam(), fresh, kStandStill)));
  Options options = kStandStill;
  options["init-weights"] = (first / "weights.safetensors").string();
  ASSERT_TRUE(succeeded(train_case(GetParam(), again, options)));

  const double reached = figure_of(GetParam(), first);
  EXPECT_NEAR(figure_of(GetParam(), again), reached, 1e-4 * reached);
  EXPECT_GT(std::abs(figure_of(GetParam(), fresh) - reached), 1e-3 * reached) << "not by chance";
  const auto data = json_in(again / "meta.json").at("data");
  EXPECT_EQ(data.at("init_weights_file"), (first / "weights.safetensors").string());
  EXPECT_EQ(data.at("init_weights_file_sha256"),
            json_in(first / "meta.json")["files"]["weights.safetensors"]["sha256"]);
}

INSTANTIATE_TEST_SUITE_P(Tasks, Start,
                         testing::Values(TaskCase{"text",
                                                  {{"train", sample("reviews_train.csv")},
                                                   {"epochs", "3"},
                                                   {"learning-rate", "0.02"},
                                                   {"vocab-size", "1000"},
                                                   {"embedding-dim", "16"},
                                                   {"hidden-size", "16"}},
                                                  sample("reviews_test.csv"),
                                                  "loss"},
                                         TaskCase{"series",
                                                  {{"train", sample("motions_train.ts")},
                                                   {"epochs", "4"},
                                                   {"learning-rate", "0.01"},
                                                   {"hidden-sizes", "16"}},
                                                  sample("motions_test.ts"),
                                                  "loss"},
                                         TaskCase{"forecast",
                                                  {{"train", sample("airline_passengers.csv")},
                                                   {"lookback", "24"},
                                                   {"horizon", "12"},
                                                   {"hidden-size", "16"},
                                                   {"epochs", "3"}},
                                                  sample("airline_passengers.csv"),
                                                  "mse"}),
                         [](const auto& test) { return test.param.task; });

TEST(StartOptions, OfFilesThatDoNotFitAreRefusedByName) {
  const TestFolder folder;
  const auto out = folder.path() / "run";
  const auto weights = (trained_run() / "weights.safetensors").string();
  EXPECT_TRUE(refused(train(out, {{"init-weights", weights}, {"hidden-size", "8"}}), 1,
                      {weights, "encoder.weight_hh_l0 has shape (128, 32), expected (32, 8)"}));
  EXPECT_TRUE(refused(train(out, {{"init-weights", sample("reviews_test.csv")}}), 1,
                      {"reviews_test.csv", "not a safetensors file"}));
  EXPECT_TRUE(refused(train(out, {{"init-weights", weights}, {"forget-bias", "1"}}), 2,
                      {"--forget-bias", "--init-weights"}));
  EXPECT_FALSE(fs::exists(out));
}

}  // namespace
}  // namespace mnemo
