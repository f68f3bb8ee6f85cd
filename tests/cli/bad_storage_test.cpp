// Folders and disks that cannot be written, and stored models that cannot be trusted.
#include <sys/mount.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "common/files.h"
#include "tests/cli/cli_support.h"

namespace mnemo {
namespace {

namespace fs = std::filesystem;

// A file system of its own, of few bytes. Needs root and the right to mount.
class SmallDisk {
 public:
  SmallDisk(const fs::path& path, int kilobytes) : path_(path) {
    fs::create_directories(path_);
    const auto size = "size=" + std::to_string(kilobytes) + "k";
    if (::mount("tmpfs", path_.c_str(), "tmpfs", 0, size.c_str()) != 0) error_ = errno;
  }
  ~SmallDisk() {
    if (error_ == 0) ::umount(path_.c_str());
  }
  SmallDisk(const SmallDisk&) = delete;
  SmallDisk& operator=(const SmallDisk&) = delete;

  const fs::path& path() const { return path_; }
  std::string error() const { return error_ == 0 ? "" : std::strerror(error_); }

 private:
  fs::path path_;
  int error_ = 0;
};

// The tokenizer takes some 260 kB and the weights 50: the disk is full at one or at the other.
class FullDisk : public testing::TestWithParam<int> {};

TEST_P(FullDisk, LeavesNoHalfARun) {
  const TestFolder folder;
  const SmallDisk disk(folder.path() / "disk", GetParam());
  if (!disk.error().empty()) GTEST_SKIP() << "cannot mount a small disk: " << disk.error();
  EXPECT_TRUE(refused(train(disk.path() / "run"), 1, {(disk.path() / "run").string(), "No space"}));
  EXPECT_TRUE(fs::is_empty(disk.path()));
}

INSTANTIATE_TEST_SUITE_P(Kilobytes, FullDisk, testing::Values(64, 300));

// The disk fills up while the training runs: the last epoch's weights find no room.
TEST(FullDisk, AtTheEndTheModelIsSavedElsewhere) {
  const TestFolder folder;
  const SmallDisk disk(folder.path() / "disk", 700);
  if (!disk.error().empty()) GTEST_SKIP() << "cannot mount a small disk: " << disk.error();
  const auto run = disk.path() / "run";
  const auto rescue = folder.path() / "rescue";
  fs::create_directory(rescue);
  auto arguments = small_training(run, {{"epochs", "2"}});
  std::string command = "(for i in $(seq 2000); do [ -e '" + (run / "meta.json").string() +
                        "' ] && break; sleep 0.01; done; head -c 700000 /dev/zero > '" +
                        (disk.path() / "filler").string() + "') & TMPDIR='" + rescue.string() +
                        "' exec '" + MNEMO_BINARY + "'";
  for (const auto& argument : arguments) command += " '" + argument + "'";
  const auto outcome = run_program({"sh", "-c", command});
  EXPECT_EQ(outcome.exit_code, 1) << outcome.err;
  EXPECT_TRUE(contains(outcome.err, "The model is not lost: it stands in " + rescue.string()))
      << outcome.err;
  ASSERT_FALSE(fs::is_empty(rescue));
  const auto saved = fs::directory_iterator(rescue)->path();
  EXPECT_TRUE(succeeded(run_mnemo({"predict", saved.string()}, "a film\n")));
}

// The run has room, some 460 kB and a second set of weights while they are replaced. Its
// checkpoints, of four sets, have not: they begin when the run stands there.
TEST(FullDisk, WhileTrainingIsReportedAndTheRunGoesOnOrStops) {
  const TestFolder folder;
  for (const bool goes_on : {true, false}) {
    const SmallDisk disk(folder.path() / (goes_on ? "on" : "off"), 800);
    if (!disk.error().empty()) GTEST_SKIP() << "cannot mount a small disk: " << disk.error();
    const auto run = disk.path() / "run";
    const auto outcome = train(run, {{"checkpoint-every", "25steps"},
                                     {"epochs", "2"},
                                     {"on-checkpoint-error", goes_on ? "continue" : "stop"}});
    EXPECT_TRUE(contains(outcome.err, "No space")) << outcome.err;
    EXPECT_EQ(outcome.exit_code, goes_on ? 0 : 1) << outcome.err;
    if (!goes_on) continue;
    EXPECT_TRUE(succeeded(run_mnemo({"info", run.string()})));
  }
}

TEST(BadStorage, AFullDiskLeavesNoHalfAnExport) {
  const TestFolder folder;
  const SmallDisk disk(folder.path() / "disk", 64);
  if (!disk.error().empty()) GTEST_SKIP() << "cannot mount a small disk: " << disk.error();
  const auto file = (disk.path() / "model.pt").string();
  EXPECT_TRUE(refused(run_mnemo({"export", trained_run().string(), "--out", file}), 1,
                      {"model.pt", "No space"}));
  EXPECT_TRUE(fs::is_empty(disk.path()));
}

// mnemo as somebody who may not write everywhere.
Outcome run_unprivileged(const Arguments& arguments) {
  Arguments command = {MNEMO_BINARY};
  if (::geteuid() == 0) {
    command = {"setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", MNEMO_BINARY};
  }
  command.insert(command.end(), arguments.begin(), arguments.end());
  return run_program(command);
}

TEST(BadStorage, AFolderThatCannotBeWrittenIsRefused) {
  if (run_unprivileged({"--version"}).exit_code != 0) {
    GTEST_SKIP() << "root may write everywhere, and mnemo cannot be run as somebody else";
  }
  const TestFolder folder;
  const auto locked = folder.path() / "locked";
  fs::create_directory(locked);
  fs::permissions(locked, fs::perms::owner_read | fs::perms::owner_exec | fs::perms::group_read |
                              fs::perms::group_exec | fs::perms::others_read |
                              fs::perms::others_exec);
  const auto refuses = [&](const Arguments& arguments) {
    return refused(run_unprivileged(arguments), 1, {locked.string(), "Permission denied"});
  };
  EXPECT_TRUE(refuses(small_training(locked / "run")));
  EXPECT_TRUE(refuses(small_training(locked)));
  EXPECT_TRUE(refuses({"export", trained_run().string(), "--out", (locked / "model.pt").string()}));
  EXPECT_TRUE(fs::is_empty(locked));
}

TEST(BadStorage, AnOutputThatHoldsSomethingElseIsRefused) {
  const TestFolder folder;
  const auto file = folder.write("letter.txt", "dear");
  EXPECT_TRUE(refused(train(folder.path(), {{"overwrite", "true"}}), 1, {"no mnemo run"}));
  EXPECT_TRUE(refused(train(file, {{"overwrite", "true"}}), 1, {"letter.txt", "is a file"}));
  EXPECT_TRUE(refused(train(file / "run"), 1, {"letter.txt/run", "Not a directory"}));
  EXPECT_EQ(read_file(file), "dear");
  const auto& run = trained_run();
  const Arguments into_folder = {"export", run.string(), "--out", folder.path().string()};
  EXPECT_TRUE(refused(run_mnemo(into_folder), 1, {folder.path().string(), "is a folder"}));
}

TEST(BadStorage, WhatIsNoModelIsRefused) {
  const TestFolder folder;
  const auto file = folder.write("letter.txt", "dear").string();
  const auto test_file = sample("reviews_test.csv");
  EXPECT_TRUE(refused(run_mnemo({"predict", "nowhere"}), 1, {"nowhere", "no such run"}));
  EXPECT_TRUE(refused(run_mnemo({"info", "nowhere"}), 1, {"nowhere", "no such run folder"}));
  EXPECT_TRUE(
      refused(run_mnemo({"export", "nowhere", "--out", "x.pt"}), 1, {"nowhere", "no such run"}));
  EXPECT_TRUE(refused(run_mnemo({"predict", file}), 1, {"letter.txt", "mnemo export"}));
  EXPECT_TRUE(refused(run_mnemo({"evaluate", folder.path().string(), "--data", test_file}), 1,
                      {"not a run folder", "meta.json"}));
  EXPECT_TRUE(refused(run_mnemo({"export", exported_model().string(), "--out", file + ".pt"}), 1,
                      {"not a run folder"}));
}

enum class Damage { truncated, bit_flipped };

void damage(const fs::path& file, Damage kind) {
  std::string bytes = read_file(file);
  if (kind == Damage::truncated) bytes.resize(bytes.size() - bytes.size() / 3);
  if (kind == Damage::bit_flipped) bytes[bytes.size() / 2] ^= 1;
  write_file_atomically(file, bytes);
}

// Every command that reads the model refuses it, naming `part`.
void expect_refused_by_all(const fs::path& model, const std::string& part) {
  const auto path = model.string(), out = path + ".exported";
  EXPECT_TRUE(refused(run_mnemo({"predict", path}, "a text\n"), 1, {part}));
  EXPECT_TRUE(
      refused(run_mnemo({"evaluate", path, "--data", sample("reviews_test.csv")}), 1, {part}));
  EXPECT_TRUE(refused(run_mnemo({"info", path}), 1, {part}));
  if (!fs::is_directory(model)) return;
  EXPECT_TRUE(refused(run_mnemo({"export", path, "--out", out}), 1, {part}));
  EXPECT_FALSE(fs::exists(out));
}

struct DamagedFile {
  const char* file;
  Damage kind;
};

void PrintTo(const DamagedFile& damaged, std::ostream* stream) { *stream << damaged.file; }

class DamagedRun : public testing::TestWithParam<DamagedFile> {};

TEST_P(DamagedRun, IsRefusedByFile) {
  const TestFolder folder;
  const auto run = folder.path() / "run";
  fs::copy(trained_run(), run);
  damage(run / GetParam().file, GetParam().kind);
  expect_refused_by_all(run, GetParam().file);
}

INSTANTIATE_TEST_SUITE_P(BadStorage, DamagedRun,
                         testing::Values(DamagedFile{"weights.safetensors", Damage::truncated},
                                         DamagedFile{"weights.safetensors", Damage::bit_flipped},
                                         DamagedFile{"tokenizer.model", Damage::truncated},
                                         DamagedFile{"tokenizer.model", Damage::bit_flipped},
                                         DamagedFile{"meta.json", Damage::truncated}));

class DamagedExport : public testing::TestWithParam<Damage> {};

TEST_P(DamagedExport, IsRefused) {
  const TestFolder folder;
  const auto file = folder.path() / "model.pt";
  fs::copy(exported_model(), file);
  damage(file, GetParam());
  expect_refused_by_all(file, "model.pt");
}

INSTANTIATE_TEST_SUITE_P(BadStorage, DamagedExport,
                         testing::Values(Damage::truncated, Damage::bit_flipped));

TEST(BadStorage, AMissingFileOfARunIsNamed) {
  const TestFolder folder;
  const auto run = folder.path() / "run";
  fs::copy(trained_run(), run);
  fs::remove(run / "tokenizer.model");
  EXPECT_TRUE(refused(run_mnemo({"predict", run.string()}, "a text\n"), 1,
                      {run.string(), "tokenizer.model is missing"}));
}

TEST(BadStorage, ARunOfANewerVersionIsRefused) {
  const TestFolder folder;
  const auto run = folder.path() / "run";
  fs::copy(trained_run(), run);
  auto meta = json_in(run / "meta.json");
  meta["format_version"] = 99;
  meta["mnemo_version"] = "9.9.9";
  write_file_atomically(run / "meta.json", meta.dump());
  expect_refused_by_all(run, "newer mnemo (9.9.9, format 99)");
}

}  // namespace
}  // namespace mnemo
