#include "app/runs/run_lock.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <string>
#include <system_error>

#include "mnemo/error.h"

namespace mnemo {
namespace {

namespace fs = std::filesystem;

// Who has written into the file: " (process 123)", or nothing where that is not known.
std::string holder(int descriptor) {
  std::array<char, 32> text{};
  const auto count = ::pread(descriptor, text.data(), text.size(), 0);
  return count > 0 ? fmt::format(" (process {})", std::string(text.data(), size_t(count))) : "";
}

// True while the file is still the one of that name: its last holder removes it.
bool is_in_place(int descriptor, const fs::path& path) {
  struct stat opened {
  }, named{};
  return ::fstat(descriptor, &opened) == 0 && ::stat(path.c_str(), &named) == 0 &&
         opened.st_ino == named.st_ino && opened.st_dev == named.st_dev;
}

}  // namespace

SettingFault out_fault(const fs::path& folder, const std::string& why, const std::string& remedy) {
  return {
      .setting = "out", .problem = fmt::format("{}: {}", folder.string(), why), .remedy = remedy};
}

bool is_held(const fs::path& folder) {
  const int descriptor = ::open((folder / kLockFile).c_str(), O_RDWR | O_CLOEXEC);
  if (descriptor < 0) return false;
  const bool is_free = ::flock(descriptor, LOCK_EX | LOCK_NB) == 0;
  const bool is_other = !is_free && errno == EWOULDBLOCK;
  ::close(descriptor);
  return is_other;
}

RunLock::RunLock(const fs::path& folder) : folder_(folder), file_(folder / kLockFile) {
  try {
    make_folder();
    while (!try_lock()) {
    }
  } catch (...) {
    unmake_folders();
    throw;
  }
}

RunLock::~RunLock() {
  // The folder may have vanished, and another training may hold it now.
  if (is_in_place(descriptor_, file_)) ::unlink(file_.c_str());
  ::close(descriptor_);
  unmake_folders();
}

void RunLock::make_folder() {
  try {
    for (auto at = fs::absolute(folder_); !fs::exists(at); at = at.parent_path()) {
      made_.push_back(at);
    }
    fs::create_directories(folder_);
  } catch (const fs::filesystem_error& error) {
    throw Error(out_fault(folder_, "cannot make the folder: " + error.code().message()));
  }
}

void RunLock::unmake_folders() {
  std::error_code ignored;  // what somebody has put something in stays
  for (const auto& folder : made_) fs::remove(folder, ignored);
}

bool RunLock::try_lock() {
  constexpr mode_t kMode = 0666;
  descriptor_ = ::open(file_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, kMode);
  if (descriptor_ < 0) {
    throw Error(
        out_fault(folder_, fmt::format("cannot create files in it: {}", std::strerror(errno))));
  }
  if (::flock(descriptor_, LOCK_EX | LOCK_NB) != 0) {
    const int reason = errno;
    const std::string who = holder(descriptor_);
    ::close(descriptor_);
    if (reason == EWOULDBLOCK) {
      throw LockedError(out_fault(folder_, fmt::format("another training{} is writing there", who),
                                  "wait for it, stop it, or name another folder"));
    }
    throw Error(out_fault(
        folder_, fmt::format("the file system cannot lock a file ({})", std::strerror(reason)),
        "name a folder on another one"));
  }
  if (!is_in_place(descriptor_, file_)) {
    ::close(descriptor_);
    return false;
  }
  const std::string process = std::to_string(::getpid());
  // Only for the message above, so what comes of it does not matter.
  if (::ftruncate(descriptor_, 0) == 0) {
    [[maybe_unused]] const auto ignored =
        ::pwrite(descriptor_, process.data(), process.size(), /*offset=*/0);
  }
  return true;
}

}  // namespace mnemo
