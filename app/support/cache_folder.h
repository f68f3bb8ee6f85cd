// The folder in which runs keep what they can compute again, and share it.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "mnemo/reporter.h"

namespace mnemo {

class CacheFolder {
 public:
  // `path` is created; empty: mnemo in $XDG_CACHE_HOME, or else in ~/.cache, or else in the folder
  // for temporary files. Removes what no run has used for 30 days. Throws Error when it cannot be
  // created or written to.
  explicit CacheFolder(const std::string& path);

  // The same, but where that folder cannot be made or written to `warn` hears it, and a folder
  // among the temporary files serves this object and its copies alone, and goes with the last of
  // them.
  static CacheFolder or_temporary(const std::string& path, const Warn& warn);

  const std::filesystem::path& path() const { return path_; }
  // The path at which the entry of this name is, or is to be written.
  std::filesystem::path entry(const std::string& name) const { return path_ / name; }
  // Remembers that an entry is still of use.
  void mark_used(const std::string& name) const;

  // Reads an entry that fits into memory: what was written under this name, if it is there,
  // undamaged.
  std::optional<std::string> read(const std::string& name) const;
  void write(const std::string& name, const std::string& bytes) const;

 private:
  CacheFolder() = default;
  void remove_unused() const;

  std::filesystem::path path_;
  std::shared_ptr<const void> temporary_ = nullptr;  // whose end removes the folder
};

}  // namespace mnemo
