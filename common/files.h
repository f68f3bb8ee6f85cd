// Reading whole files, and writing them so that a crash leaves the old file or the new one.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "common/posix_file.h"

namespace mnemo {

// The file's bytes. Throws Error naming the path and the system's reason.
std::string read_file(const std::filesystem::path& path);

// Writes to a temporary name beside `path`, flushes it to disk, renames it over `path` and flushes
// the folder. On failure the temporary file is removed, `path` is untouched, and Error is thrown.
void write_file_atomically(const std::filesystem::path& path, std::string_view bytes);

// A temporary name has this behind that of the file.
inline constexpr const char* kTemporaryMark = ".tmp-";

// The same for a file written piece by piece: it appears under its name with commit(), or never.
class AtomicFile {
 public:
  explicit AtomicFile(const std::filesystem::path& path);
  ~AtomicFile();
  AtomicFile(const AtomicFile&) = delete;
  AtomicFile& operator=(const AtomicFile&) = delete;

  void write(std::string_view bytes) { file_.write(bytes); }
  void write_at(std::string_view bytes, int64_t offset) { file_.write_at(bytes, offset); }
  void commit();

 private:
  std::filesystem::path path_;
  std::filesystem::path temporary_;  // empty once it has its name
  std::string failure_;
  PosixFile file_;
};

// Bytes that a user may still write where `path` is, or is to be; nothing where that is unknown.
std::optional<uint64_t> free_bytes(const std::filesystem::path& path);

// Throws Error unless a file can be created in `folder` (which must exist).
void require_writable(const std::filesystem::path& folder);

}  // namespace mnemo
