#include "common/files.h"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <csignal>
#include <filesystem>
#include <iterator>
#include <string>

#include "mnemo/error.h"
#include "tests/common/test_helpers.h"

namespace mnemo {
namespace {

namespace fs = std::filesystem;

class Files : public ::testing::Test {
 protected:
  int64_t files_in_folder() const {
    return std::distance(fs::directory_iterator(folder_), fs::directory_iterator());
  }

  const TestFolder test_folder_;
  const fs::path folder_ = test_folder_.path();
};

// Bounds the size of files this process may write, as a full disk would.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(rlim_t bytes) {
    getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit limited = {bytes, before_.rlim_max};
    setrlimit(RLIMIT_FSIZE, &limited);
    handler_before_ = std::signal(SIGXFSZ, SIG_IGN);
  }
  ~FileSizeLimit() {
    setrlimit(RLIMIT_FSIZE, &before_);
    std::signal(SIGXFSZ, handler_before_);
  }
  FileSizeLimit(const FileSizeLimit&) = delete;
  FileSizeLimit& operator=(const FileSizeLimit&) = delete;

 private:
  rlimit before_;
  void (*handler_before_)(int);
};

TEST_F(Files, ReadsBackTheBytesWritten) {
  std::string bytes(200'000, 'x');
  bytes += std::string("\0\r\n\xff", 4);
  write_file_atomically(folder_ / "data", bytes);
  EXPECT_EQ(read_file(folder_ / "data"), bytes);
}

TEST_F(Files, ReplacesAFileAndLeavesNothingElse) {
  write_file_atomically(folder_ / "data", "old");
  write_file_atomically(folder_ / "data", "new");
  EXPECT_EQ(read_file(folder_ / "data"), "new");
  EXPECT_EQ(files_in_folder(), 1);
}

TEST_F(Files, LeavesReadingToTheUsersUmask) {
  const mode_t before = umask(022);
  write_file_atomically(folder_ / "data", "");
  umask(before);
  EXPECT_EQ(fs::status(folder_ / "data").permissions(), fs::perms(0644));
}

TEST_F(Files, KeepsTheOldFileWhenTheNewOneDoesNotFit) {
  write_file_atomically(folder_ / "data", "old");
  std::string message;
  {
    const FileSizeLimit limit(1000);
    message = message_of([&] { write_file_atomically(folder_ / "data", std::string(5000, 'x')); });
  }
  EXPECT_TRUE(
      contains(message, "cannot write " + (folder_ / "data").string() + ": File too large"));
  EXPECT_EQ(read_file(folder_ / "data"), "old");
  EXPECT_EQ(files_in_folder(), 1);
}

TEST_F(Files, RemovesTheTemporaryFileWhenTheTargetCannotBeReplaced) {
  fs::create_directory(folder_ / "data");
  EXPECT_THROW(write_file_atomically(folder_ / "data", "new"), Error);
  EXPECT_EQ(files_in_folder(), 1);
}

TEST_F(Files, NamesThePathAndTheReason) {
  const std::string missing = (folder_ / "no" / "data").string();
  EXPECT_EQ(message_of([&] { read_file(missing); }),
            "cannot read " + missing + ": No such file or directory");
  EXPECT_EQ(message_of([&] { write_file_atomically(missing, ""); }),
            "cannot write " + missing + ": No such file or directory");
  EXPECT_EQ(message_of([&] { read_file(folder_); }),
            "cannot read " + folder_.string() + ": Is a directory");
}

TEST_F(Files, RequiresAFolderThatTakesFiles) {
  EXPECT_NO_THROW(require_writable(folder_));
  EXPECT_EQ(files_in_folder(), 0);
  const std::string missing = (folder_ / "no").string();
  EXPECT_EQ(message_of([&] { require_writable(missing); }),
            "cannot create files in " + missing + ": No such file or directory");
}

}  // namespace
}  // namespace mnemo
