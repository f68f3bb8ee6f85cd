#include "common/files.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <cstring>

#include "common/posix_file.h"
#include "mnemo/error.h"

namespace mnemo {
namespace {

namespace fs = std::filesystem;

// Removes a file when it goes out of scope, unless it was released.
class TemporaryFile {
 public:
  explicit TemporaryFile(fs::path path) : path_(std::move(path)) {}
  ~TemporaryFile() {
    if (!path_.empty()) ::unlink(path_.c_str());
  }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;

  const fs::path& path() const { return path_; }
  void release() { path_.clear(); }

 private:
  fs::path path_;
};

// A name beside `path` that no other thread or process uses at the same time.
fs::path temporary_name(const fs::path& path) {
  static std::atomic<unsigned> counter = 0;
  return fmt::format("{}.tmp-{}-{}", path.string(), ::getpid(), counter++);
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

void write_file_atomically(const fs::path& path, std::string_view bytes) {
  const std::string failure = fmt::format("cannot write {}", path.string());
  TemporaryFile temporary(temporary_name(path));
  PosixFile file(temporary.path(), O_WRONLY | O_CREAT | O_TRUNC, failure);
  file.write(bytes);
  file.flush_to_disk();
  file.close();
  if (::rename(temporary.path().c_str(), path.c_str()) != 0) {
    throw Error(fmt::format("{}: {}", failure, std::strerror(errno)));
  }
  temporary.release();
  // The new name itself is on disk only once the folder is.
  PosixFile(folder_of(path), O_RDONLY | O_DIRECTORY, failure).flush_to_disk();
}

void require_writable(const fs::path& folder) {
  const TemporaryFile probe(temporary_name(folder / "mnemo-write-test"));
  PosixFile(probe.path(), O_WRONLY | O_CREAT | O_EXCL,
            fmt::format("cannot create files in {}", folder.string()));
}

}  // namespace mnemo
