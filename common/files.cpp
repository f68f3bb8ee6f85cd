#include "common/files.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <random>

#include "common/posix_file.h"
#include "mnemo/error.h"

namespace mnemo {
namespace {

namespace fs = std::filesystem;

// A name beside `path` that nobody else uses at the same time, on another machine or in another
// container neither.
fs::path temporary_name(const fs::path& path) {
  static std::atomic<unsigned> counter = 0;
  return fmt::format("{}{}{}-{}-{:x}", path.string(), kTemporaryMark, ::getpid(), counter++,
                     std::random_device()());
}

fs::path folder_of(const fs::path& path) {
  return path.has_parent_path() ? path.parent_path() : fs::path(".");
}

}  // namespace

std::string read_file(const fs::path& path) {
  PosixFile file(path, O_RDONLY, fmt::format("cannot read {}", path.string()));
  std::string bytes;
  std::array<char, 1 << 16> buffer;
  while (const size_t count = file.read(buffer)) bytes.append(buffer.data(), count);
  return bytes;
}

AtomicFile::AtomicFile(const fs::path& path)
    : path_(path),
      temporary_(temporary_name(path)),
      failure_(fmt::format("cannot write {}", path.string())),
      file_(temporary_, O_WRONLY | O_CREAT | O_EXCL, failure_) {}

AtomicFile::~AtomicFile() {
  if (!temporary_.empty()) ::unlink(temporary_.c_str());
}

void AtomicFile::commit() {
  file_.flush_to_disk();
  file_.close();
  if (::rename(temporary_.c_str(), path_.c_str()) != 0) {
    throw Error(fmt::format("{}: {}", failure_, std::strerror(errno)));
  }
  temporary_.clear();
  // The new name itself is on disk only once the folder is.
  PosixFile(folder_of(path_), O_RDONLY | O_DIRECTORY, failure_).flush_to_disk();
}

void write_file_atomically(const fs::path& path, std::string_view bytes) {
  AtomicFile file(path);
  file.write(bytes);
  file.commit();
}

std::optional<uint64_t> free_bytes(const fs::path& path) {
  std::error_code error;
  auto at = fs::absolute(path, error);
  while (!error && !fs::exists(at, error) && at.has_relative_path()) at = at.parent_path();
  const auto space = fs::space(at, error);
  if (error || space.available == static_cast<uintmax_t>(-1)) return std::nullopt;
  return space.available;
}

void require_writable(const fs::path& folder) {
  const fs::path probe = temporary_name(folder / "mnemo-write-test");
  PosixFile(probe, O_WRONLY | O_CREAT | O_EXCL,
            fmt::format("cannot create files in {}", folder.string()));
  ::unlink(probe.c_str());
}

}  // namespace mnemo
