// mnemo tune, and what trainings do for it.
#include <csignal>
#include <fstream>
#include <thread>

#include "common/files.h"
#include "tests/cli/cli_support.h"

namespace mnemo {
namespace {

namespace fs = std::filesystem;

// A search of some seconds over trainings of a third of one.
Arguments small_search(const fs::path& out, const Options& changes = {}) {
  Options options = {{"train", sample("motions_train.ts")},
                     {"out", out.string()},
                     {"hidden-sizes", "8"},
                     {"epochs", "9"},
                     {"trials", "8"},
                     {"jobs", "2"}};
  for (const auto& [name, value] : changes) options[name] = value;
  Arguments arguments = {"tune", "series"};
  for (const auto& [name, value] : options) {
    if (!value.empty()) arguments.push_back("--" + name + "=" + value);
  }
  return arguments;
}

std::vector<nlohmann::json> journal_of(const fs::path& out, const std::string& event) {
  std::vector<nlohmann::json> entries;
  for (const auto& line : lines_of(read_file(out / "tune.jsonl"))) {
    auto entry = nlohmann::json::parse(line);
    if (entry.at("event") == event) entries.push_back(std::move(entry));
  }
  return entries;
}

const char* kSpace =
    "learning-rate = 0.0001..0.05 log\n"
    "hidden-sizes = 8|16|32\n"
    "batch-size = 8|16|32\n";

TEST(Tune, LeavesTheBestRunAndSettingsThatGiveItAgain) {
  const TestFolder folder;
  const auto out = folder.path() / "best", again = folder.path() / "again";
  const auto space = folder.write("space.txt", kSpace).string();
  const auto outcome = run_mnemo(small_search(out, {{"space", space}}));
  ASSERT_TRUE(succeeded(outcome));
  EXPECT_TRUE(contains(outcome.out, "8 trials in "));
  EXPECT_TRUE(contains(outcome.out, "no other trial is better, smaller and faster"));
  EXPECT_EQ(read_file(out / "tune.txt"), outcome.out);

  const auto trials = journal_of(out, "trial");
  ASSERT_EQ(trials.size(), 8U);
  EXPECT_TRUE(trials[0].at("settings").empty()) << "the first has the settings as given";
  double lowest = 1e9;
  for (const auto& result : journal_of(out, "result")) {
    lowest = std::min(lowest, result.at("loss").get<double>());
  }
  const auto meta = json_in(out / "meta.json");
  EXPECT_DOUBLE_EQ(meta.at("result").at("valid_loss").get<double>(), lowest);
  EXPECT_EQ(meta.at("status"), "finished");
  EXPECT_GT(meta.at("data").at("valid_series").get<int>(), 0)
      << "something to choose by is held out";
  EXPECT_TRUE(fs::exists(out / "report.html"));
  EXPECT_TRUE(fs::exists(out / "evaluation.json"));

  ASSERT_TRUE(
      succeeded(run_mnemo({"evaluate", out.string(), "--data", sample("motions_test.ts")})));
  ASSERT_TRUE(succeeded(run_mnemo({"train", "series", "--config", (out / "config.ini").string(),
                                   "--out", again.string(), "--quiet"})));
  EXPECT_EQ(read_file(again / "weights.safetensors"), read_file(out / "weights.safetensors"));
}

TEST(Tune, PromotedTrialsGoOnAndTheOthersStop) {
  const TestFolder folder;
  const auto out = folder.path() / "best";
  const auto space = folder.write("space.txt", kSpace).string();
  // The trials end it, and the time left is not filled with those that stay behind.
  ASSERT_TRUE(
      succeeded(run_mnemo(small_search(out, {{"space", space}, {"jobs", "1"}, {"budget", "1h"}}))));
  std::map<int, std::vector<int>> epochs;  // by trial, at each end of its process
  for (const auto& result : journal_of(out, "result")) {
    epochs[result.at("trial").get<int>()].push_back(result.at("epochs").get<int>());
  }
  int stopped = 0, went_on = 0;
  for (const auto& [trial, ends] : epochs) {
    EXPECT_EQ(ends.front(), 1) << "the first rung is a ninth of nine epochs";
    if (ends.size() == 1) ++stopped;
    if (ends.size() > 1) {
      ++went_on;
      if (trial == 1) continue;  // the settings as given go to their end, promoted or not
      EXPECT_EQ(ends[1], 3);
    }
  }
  EXPECT_GT(stopped, 0);
  EXPECT_GT(went_on, 0);
}

TEST(Tune, TheSettingsAsGivenAreTrainedToTheEnd) {
  const TestFolder folder;
  const auto out = folder.path() / "best";
  // The settings as given hardly learn, so that they would never be promoted.
  const auto space = folder.write("space.txt", "hidden-sizes = 8|16\nbatch-size = 8|16\n").string();
  const auto outcome = run_mnemo(
      small_search(out, {{"space", space}, {"learning-rate", "0.00001"}, {"trials", "4"}}));
  ASSERT_TRUE(succeeded(outcome));
  const auto meta = json_in(out / "trials" / "0001" / "meta.json");
  EXPECT_TRUE(meta.at("status") == "finished" || meta.at("status") == "stopped early");
  const bool is_first_best = contains(outcome.out, "best: trial 1,");
  EXPECT_TRUE(is_first_best || contains(outcome.out, "trained to the end\n")) << outcome.out;
}

TEST(Tune, AMistypedFileLeavesNoFolder) {
  const TestFolder folder;
  const auto out = folder.path() / "best";
  EXPECT_TRUE(refused(run_mnemo(small_search(out, {{"train", "motoins.ts"}})), 1,
                      {"--train motoins.ts", "no such file"}));
  EXPECT_FALSE(fs::exists(out));
}

TEST(Tune, GoesOnWithoutItsOptions) {
  const TestFolder folder;
  const auto out = folder.path() / "best";
  const auto space = folder.write("space.txt", kSpace).string();
  ASSERT_TRUE(succeeded(run_mnemo(small_search(out, {{"space", space}, {"trials", "2"}}))));
  ASSERT_TRUE(
      succeeded(run_mnemo({"tune", "series", "--out", out.string(), "--resume", "--trials", "3"})));
  EXPECT_EQ(journal_of(out, "trial").size(), 3U);
  EXPECT_TRUE(
      refused(run_mnemo({"tune", "series", "--out", out.string(), "--resume", "--epochs=3"}), 2,
              {"--train is missing"}))
      << "whoever names options names them all";
}

TEST(Tune, GoesOnAfterSigtermWithWhatItHad) {
  const TestFolder folder;
  const auto out = folder.path() / "best";
  const auto space = folder.write("space.txt", kSpace).string();
  Arguments command = small_search(out, {{"space", space}, {"trials", "12"}});
  command.insert(command.begin(), MNEMO_BINARY);
  Process process(command);
  while (process.running() &&
         (!fs::exists(out / "tune.jsonl") || journal_of(out, "result").size() < 3)) {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  process.send(SIGTERM);
  EXPECT_EQ(process.wait().exit_code, 128 + SIGTERM);
  // The best so far is kept, ended where it paused, and its settings give it again.
  EXPECT_EQ(json_in(out / "meta.json").at("status"), "stopped early");
  EXPECT_TRUE(fs::exists(out / "report.html"));
  ASSERT_TRUE(succeeded(run_mnemo({"train", "series", "--config", (out / "config.ini").string(),
                                   "--out", (folder.path() / "again").string(), "--quiet"})));
  EXPECT_EQ(read_file(folder.path() / "again" / "weights.safetensors"),
            read_file(out / "weights.safetensors"));
  const auto before = journal_of(out, "trial");
  ASSERT_LT(before.size(), 12U) << "it was cut off";

  EXPECT_TRUE(refused(run_mnemo(small_search(out, {{"space", space}, {"trials", "12"}})), 1,
                      {"a search is there already", "--resume"}));
  EXPECT_TRUE(
      refused(run_mnemo(small_search(
                  out, {{"space", space}, {"trials", "12"}, {"resume", "true"}, {"epochs", "18"}})),
              2, {"was begun with other options"}));
  ASSERT_TRUE(succeeded(
      run_mnemo(small_search(out, {{"space", space}, {"trials", "12"}, {"resume", "true"}}))));
  const auto after = journal_of(out, "trial");
  ASSERT_EQ(after.size(), 12U);
  for (size_t i = 0; i < before.size(); ++i) EXPECT_EQ(after[i], before[i]);
  EXPECT_EQ(json_in(out / "meta.json").at("status"), "finished");
}

// N-grams join a text model in the end, and their size is known only then.
TEST(Tune, LeavesNothingAboveALimitThatJoinsLater) {
  const TestFolder folder;
  const auto out = folder.path() / "best";
  const auto space = folder.write("space.txt", "ngrams = 0|2\n").string();
  const auto outcome = run_mnemo({"tune",
                                  "text",
                                  "--train",
                                  sample("reviews_train.csv"),
                                  "--out",
                                  out.string(),
                                  "--space",
                                  space,
                                  "--trials",
                                  "3",
                                  "--jobs",
                                  "1",
                                  "--epochs",
                                  "9",
                                  "--vocab-size",
                                  "1000",
                                  "--hidden-size",
                                  "8",
                                  "--embedding-dim=8",
                                  "--max-model-size",
                                  "330KB"});
  ASSERT_TRUE(succeeded(outcome));
  EXPECT_LE(json_in(out / "meta.json").at("model_bytes").get<double>(), 330e3);
  const auto failed = journal_of(out, "failed");
  ASSERT_FALSE(failed.empty());
  EXPECT_TRUE(contains(failed[0].at("message").get<std::string>(), "--max-model-size 330KB"));
}

TEST(Tune, BeginsWithTheSettingsOfARunButNotWithItsEnd) {
  const TestFolder folder;
  const auto out = folder.path() / "best";
  const auto config = folder.write("config.ini", "stop-after = 1\nhidden-sizes = 16\n").string();
  const auto space = folder.write("space.txt", "learning-rate = 0.001..0.01 log\n").string();
  ASSERT_TRUE(succeeded(run_mnemo(small_search(
      out, {{"config", config}, {"hidden-sizes", ""}, {"space", space}, {"trials", "1"}}))));
  EXPECT_EQ(lines_of(read_file(out / "metrics.jsonl")).size(), 9U);
  EXPECT_TRUE(contains(read_file(out / "config.ini"), "hidden-sizes = 16\n"));
}

TEST(Tune, TriesNothingAboveALimit) {
  const TestFolder folder;
  const auto out = folder.path() / "best";
  const auto space = folder.write("space.txt", "hidden-sizes = 8|128\n").string();
  ASSERT_TRUE(
      succeeded(run_mnemo(small_search(out, {{"space", space}, {"max-model-size", "50KB"}}))));
  EXPECT_LE(json_in(out / "meta.json").at("model_bytes").get<double>(), 50e3);
  const auto failed = journal_of(out, "failed");
  ASSERT_FALSE(failed.empty());
  EXPECT_TRUE(contains(failed[0].at("message").get<std::string>(), "--max-model-size 50KB"));
}

TEST(Tune, PrintsWhatIsLeftToChooseBesideTheGivenSettings) {
  const auto space = [](const Arguments& settings) {
    Arguments command = {"tune", "series", "--print-space"};
    command.insert(command.end(), settings.begin(), settings.end());
    const auto outcome = run_mnemo(command);
    EXPECT_TRUE(succeeded(outcome));
    return "\n" + outcome.out;
  };
  const std::string train = "--train=" + sample("motions_train.ts");
  const auto all = space({}), whole = space({train});
  for (const char* knob : {"\ncell = ", "\nlabel-smoothing = ", "\nnorm = "}) {
    EXPECT_TRUE(contains(all, knob));
    EXPECT_TRUE(contains(whole, knob));
  }
  const auto less = space({train, "--cell", "gru", "--norm=layer"});
  EXPECT_FALSE(contains(less, "\ncell = ")) << "set on the command line";
  EXPECT_FALSE(contains(less, "\nnorm = ")) << "set on the command line";
  EXPECT_TRUE(contains(less, "\nlabel-smoothing = "));
  EXPECT_FALSE(contains(space({train, "--target-kind=number"}), "\nlabel-smoothing = "))
      << "refused by the trainer";
}

TEST(Tune, RefusesBeforeAnythingIsTrained) {
  const TestFolder folder;
  const auto out = folder.path() / "best";
  const auto with_space = [&](const std::string& line) {
    const auto space = folder.write("space.txt", line + "\n").string();
    return run_mnemo(small_search(out, {{"space", space}}));
  };
  EXPECT_TRUE(refused(with_space("hidden-siezs = 8|16"), 2, {"space.txt", "hidden-sizes"}));
  EXPECT_TRUE(refused(with_space("dropout = 0.5..1.5"), 2, {"space.txt", "--dropout 1.5"}));
  EXPECT_TRUE(refused(run_mnemo(small_search(out, {{"trials", ""}})), 2, {"--budget"}));
  EXPECT_TRUE(refused(run_mnemo(small_search(out, {{"budget", "5"}})), 2, {"--budget 5", "30m"}));
  EXPECT_TRUE(refused(run_mnemo(small_search(out, {{"droput", "0.1"}})), 2, {"--dropout"}));
  EXPECT_TRUE(refused(run_mnemo(small_search(out, {{"diagnose", "true"}})), 2, {"--diagnose"}));
  EXPECT_TRUE(refused(run_mnemo({"tune", "forecast", "--train", sample("airline_passengers.csv"),
                                 "--out", out.string(), "--trials", "3", "--goal", "accuracy"}),
                      2, {"--goal accuracy"}));
  EXPECT_TRUE(refused(run_mnemo({"tune", "txet"}), 2, {"did you mean text?"}));
  EXPECT_FALSE(fs::exists(out / "tune.jsonl"));
}

TEST(Tune, SaysWhatIsWrongWhenNoTrainingWorks) {
  const TestFolder folder;
  const auto train = folder.write("bad.ts", "not a series\n").string();
  EXPECT_TRUE(refused(run_mnemo(small_search(folder.path() / "best", {{"train", train}})), 1,
                      {"trial 1 failed", "bad.ts"}));
}

TEST(Pause, APausedTrainingGoesOnToTheSameWeights) {
  const TestFolder folder;
  const auto whole = folder.path() / "whole", paused = folder.path() / "paused";
  ASSERT_TRUE(succeeded(train(whole, {{"ngrams", "2"}})));
  const auto first = train(paused, {{"ngrams", "2"}, {"pause-after", "0.4"}, {"report", "false"}});
  ASSERT_TRUE(succeeded(first));
  EXPECT_TRUE(contains(first.err, "paused"));
  EXPECT_EQ(lines_of(read_file(paused / "metrics.jsonl")).size(), 2U) << "0.4 of 5 epochs";
  EXPECT_FALSE(fs::exists(paused / "report.html"));
  const auto meta = json_in(paused / "meta.json");
  EXPECT_FALSE(meta.at("result").contains("ngrams")) << "the layers alone are kept";
  EXPECT_NE(meta.at("if_ended_here").at("valid_loss"), meta.at("result").at("valid_loss"));
  EXPECT_TRUE(meta.at("if_ended_here").contains("ngrams"));
  ASSERT_TRUE(succeeded(run_mnemo({"train", "text", "--out", paused.string(), "--resume"})));
  EXPECT_EQ(read_file(paused / "weights.safetensors"), read_file(whole / "weights.safetensors"));
}

TEST(Pause, APausedTrainingCanBeEndedWhereItIs) {
  const TestFolder folder;
  const auto paused = folder.path() / "paused", again = folder.path() / "again";
  ASSERT_TRUE(succeeded(train(paused, {{"ngrams", "2"}, {"pause-after", "0.4"}})));
  const auto outlook = json_in(paused / "meta.json").at("if_ended_here");
  ASSERT_TRUE(succeeded(
      run_mnemo({"train", "text", "--out", paused.string(), "--resume", "--stop-after", "2"})));
  const auto meta = json_in(paused / "meta.json");
  EXPECT_EQ(meta.at("status"), "stopped early");
  EXPECT_EQ(meta.at("result").at("valid_loss"), outlook.at("valid_loss"));
  EXPECT_EQ(meta.at("model_bytes"), outlook.at("model_bytes"));
  EXPECT_EQ(lines_of(read_file(paused / "metrics.jsonl")).size(), 2U);
  EXPECT_TRUE(contains(read_file(paused / "config.ini"), "stop-after = 2\n"));
  ASSERT_TRUE(succeeded(run_mnemo(
      {"train", "text", "--config", (paused / "config.ini").string(), "--out", again.string()})));
  EXPECT_EQ(read_file(again / "weights.safetensors"), read_file(paused / "weights.safetensors"));
}

TEST(Report, AFinishedRunWithoutOneIsGivenIt) {
  const TestFolder folder;
  const auto run = folder.path() / "run";
  ASSERT_TRUE(succeeded(train(run, {{"report", "false"}})));
  EXPECT_FALSE(fs::exists(run / "evaluation.json"));
  const auto weights = read_file(run / "weights.safetensors");
  ASSERT_TRUE(succeeded(run_mnemo({"train", "text", "--out", run.string(), "--resume"})));
  EXPECT_TRUE(fs::exists(run / "evaluation.json"));
  EXPECT_TRUE(fs::exists(run / "report.html"));
  EXPECT_EQ(read_file(run / "weights.safetensors"), weights);
}

TEST(Limits, AModelAboveThemIsNotTrained) {
  const TestFolder folder;
  const auto run = folder.path() / "run";
  EXPECT_TRUE(
      refused(train(run, {{"max-model-size", "10KB"}}), 1, {"--max-model-size 10KB", "KB"}));
  EXPECT_TRUE(
      refused(train(run, {{"max-latency", "0.0001ms"}}), 1, {"--max-latency", "one answer"}));
  EXPECT_TRUE(refused(train(run, {{"max-latency", "2"}}), 2, {"20ms"}));
  EXPECT_FALSE(fs::exists(run / "meta.json"));
}

TEST(TokenizerCache, ASecondRunTakesTheFirstOnesTokenizer) {
  const TestFolder folder;
  const auto cache = folder.path() / "cache";
  const auto tokenizer = [&](const std::string& name, const Options& changes) {
    Options options = {{"epochs", "1"}, {"cache-dir", cache.string()}};
    for (const auto& [option, value] : changes) options[option] = value;
    const auto run = folder.path() / name;
    EXPECT_TRUE(succeeded(train(run, options)));
    return read_file(run / "tokenizer.model");
  };
  const auto files = [&] {
    std::vector<fs::path> found;
    for (const auto& entry : fs::directory_iterator(cache)) {
      if (entry.path().extension() == ".tokenizer") found.push_back(entry.path());
    }
    return found;
  };
  const auto first = tokenizer("first", {});
  ASSERT_EQ(files().size(), 1U);
  EXPECT_EQ(tokenizer("second", {{"threads", "2"}}), first);
  ASSERT_EQ(files().size(), 1U) << "the same for any number of threads";
  const auto cached = files().front();
  std::ofstream(cached, std::ios::app) << "damage";
  EXPECT_EQ(tokenizer("third", {}), first) << "a damaged one is made anew";
  EXPECT_NE(tokenizer("fourth", {{"vocab-size", "900"}}), first);
  EXPECT_EQ(files().size(), 2U);
}

}  // namespace
}  // namespace mnemo
