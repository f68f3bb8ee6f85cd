// Trainings that are cut off, and go on.
#include <chrono>
#include <csignal>
#include <random>
#include <thread>

#include "common/files.h"
#include "tests/cli/cli_support.h"

namespace mnemo {
namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;

// Some 140 steps of two threads, with all that draws random numbers.
const Options kTraining = {{"epochs", "20"},         {"patience", "0"},    {"layers", "2"},
                           {"layer-dropout", "0.1"}, {"batch-size", "16"}, {"threads", "2"},
                           {"schedule", "plateau"}};

Options with(Options options, const Options& changes) {
  for (const auto& [name, value] : changes) options[name] = value;
  return options;
}

std::unique_ptr<Process> start(const fs::path& out, const Options& changes) {
  Arguments command = small_training(out, with(kTraining, changes));
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

TEST(Resume, GivesTheWeightsOfTheUninterruptedRunHoweverOftenItIsKilled) {
  const TestFolder folder;
  const auto whole = folder.path() / "whole", cut = folder.path() / "cut";
  const auto begin = std::chrono::steady_clock::now();
  ASSERT_TRUE(succeeded(train(whole, kTraining)));
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - begin;
  std::mt19937 random(7);  // NOLINT: the same moments each time, as far as moments can be
  std::uniform_int_distribution<int> moment(0, static_cast<int>(seconds.count() * 200.0));
  int resumed = 0, writing = 0;
  for (int kill = 0; kill < 20; ++kill) {
    const auto process = start(cut, {{"resume", "true"}, {"checkpoint-every", "1steps"}});
    // Past the preparations, and then at any moment of a step or of writing a checkpoint.
    const auto before = fs::exists(cut / ".checkpoint") ? fs::last_write_time(cut / ".checkpoint")
                                                        : fs::file_time_type::min();
    while (process->running() && (!fs::exists(cut / ".checkpoint") ||
                                  fs::last_write_time(cut / ".checkpoint") == before)) {
      std::this_thread::sleep_for(milliseconds(1));
    }
    std::this_thread::sleep_for(milliseconds(moment(random) / 20));
    if (!process->running()) break;
    process->send(SIGKILL);
    const auto outcome = process->wait();
    resumed += contains(outcome.err, "goes on with epoch ") ? 1 : 0;
    for (const auto& entry : fs::directory_iterator(cut)) {
      writing += contains(entry.path().filename().string(), ".checkpoint.tmp") ? 1 : 0;
    }
  }
  EXPECT_GT(resumed, 15);
  EXPECT_GT(writing, 0) << "not once was it killed while it wrote a checkpoint";
  ASSERT_TRUE(succeeded(train(cut, with(kTraining, {{"resume", "true"}}))));
  expect_same_run(cut, whole);
}

TEST(Resume, GoesOnAfterSigtermWithoutBeingToldTheSettingsAgain) {
  const TestFolder folder;
  const auto whole = folder.path() / "whole", cut = folder.path() / "cut";
  ASSERT_TRUE(succeeded(train(whole, kTraining)));
  const auto process = start(cut, {});
  wait_for(*process, cut / "weights.safetensors");
  process->send(SIGTERM);
  const auto outcome = process->wait();
  EXPECT_EQ(outcome.exit_code, 143);
  EXPECT_TRUE(contains(outcome.err, "--resume goes on with it"));
  EXPECT_EQ(json_in(cut / "meta.json").at("status"), "interrupted");

  EXPECT_TRUE(refused(train(cut, kTraining), 1, {"interrupted training", "--resume"}));
  EXPECT_TRUE(refused(train(cut, with(kTraining, {{"resume", "true"}, {"hidden-size", "8"}})), 2,
                      {"--hidden-size is 8 and was 32", "--overwrite"}));
  EXPECT_TRUE(refused(train(cut, with(kTraining, {{"resume", "true"}, {"threads", "1"}})), 1,
                      {"threads is 1 and was 2"}));

  const Arguments resume = {"train", "text", "--out", cut.string(), "--resume"};
  ASSERT_TRUE(succeeded(run_mnemo(resume)));
  expect_same_run(cut, whole);

  const auto again = run_mnemo(resume);
  ASSERT_TRUE(succeeded(again));
  EXPECT_TRUE(contains(again.err, "finished already"));
  expect_same_run(cut, whole);
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

}  // namespace
}  // namespace mnemo
