#include "app/runs/run_folder.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <functional>
#include <string>

#include "common/files.h"
#include "common/sha256.h"
#include "mnemo/error.h"

namespace mnemo {
namespace {

namespace fs = std::filesystem;

class RunFolderTest : public testing::Test {
 protected:
  void SetUp() override {
    const auto* test = testing::UnitTest::GetInstance()->current_test_info();
    base_ = fs::path(testing::TempDir()) /
            (std::string("run_folder_") + test->name() + std::to_string(getpid()));
    fs::remove_all(base_);
    fs::create_directories(base_);
  }
  void TearDown() override { fs::remove_all(base_); }

  fs::path run() const { return base_ / "deep" / "run"; }

  void write_run(const std::string& weights) {
    RunFolder folder(run(), IfExists::overwrite);
    folder.add_file(kConfigFile, "epochs = 1\n");
    folder.add_file(kTokenizerFile, "pieces");
    folder.append_metrics({{"epoch", 1}});
    folder.save_weights(weights, {{"task", "text"}});
  }

  static std::string refusal(const std::function<void()>& action) {
    try {
      action();
    } catch (const Error& error) {
      return error.what();
    }
    return "accepted";
  }

  fs::path base_;
};

TEST_F(RunFolderTest, ReadsBackWhatWasWritten) {
  write_run("weights");
  const auto stored = read_run(run());
  EXPECT_EQ(stored.weights, "weights");
  EXPECT_EQ(stored.tokenizer, "pieces");
  EXPECT_EQ(stored.config, "epochs = 1\n");
  EXPECT_EQ(stored.meta.at("task"), "text");
  EXPECT_EQ(stored.meta.at("files").at(kWeightsFile).at("sha256"), sha256_hex("weights"));
}

TEST_F(RunFolderTest, LeavesNothingWhenTheRunFailsBeforeItsFirstStep) {
  {
    RunFolder folder(run(), IfExists::refuse);
    folder.add_file(kConfigFile, "x");
    EXPECT_FALSE(fs::exists(run() / kConfigFile)) << "killed now, it would stay";
  }
  EXPECT_TRUE(fs::is_empty(base_));
}

TEST_F(RunFolderTest, AnOlderRunStaysUntilTheFirstStep) {
  write_run("old");
  { const RunFolder folder(run(), IfExists::overwrite); }
  EXPECT_EQ(read_run(run()).weights, "old");
  write_run("new");
  EXPECT_EQ(read_run(run()).weights, "new");
}

TEST_F(RunFolderTest, AcceptsAnEmptyFolderAndRefusesWhatHoldsSomething) {
  fs::create_directories(run());
  { const RunFolder folder(run(), IfExists::refuse); }
  EXPECT_TRUE(fs::exists(run())) << "it was there before";
  write_run("old");
  EXPECT_NE(refusal([&] { RunFolder(run(), IfExists::refuse); }).find("`overwrite`"),
            std::string::npos);
  write_file_atomically(base_ / "letter.txt", "mine");
  EXPECT_NE(refusal([&] { RunFolder(base_, IfExists::overwrite); }).find("no mnemo run"),
            std::string::npos);
}

TEST_F(RunFolderTest, ARefusalBlamesTheSettingThatNamesTheFolder) {
  write_file_atomically(base_ / "letter.txt", "mine");
  try {
    RunFolder(base_ / "letter.txt", IfExists::refuse);
    FAIL() << "accepted";
  } catch (const Error& error) {
    EXPECT_EQ(error.setting(), "out");
    EXPECT_EQ(error.problem(), (base_ / "letter.txt").string() + ": this is a file");
    EXPECT_EQ(error.remedy(), "name a folder");
    EXPECT_EQ(std::string(error.what()),
              "`out` " + (base_ / "letter.txt").string() + ": this is a file; name a folder");
  }
}

// A crash between the two writes of save_weights leaves new hashes beside the old weights.
TEST_F(RunFolderTest, ReadsAfterACrashBetweenHashesAndWeights) {
  RunFolder folder(run(), IfExists::refuse);
  folder.add_file(kConfigFile, "");
  folder.add_file(kTokenizerFile, "");
  folder.save_weights("first", {{"task", "text"}});
  folder.save_weights("second", {{"task", "text"}});
  EXPECT_EQ(read_run(run()).weights, "second");
  write_file_atomically(run() / kWeightsFile, "first");
  EXPECT_EQ(read_run(run()).weights, "first");
  write_file_atomically(run() / kWeightsFile, "third");
  EXPECT_THROW(read_run(run()), Error);
}

TEST_F(RunFolderTest, RefusesAChangedFileByName) {
  for (const char* name : {kConfigFile, kTokenizerFile, kWeightsFile}) {
    write_run("weights");
    write_file_atomically(run() / name, "changed");
    EXPECT_NE(refusal([&] { read_run(run()); }).find(name), std::string::npos) << name;
    fs::remove(run() / name);
    EXPECT_NE(refusal([&] { read_run(run()); }).find(name), std::string::npos) << name;
  }
}

TEST_F(RunFolderTest, RefusesSettingsThatWereChanged) {
  write_run("weights");
  std::string meta = read_file(run() / kMetaFile);
  meta.replace(meta.find("text"), 4, "test");
  write_file_atomically(run() / kMetaFile, meta);
  EXPECT_NE(refusal([&] { read_run(run()); }).find("changed by hand"), std::string::npos);
}

TEST_F(RunFolderTest, AFailedFirstSaveLeavesTheOldRun) {
  write_run("old");
  RunFolder folder(run(), IfExists::overwrite);
  folder.add_file("no/such/folder", "x");
  EXPECT_THROW(folder.save_weights("new", {{"task", "text"}}), Error);
  EXPECT_EQ(read_run(run()).weights, "old");
  EXPECT_FALSE(fs::exists(run() / ".new"));
}

TEST_F(RunFolderTest, HasOneWriterAtATime) {
  {
    const RunFolder folder(run(), IfExists::refuse);
    const auto message = refusal([&] { RunFolder(run(), IfExists::overwrite); });
    EXPECT_NE(message.find(fmt::format("process {}", getpid())), std::string::npos) << message;
  }
  // Neither a lock file that a killed process has left nor one that it was writing is in the way.
  fs::create_directories(run());
  write_file_atomically(run() / ".checkpoint.tmp-1-0-ab", "half");
  write_file_atomically(run() / kLockFile, "1");
  EXPECT_EQ(refusal([&] { RunFolder(run(), IfExists::refuse); }), "accepted");
  EXPECT_FALSE(fs::exists(run() / ".checkpoint.tmp-1-0-ab"));
}

TEST_F(RunFolderTest, ACheckpointGoesWithTheTrainingThatIsOverwritten) {
  const auto checkpoint = run() / kCheckpointFile;
  { RunFolder(run(), IfExists::refuse).save_checkpoint("head\n", "tensors"); }
  EXPECT_NE(refusal([&] { RunFolder(run(), IfExists::refuse); }).find("`resume`"),
            std::string::npos);
  {
    RunFolder folder(run(), IfExists::overwrite);
    EXPECT_TRUE(fs::exists(checkpoint)) << "until there is something better";
    folder.add_file(kConfigFile, "");
    folder.save_weights("new", {{"task", "text"}});
    EXPECT_FALSE(fs::exists(checkpoint));
  }
  RunFolder folder(run(), IfExists::overwrite);
  folder.add_file(kConfigFile, "");
  folder.save_checkpoint("head\n", "tensors");
  folder.save_weights("newer", {{"task", "text"}});
  EXPECT_TRUE(fs::exists(checkpoint)) << "its own";
}

TEST_F(RunFolderTest, ComesBackWhenItHasVanished) {
  RunFolder folder(run(), IfExists::refuse);
  folder.add_file(kConfigFile, "epochs = 1\n");
  folder.save_weights("first", {{"task", "text"}});
  fs::remove_all(run());
  EXPECT_FALSE(folder.is_on_disk());
  folder.save_weights("second", {{"task", "text"}});
  EXPECT_EQ(read_run(run()).weights, "second");
  EXPECT_EQ(read_run(run()).config, "epochs = 1\n");
}

TEST_F(RunFolderTest, RefusesANewerVersionAndAForeignFolder) {
  write_run("weights");
  auto meta = nlohmann::json::parse(read_file(run() / kMetaFile));
  meta["format_version"] = kRunFormatVersion + 1;
  write_file_atomically(run() / kMetaFile, meta.dump());
  EXPECT_NE(refusal([&] { read_run(run()); }).find("newer mnemo"), std::string::npos);
  write_file_atomically(run() / kMetaFile, "[1, 2");
  EXPECT_NE(refusal([&] { read_run(run()); }), "accepted");
  write_file_atomically(run() / kMetaFile, R"({"task": "text"})");  // as the reference programs'
  EXPECT_NE(refusal([&] { read_run(run()); }).find("mnemo import"), std::string::npos);
  EXPECT_NE(refusal([&] { read_run(base_); }).find("not a run folder"), std::string::npos);
}

}  // namespace
}  // namespace mnemo
