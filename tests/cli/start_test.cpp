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

// A change to "-" leaves the option out.
Outcome train_case(const TaskCase& item, const fs::path& out, const Options& changes = {}) {
  Options options = item.options;
  for (const auto& [name, value] : changes) options[name] = value;
  Arguments arguments = {"train", item.task, "--out", out.string(), "--quiet", "--threads=1"};
  for (const auto& [name, value] : options) {
    if (value != "-") arguments.push_back("--" + name + "=" + value);
  }
  return run_mnemo(arguments);
}

double figure_of(const TaskCase& item, const fs::path& run) {
  const auto outcome = run_mnemo({"evaluate", run.string(), "--data", item.data, "--json"});
  EXPECT_TRUE(succeeded(outcome));
  return json::parse(outcome.out, nullptr, /*allow_exceptions=*/false).value(item.figure, -1.0);
}

// The rate is so low that a training leaves the weights it begins with.
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
  EXPECT_EQ(data.at("init_weights"), (first / "weights.safetensors").string());
  EXPECT_EQ(data.at("init_weights_sha256"),
            json_in(first / "meta.json")["files"]["weights.safetensors"]["sha256"]);
}

INSTANTIATE_TEST_SUITE_P(Tasks, Start,
                         testing::Values(TaskCase{"text",
                                                  {{"ngrams", "0"},
                                                   {"train", sample("reviews_train.csv")},
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

TEST_P(Start, BeginsWithAnEarlierRun) {
  const TestFolder folder;
  const auto first = folder.path() / "first", again = folder.path() / "again";
  ASSERT_TRUE(succeeded(train_case(GetParam(), first)));
  Options options = kStandStill;
  options["init-from"] = first.string();
  if (GetParam().task == "text") {  // the run's tokenizer serves
    options["vocab-size"] = "-";
    options["config"] = folder.write("c.ini", "vocab-size = 300\n").string();
  }
  ASSERT_TRUE(succeeded(train_case(GetParam(), again, options)));
  const double reached = figure_of(GetParam(), first);
  EXPECT_NEAR(figure_of(GetParam(), again), reached, 1e-4 * reached);
  const auto data = json_in(again / "meta.json").at("data");
  EXPECT_EQ(data.at("init_from"), first.string());
  EXPECT_FALSE(data.contains("new_parameters"));
}

TEST(StartOptions, FineTuneARunForOtherLabels) {
  const TestFolder folder;
  std::string rows = "label,text\n";
  for (int i = 0; i < 30; ++i) {
    rows += "tea,a cup of tea " + std::to_string(i) + "\nrain,rain all day " + std::to_string(i) +
            "\ntrain,the train was late " + std::to_string(i) + "\n";
  }
  const auto topics = folder.write("topics.csv", rows).string();
  const auto out = folder.path() / "run";
  // All of a small model's settings but for its tokenizer's, which are the run's. Nine rows held
  // out would stop the training too early where chance, or a processor's rounding, will have it.
  const Options changes = {{"train", topics}, {"epochs", "30"}, {"patience", "0"}};
  Arguments arguments;
  for (const auto& argument : small_training(out, changes)) {
    if (!argument.starts_with("--vocab-size")) arguments.push_back(argument);
  }
  arguments.push_back("--init-from=" + trained_run().string());
  const auto outcome = run_mnemo(arguments);
  ASSERT_TRUE(succeeded(outcome));
  EXPECT_TRUE(contains(outcome.err, "starts from the weights of " + trained_run().string()));
  EXPECT_TRUE(contains(outcome.err, "dense.bias, dense.weight"));
  EXPECT_TRUE(contains(outcome.err, R"("rain", "tea", "train", and were "neg", "pos")"));
  EXPECT_EQ(read_file(out / "tokenizer.model"), read_file(trained_run() / "tokenizer.model"));
  EXPECT_GT(json_in(out / "meta.json")["result"]["valid_accuracy"].get<double>(), 0.8);

  arguments.push_back("--layers=2");
  arguments.push_back("--overwrite");
  EXPECT_TRUE(refused(
      run_mnemo(arguments), 1,
      {"missing encoder.weight_ih_l1", "--config " + (trained_run() / "config.ini").string()}));
}

TEST(StartOptions, TellTheSharesOfWordsThatHaveVectors) {
  const TestFolder folder;
  const auto vectors = folder.write("v.txt", "the 1 2\nfilm 3 4\n").string();
  const Options options = {{"embedding-vectors", vectors}, {"tokenizer-type", "word"}};
  const auto out = folder.path() / "run";
  Arguments arguments;
  for (const auto& argument : small_training(out, options)) {
    if (!argument.starts_with("--embedding-dim")) arguments.push_back(argument);
  }
  const auto outcome = run_mnemo(arguments);
  ASSERT_TRUE(succeeded(outcome));
  EXPECT_TRUE(contains(outcome.err, "v.txt: vectors for "));
  EXPECT_EQ(json_in(out / "meta.json")["settings"]["model"]["embedding_dim"], 2);
  EXPECT_TRUE(contains(read_file(out / "config.ini"), "embedding-dim = 2\n"));
  EXPECT_TRUE(
      refused(train(folder.path() / "other", options), 2, {"--embedding-dim 32", "2 numbers"}));

  // The config file names the vectors, the command line something else to start from.
  const auto again = folder.path() / "again";
  ASSERT_TRUE(succeeded(run_mnemo({"train", "text", "--train", sample("reviews_train.csv"),
                                   "--config", (out / "config.ini").string(), "--init-from",
                                   out.string(), "--epochs=1", "--out", again.string()})));
  const auto config = read_file(again / "config.ini");
  EXPECT_TRUE(contains(config, "embedding-vectors = \n"));
  EXPECT_TRUE(contains(config, "init-from = " + out.string()));
}

TEST(StartOptions, WarnOfATokenizerThatWeightsDoNotKnow) {
  const TestFolder folder;
  const auto weights = (trained_run() / "weights.safetensors").string();
  const auto outcome = train(folder.path() / "run", {{"init-weights", weights}});
  ASSERT_TRUE(succeeded(outcome));
  EXPECT_TRUE(contains(outcome.err, "--init-weights without --tokenizer"));
}

Outcome import_text(const fs::path& out, const std::string& labels,
                    const fs::path& run = trained_run()) {
  return run_mnemo({"import", "text", (run / "weights.safetensors").string(), "--config",
                    (trained_run() / "config.ini").string(), "--tokenizer",
                    (run / "tokenizer.model").string(), "--labels", labels, "--out", out.string()});
}

TEST(Import, MakesARunThatAnswersAsItsWeights) {
  const TestFolder folder;
  const auto out = folder.path() / "imported";
  ASSERT_TRUE(succeeded(import_text(out, "bad,good")));
  const auto answers = [](const fs::path& run) {
    return lines_of(
        run_mnemo({"predict", run.string(), "--input", sample("reviews_test.csv")}).out);
  };
  const auto expected = answers(trained_run()), found = answers(out);
  ASSERT_EQ(found.size(), expected.size());
  for (size_t i = 0; i < found.size(); ++i) {
    EXPECT_EQ(found[i].starts_with("bad\t"), expected[i].starts_with("neg\t")) << i;
    EXPECT_EQ(found[i].substr(found[i].find('\t')), expected[i].substr(expected[i].find('\t')));
  }
  const auto meta = json_in(out / "meta.json");
  EXPECT_EQ(meta.at("status"), "imported");
  EXPECT_EQ(meta.at("data").at("weights_file_sha256"),
            json_in(trained_run() / "meta.json")["files"]["weights.safetensors"]["sha256"]);
  EXPECT_TRUE(succeeded(run_mnemo({"info", out.string()})));
}

TEST(Import, WarnsOfATokenizerThatKeepsTheHtmlThatSettingsStrip) {
  const TestFolder folder;
  const auto run = folder.path() / "run";
  ASSERT_TRUE(succeeded(train(run, {{"strip-html", "false"}})));
  const auto outcome = import_text(folder.path() / "imported", "neg,pos", run);
  ASSERT_TRUE(succeeded(outcome));
  EXPECT_TRUE(contains(outcome.err, "tokenizer.model leaves HTML in"));
  EXPECT_FALSE(contains(import_text(folder.path() / "own", "neg,pos").err, "leaves HTML in"));
}

TEST(Import, RefusesWhatDoesNotFitByName) {
  const TestFolder folder;
  const auto out = folder.path() / "imported";
  EXPECT_TRUE(
      refused(import_text(out, "a,b,c"), 1, {"dense.weight has shape (1, ", "expected (3, "}));
  EXPECT_TRUE(refused(import_text(out, "a, b"), 2, {"--labels", "\" b\""}));
  EXPECT_FALSE(fs::exists(out));
}

}  // namespace
}  // namespace mnemo
