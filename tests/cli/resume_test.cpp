// Trainings that are cut off, and go on.
#include <csignal>
#include <fstream>
#include <random>
#include <thread>

#include "common/files.h"
#include "common/sha256.h"
#include "tests/cli/cli_support.h"

namespace mnemo {
namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;

// Some 840 steps of two threads, with all that draws random numbers.
const Options kInterrupted = {{"epochs", "20"},         {"patience", "0"},    {"layers", "2"},
                              {"layer-dropout", "0.1"}, {"batch-size", "16"}, {"threads", "2"},
                              {"schedule", "plateau"}};

std::unique_ptr<Process> start(const fs::path& out, const Options& changes) {
  Arguments command = small_training(out, with(kInterrupted, changes));
  command.insert(command.begin(), MNEMO_BINARY);
  return std::make_unique<Process>(command);
}

void wait_for(Process& process, const fs::path& file) {
  while (process.running() && !fs::exists(file)) std::this_thread::sleep_for(milliseconds(5));
}

// Everything in metrics.jsonl but times.
nlohmann::json numbers_of(const fs::path& run) {
  auto lines = nlohmann::json::array();
  for (const auto& line : lines_of(read_file(run / "metrics.jsonl"))) {
    auto numbers = nlohmann::json::parse(line);
    for (const char* name : {"seconds", "tokens_per_second"}) numbers.erase(name);
    lines.push_back(numbers);
  }
  return lines;
}

void expect_same_run(const fs::path& found, const fs::path& expected) {
  EXPECT_EQ(read_file(found / "weights.safetensors"), read_file(expected / "weights.safetensors"));
  EXPECT_EQ(numbers_of(found), numbers_of(expected));
  EXPECT_EQ(json_in(found / "meta.json").at("result"),
            json_in(expected / "meta.json").at("result"));
  EXPECT_EQ(json_in(found / "meta.json").at("status"), "finished");
  EXPECT_FALSE(fs::exists(found / ".checkpoint"));
  EXPECT_FALSE(fs::exists(found / ".lock"));
}

// Lets the process write that many checkpoints; the first shows that it is past the preparations.
void wait_for_checkpoints(Process& process, const fs::path& file, int count) {
  std::error_code none_yet;
  auto before = fs::last_write_time(file, none_yet);
  while (process.running() && count > 0) {
    std::this_thread::sleep_for(milliseconds(1));
    const auto now = fs::last_write_time(file, none_yet);
    if (now == before) continue;
    before = now;
    --count;
  }
}

bool is_writing_a_checkpoint(const fs::path& run) {
  std::error_code gone;  // files come and go meanwhile
  for (fs::directory_iterator file(run, gone), end; !gone && file != end; file.increment(gone)) {
    if (contains(file->path().filename().string(), ".checkpoint.tmp")) return true;
  }
  return false;
}

TEST(Resume, GivesTheWeightsOfTheUninterruptedRunHoweverOftenItIsKilled) {
  const TestFolder folder;
  const auto whole = folder.path() / "whole", cut = folder.path() / "cut";
  ASSERT_TRUE(succeeded(train(whole, kInterrupted)));
  std::mt19937 random(7);  // NOLINT: the same moments each time, as far as moments can be
  // Twenty of them together reach well into the run, however fast the machine is.
  std::uniform_int_distribution<int> checkpoints(1, 50), moment(0, 12);
  // In the preparations, too, before there is anything to go on from.
  for (const int milliseconds_of_start : {1, 60, 150}) {
    const auto process = start(cut, {{"resume", "true"}, {"checkpoint-every", "1steps"}});
    std::this_thread::sleep_for(milliseconds(milliseconds_of_start));
    process->send(SIGKILL);
    process->wait();
  }
  int resumed = 0, writing = 0;
  for (int kill = 0; kill < 20; ++kill) {
    const auto process = start(cut, {{"resume", "true"}, {"checkpoint-every", "1steps"}});
    // Each further kill comes at any moment of a step, or of writing a checkpoint, which few
    // moments are.
    wait_for_checkpoints(*process, cut / ".checkpoint", checkpoints(random));
    if (kill % 4 == 0) {
      while (process->running() && !is_writing_a_checkpoint(cut)) {
      }
    } else {
      std::this_thread::sleep_for(milliseconds(moment(random)));
    }
    if (!process->running()) break;
    process->send(SIGKILL);
    const auto outcome = process->wait();
    resumed += contains(outcome.err, "goes on with epoch ") ? 1 : 0;
    writing += is_writing_a_checkpoint(cut) ? 1 : 0;  // and will be no more
  }
  EXPECT_GT(resumed, 15);
  EXPECT_GT(writing, 0) << "not once was it killed while it wrote a checkpoint";
  ASSERT_TRUE(succeeded(train(cut, with(kInterrupted, {{"resume", "true"}}))));
  expect_same_run(cut, whole);
}

TEST(Resume, GoesOnAfterSigtermWithoutBeingToldTheSettingsAgain) {
  const TestFolder folder;
  const auto whole = folder.path() / "whole", cut = folder.path() / "cut";
  ASSERT_TRUE(succeeded(train(whole, kInterrupted)));
  const auto process = start(cut, {});
  wait_for(*process, cut / "weights.safetensors");
  process->send(SIGTERM);
  const auto outcome = process->wait();
  EXPECT_EQ(outcome.exit_code, 143);
  EXPECT_TRUE(contains(outcome.err, "--resume goes on with it"));
  EXPECT_EQ(json_in(cut / "meta.json").at("status"), "interrupted");

  EXPECT_TRUE(refused(train(cut, kInterrupted), 1, {"interrupted training", "--resume"}));
  EXPECT_TRUE(refused(train(cut, with(kInterrupted, {{"resume", "true"}, {"hidden-size", "8"}})), 2,
                      {"--hidden-size is 8 and was 32", "--overwrite"}));
  EXPECT_TRUE(refused(train(cut, with(kInterrupted, {{"resume", "true"}, {"threads", "1"}})), 1,
                      {"threads is 1 and was 2"}));

  const Arguments resume = {"train", "text", "--out", cut.string(), "--resume"};
  ASSERT_TRUE(succeeded(run_mnemo(resume)));
  expect_same_run(cut, whole);

  const auto again = run_mnemo(resume);
  ASSERT_TRUE(succeeded(again));
  EXPECT_TRUE(contains(again.err, "finished already"));
  expect_same_run(cut, whole);
}

struct OtherTraining {
  std::string name;
  Arguments arguments;
};

void PrintTo(const OtherTraining& training, std::ostream* stream) { *stream << training.name; }

class ResumeOther : public testing::TestWithParam<OtherTraining> {};

TEST_P(ResumeOther, GivesTheWeightsOfTheUninterruptedRun) {
  const TestFolder folder;
  const auto whole = folder.path() / "whole", cut = folder.path() / "cut";
  const auto with_out = [](const fs::path& out, const Arguments& more = {}) {
    Arguments arguments = GetParam().arguments;
    arguments.insert(arguments.end(), {"--threads=1", "--out", out.string()});
    arguments.insert(arguments.end(), more.begin(), more.end());
    return arguments;
  };
  ASSERT_TRUE(succeeded(run_mnemo(with_out(whole))));
  Arguments command = with_out(cut, {"--checkpoint-every=1steps"});
  command.insert(command.begin(), MNEMO_BINARY);
  Process process(command);
  wait_for(process, cut / ".checkpoint");
  process.send(SIGKILL);
  process.wait();
  const auto resumed = run_mnemo(with_out(cut, {"--resume"}));
  ASSERT_TRUE(succeeded(resumed));
  EXPECT_TRUE(contains(resumed.err, "goes on with epoch "));
  expect_same_run(cut, whole);
}

Arguments classifier(const Arguments& more) {
  Arguments arguments = {"train",
                         "text",
                         "--train",
                         sample("reviews_train.csv"),
                         "--epochs=2",
                         "--hidden-size=16",
                         "--vocab-size=500",
                         "--embedding-dim=16"};
  arguments.insert(arguments.end(), more.begin(), more.end());
  return arguments;
}

INSTANTIATE_TEST_SUITE_P(
    Kinds, ResumeOther,
    testing::Values(
        OtherTraining{"pretraining",
                      {"pretrain", "text", "--data", sample("reviews_train.csv"), "--epochs=2",
                       "--hidden-size=16", "--embedding-dim=16", "--vocab-size=500",
                       "--softmax-draws=100", "--sequence-length=50"}},
        OtherTraining{"adversarial",
                      classifier({"--adversarial-norm=0.1", "--recurrent-dropout=0.2",
                                  "--variational-dropout"})},
        OtherTraining{"ngrams", classifier({"--ngrams=2"})},
        OtherTraining{"balanced", classifier({"--sampling=balanced", "--language-weight=0.1",
                                              "--softmax-draws=100"})}),
    [](const auto& test) { return test.param.name; });

// Settings that an earlier version did not have are those of the run's own preset.
TEST(Resume, AFinishedRunOfAnEarlierVersionIsAsFinished) {
  const TestFolder folder;
  const auto run = folder.path() / "run";
  ASSERT_TRUE(succeeded(train(run, {{"preset", "article"}, {"epochs", "1"}})));
  std::string config = read_file(run / "config.ini");
  const auto begin = config.find("embedding-std = ");
  ASSERT_NE(begin, std::string::npos);
  config.erase(begin, config.find('\n', begin) + 1 - begin);
  std::ofstream(run / "config.ini") << config;
  const auto again = run_mnemo({"train", "text", "--out", run.string(), "--resume"});
  ASSERT_TRUE(succeeded(again));
  EXPECT_TRUE(contains(again.err, "finished already"));
}

TEST(Resume, BeginsWhereThereIsNothing) {
  const TestFolder folder;
  const auto outcome = train(folder.path() / "run", {{"epochs", "1"}, {"resume", "true"}});
  ASSERT_TRUE(succeeded(outcome));
  EXPECT_TRUE(contains(outcome.err, "begins anew"));
  EXPECT_TRUE(refused(train(folder.path() / "other", {{"resume", "true"}, {"overwrite", "true"}}),
                      2, {"--resume", "--overwrite"}));
}

TEST(Resume, RefusesDataThatHaveChanged) {
  const TestFolder folder;
  const auto data = folder.write("reviews.csv", read_file(sample("reviews_train.csv"))).string();
  const auto cut = folder.path() / "cut";
  const auto process = start(cut, {{"train", data}});
  wait_for(*process, cut / "weights.safetensors");
  process->send(SIGINT);
  EXPECT_EQ(process->wait().exit_code, 130);
  folder.write("reviews.csv", read_file(data) + "pos,one more\n");
  EXPECT_TRUE(refused(run_mnemo({"train", "text", "--out", cut.string(), "--resume"}), 1,
                      {"the content of \"" + data + "\" has changed"}));
}

TEST(RunLock, KeepsASecondTrainingOut) {
  const TestFolder folder;
  const auto out = folder.path() / "run";
  const auto process = start(out, {{"epochs", "100000"}});
  wait_for(*process, out / ".lock");
  EXPECT_TRUE(refused(train(out, {{"overwrite", "true"}}), 1, {"another training", "process "}));
  process->send(SIGKILL);
  process->wait();
  EXPECT_TRUE(succeeded(train(out, {{"overwrite", "true"}, {"epochs", "1"}})));
}

TEST(CheckpointError, IsReportedAndTheRunGoesOnOrStops) {
  const TestFolder folder;
  for (const bool goes_on : {true, false}) {
    const auto out = folder.path() / (goes_on ? "on" : "off");
    const auto process = start(out, {{"checkpoint-every", "1steps"},
                                     {"on-checkpoint-error", goes_on ? "continue" : "stop"}});
    wait_for(*process, out / "weights.safetensors");
    std::error_code busy;
    while (fs::exists(out)) fs::remove_all(out, busy);  // the folder vanishes
    const auto outcome = process->wait();
    EXPECT_TRUE(contains(outcome.err, "cannot write " + out.string())) << outcome.err;
    EXPECT_EQ(outcome.exit_code, goes_on ? 0 : 1) << outcome.err;
    EXPECT_EQ(fs::exists(out / "weights.safetensors"), goes_on);
    if (goes_on) {
      EXPECT_TRUE(succeeded(run_mnemo({"info", out.string()})));
    }
  }
}

TEST(Resume, InfoSaysOfAKilledRunThatItCanBeResumed) {
  const TestFolder folder;
  const auto run = folder.path() / "run";
  fs::copy(trained_run(), run);
  auto meta = json_in(run / "meta.json");
  meta["status"] = "training";
  const auto sealed = [&] {
    meta.erase("meta_sha256");
    meta["meta_sha256"] = sha256_hex(meta.dump());
    return meta.dump();
  };
  write_file_atomically(run / "meta.json", sealed());
  auto info = run_mnemo({"info", run.string()});
  ASSERT_TRUE(succeeded(info));
  EXPECT_TRUE(contains(info.out, "cut off, by a kill or a crash; its command with --resume"))
      << info.out;
  EXPECT_TRUE(contains(info.out, "train rows: "));
  fs::remove(run / "meta.json");
  write_file_atomically(run / ".checkpoint", "x");
  info = run_mnemo({"info", run.string()});
  ASSERT_TRUE(succeeded(info));
  EXPECT_TRUE(contains(info.out, "goes on from its checkpoint"));
}

}  // namespace
}  // namespace mnemo
