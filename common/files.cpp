#include "common/files.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <openssl/evp.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <span>
#include <utility>

#include "common/error.h"

namespace mnemo {
namespace {

namespace fs = std::filesystem;

// Owns an open file. Whatever fails, the message is `failure` and the system's reason.
class File {
 public:
  File(const fs::path& path, int flags, std::string failure) : failure_(std::move(failure)) {
    // 0666: the user's umask decides who may read the file.
    descriptor_ = ::open(path.c_str(), flags | O_CLOEXEC, 0666);
    if (descriptor_ < 0) fail();
  }
  ~File() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;

  // The number of bytes read into `buffer`, 0 at the end.
  size_t read(std::span<char> buffer) {
    for (;;) {
      const ssize_t count = ::read(descriptor_, buffer.data(), buffer.size());
      if (count >= 0) return static_cast<size_t>(count);
      if (errno != EINTR) fail();
    }
  }

  void write(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t count = ::write(descriptor_, bytes.data(), bytes.size());
      if (count >= 0) {
        bytes.remove_prefix(static_cast<size_t>(count));
      } else if (errno != EINTR) {
        fail();
      }
    }
  }

  void flush_to_disk() {
    // EINVAL: this file system cannot flush this kind of file, so there is nothing to wait for.
    if (::fsync(descriptor_) != 0 && errno != EINVAL) fail();
  }

  // Some file systems report a full disk only here.
  void close() {
    if (::close(std::exchange(descriptor_, -1)) != 0) fail();
  }

 private:
  [[noreturn]] void fail() const {
    throw Error(fmt::format("{}: {}", failure_, std::strerror(errno)));
  }

  std::string failure_;
  int descriptor_ = -1;
};

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
  File file(path, O_RDONLY, fmt::format("cannot read {}", path.string()));
  std::string bytes;
  std::array<char, 1 << 16> buffer;
  while (const size_t count = file.read(buffer)) bytes.append(buffer.data(), count);
  return bytes;
}

void write_file_atomically(const fs::path& path, std::string_view bytes) {
  const std::string failure = fmt::format("cannot write {}", path.string());
  TemporaryFile temporary(temporary_name(path));
  File file(temporary.path(), O_WRONLY | O_CREAT | O_TRUNC, failure);
  file.write(bytes);
  file.flush_to_disk();
  file.close();
  if (::rename(temporary.path().c_str(), path.c_str()) != 0) {
    throw Error(fmt::format("{}: {}", failure, std::strerror(errno)));
  }
  temporary.release();
  // The new name itself is on disk only once the folder is.
  File(folder_of(path), O_RDONLY | O_DIRECTORY, failure).flush_to_disk();
}

void require_writable(const fs::path& folder) {
  const TemporaryFile probe(temporary_name(folder / "mnemo-write-test"));
  File(probe.path(), O_WRONLY | O_CREAT | O_EXCL,
       fmt::format("cannot create files in {}", folder.string()));
}

std::string sha256_hex(std::string_view bytes) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest;
  unsigned size = 0;
  if (EVP_Digest(bytes.data(), bytes.size(), digest.data(), &size, EVP_sha256(), nullptr) != 1) {
    throw Error("cannot compute a SHA-256 fingerprint: this machine's OpenSSL refuses to");
  }
  std::string hex;
  for (unsigned i = 0; i < size; ++i) hex += fmt::format("{:02x}", digest[i]);
  return hex;
}

}  // namespace mnemo
