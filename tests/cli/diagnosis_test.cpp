// Trainings that are looked into, and made-up data to look at.
#include <csignal>
#include <thread>

#include "common/files.h"
#include "tests/cli/cli_support.h"

namespace mnemo {
namespace {

namespace fs = std::filesystem;

// Dropout, batch norm and two layers: all that a look could disturb.
const Options kDiagnosed = {{"epochs", "6"},          {"patience", "0"},    {"layers", "2"},
                            {"layer-dropout", "0.1"}, {"batch-size", "16"}, {"norm", "batch"},
                            {"word-dropout", "0.1"}};

std::vector<nlohmann::json> probes_of(const fs::path& run) {
  std::vector<nlohmann::json> probes;
  for (const auto& line : lines_of(read_file(run / "diagnosis.jsonl"))) {
    probes.push_back(nlohmann::json::parse(line));
  }
  return probes;
}

TEST(Diagnose, LeavesTheWeightsAsTheyAre) {
  const TestFolder folder;
  const auto plain = folder.path() / "plain", looked = folder.path() / "looked";
  ASSERT_TRUE(succeeded(train(plain, kDiagnosed)));
  const auto outcome =
      train(looked, with(kDiagnosed, {{"diagnose", "true"}, {"diagnose-every", "7"}}));
  ASSERT_TRUE(succeeded(outcome));
  EXPECT_EQ(read_file(plain / "weights.safetensors"), read_file(looked / "weights.safetensors"));
  EXPECT_FALSE(fs::exists(plain / "diagnosis.jsonl"));
  const auto probes = probes_of(looked);
  for (size_t i = 0; i < probes.size(); ++i) EXPECT_EQ(probes[i].at("step"), 1 + 7 * i);
  EXPECT_EQ(probes.back().at("recurrent").size(), 2U);
  EXPECT_TRUE(contains(outcome.err, "diagnosis of " + std::to_string(probes.size()) + " probes"));
  EXPECT_EQ(json_in(looked / "meta.json").at("diagnosis").at("probes"), probes.size());
}

TEST(Diagnose, GoesOnWithItsRecord) {
  const TestFolder folder;
  const auto whole = folder.path() / "whole", cut = folder.path() / "cut";
  const auto options = with(kDiagnosed, {{"epochs", "12"}, {"diagnose", "true"}});
  const auto often = with(options, {{"diagnose-every", "5"}});
  ASSERT_TRUE(succeeded(train(whole, often)));
  Arguments command = small_training(cut, often);
  command.insert(command.begin(), MNEMO_BINARY);
  Process process(command);
  while (process.running() && !fs::exists(cut / "weights.safetensors")) {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  process.send(SIGTERM);
  EXPECT_EQ(process.wait().exit_code, 143);
  EXPECT_LT(probes_of(cut).size(), probes_of(whole).size());
  ASSERT_TRUE(succeeded(run_mnemo({"train", "text", "--out", cut.string(), "--resume"})));
  EXPECT_EQ(read_file(cut / "diagnosis.jsonl"), read_file(whole / "diagnosis.jsonl"));
  EXPECT_EQ(read_file(cut / "weights.safetensors"), read_file(whole / "weights.safetensors"));
}

TEST(Diagnose, IsShownAgain) {
  const TestFolder folder;
  const auto run = folder.path() / "run";
  const Options options = {{"epochs", "2"}, {"diagnose", "true"}, {"diagnose-every", "10"}};
  const auto trained = train(run, options);
  ASSERT_TRUE(succeeded(trained));
  const auto shown = run_mnemo({"diagnose", run.string()});
  ASSERT_TRUE(succeeded(shown));
  EXPECT_TRUE(contains(shown.out, "encoder.l0"));
  const auto verdict = shown.out.substr(shown.out.find("diagnosis of "));
  EXPECT_TRUE(contains(trained.err, verdict.substr(0, verdict.size() - 1)));
  const auto json = nlohmann::json::parse(run_mnemo({"diagnose", run.string(), "--json"}).out);
  EXPECT_EQ(json.at("probes").size(), probes_of(run).size());
  EXPECT_EQ(json.at("findings"), json_in(run / "meta.json").at("diagnosis").at("findings"));

  ASSERT_TRUE(succeeded(train(run, {{"epochs", "1"}, {"overwrite", "true"}})));
  EXPECT_FALSE(fs::exists(run / "diagnosis.jsonl")) << "of the run that was replaced";
  EXPECT_TRUE(refused(run_mnemo({"diagnose", run.string()}), 1, {"--diagnose"}));
}

TEST(Diagnose, LooksIntoForecastersToo) {
  const TestFolder folder;
  for (const char* model : {"segments", "stacked"}) {
    const auto run = folder.path() / model;
    ASSERT_TRUE(
        succeeded(run_mnemo({"train", "forecast", "--train", sample("airline_passengers.csv"),
                             "--split-rows", "96,24,24", "--epochs", "3", "--model", model,
                             "--threads", "1", "--diagnose", "--out", run.string()})));
    EXPECT_FALSE(probes_of(run).at(0).at("recurrent").empty());
  }
}

TEST(Diagnose, RefusesWhatContradictsIt) {
  const TestFolder folder;
  const auto run = folder.path() / "run";
  EXPECT_TRUE(
      refused(train(run, {{"diagnose-every", "5"}}), 2, {"--diagnose-every", "--diagnose"}));
  EXPECT_TRUE(refused(train(run, {{"diagnose", "true"}, {"find-learning-rate", "true"}}), 2,
                      {"--diagnose", "--find-learning-rate"}));
}

// The whole experiment of docs/diagnosis.md at length 100.
TEST(AddingProblem, AnLstmSolvesItAndAPlainRnnsGradientVanishes) {
  const TestFolder folder;
  const auto make = [&](const char* name, const char* rows, const char* seed) {
    const auto path = (folder.path() / name).string();
    EXPECT_TRUE(succeeded(run_mnemo({"generate", "adding-problem", "--length", "100", "--rows",
                                     rows, "--seed", seed, "--out", path})));
    return path;
  };
  const auto train_file = make("train.ts", "10000", "1"),
             valid_file = make("valid.ts", "1000", "2");
  const auto run = [&](const std::string& cell) {
    const auto out = folder.path() / cell;
    std::vector<std::string> words = {"train", "series", "--diagnose", "--quiet"};
    for (const std::string& option :
         {"train=" + train_file, "valid=" + valid_file, "out=" + out.string(), "cell=" + cell,
          std::string(cell == "lstm" ? "forget-bias=1" : "activation=tanh")}) {
      words.push_back("--" + option);
    }
    for (const char* option :
         {"target-kind=number", "hidden-sizes=64", "bidirectional=false", "pooling=last",
          "norm=none", "dropout=0", "scaler=none", "learning-rate=0.01", "schedule=constant",
          "batch-size=50", "epochs=6", "patience=0", "threads=1"}) {
      words.push_back(std::string("--") + option);
    }
    EXPECT_TRUE(succeeded(run_mnemo(words)));
    const auto meta = json_in(out / "meta.json");
    std::string names;
    for (const auto& finding : meta.at("diagnosis").at("findings")) {
      names += finding.at("finding").get<std::string>() + " ";
    }
    return std::pair(meta.at("result").at("valid_mse").get<double>(), names);
  };
  const auto [rnn_mse, rnn_findings] = run("rnn");
  EXPECT_GT(rnn_mse, 0.1);
  EXPECT_TRUE(contains(rnn_findings, "vanishing gradient"));
  const auto [lstm_mse, lstm_findings] = run("lstm");
  EXPECT_LT(lstm_mse, 0.01) << "always to answer 1 has 0.1667";
  EXPECT_EQ(lstm_findings.find("vanishing"), std::string::npos) << lstm_findings;
}

TEST(Generate, RefusesWhatItCannotWrite) {
  const TestFolder folder;
  const auto there = folder.write("there.ts", "mine").string();
  EXPECT_TRUE(refused(run_mnemo({"generate", "adding-problem", "--out", there}), 1,
                      {"there.ts", "--overwrite"}));
  EXPECT_EQ(read_file(there), "mine");
  EXPECT_TRUE(succeeded(
      run_mnemo({"generate", "adding-problem", "--rows", "2", "--out", there, "--overwrite"})));
  EXPECT_TRUE(refused(run_mnemo({"generate", "adding-problem", "--out", "a.csv"}), 2, {".ts"}));
  EXPECT_TRUE(refused(run_mnemo({"generate", "adding-problem"}), 2, {"--out"}));
  EXPECT_TRUE(refused(run_mnemo({"generate", "copying", "--out", "a.ts"}), 2,
                      {"copying", "adding-problem"}));
}

}  // namespace
}  // namespace mnemo
