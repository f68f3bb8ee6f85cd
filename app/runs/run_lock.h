// One writer a run folder.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "mnemo/error.h"

namespace mnemo {

// Holds a folder while it lives, by a lock on its file `.lock`, which the system lets go of when
// the process ends, however it ends.
class RunLock {
 public:
  // Makes the folder if it is not there. Throws LockedError, naming the process, when another one
  // holds it, and Error when the folder cannot be made or written to.
  explicit RunLock(const std::filesystem::path& folder);
  // Removes the file, and those folders that it made and nobody has put anything in.
  ~RunLock();
  RunLock(const RunLock&) = delete;
  RunLock& operator=(const RunLock&) = delete;

 private:
  void make_folder();
  void unmake_folders();
  bool try_lock();

  std::filesystem::path folder_;
  std::filesystem::path file_;
  std::vector<std::filesystem::path> made_;  // innermost first
  int descriptor_ = -1;
};

// The fault of the folder of a run, which `out` names.
SettingFault out_fault(const std::filesystem::path& folder, const std::string& why,
                       const std::string& remedy = "");

// True when somebody, of this process or another, holds the folder now.
bool is_held(const std::filesystem::path& folder);

inline constexpr const char* kLockFile = ".lock";

}  // namespace mnemo
