#include "common/posix_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <utility>

#include "mnemo/error.h"

namespace mnemo {

PosixFile::PosixFile(const std::filesystem::path& path, int flags, std::string failure)
    // 0666: the user's umask decides who may read the file.
    : PosixFile(::open(path.c_str(), flags | O_CLOEXEC, 0666), std::move(failure)) {}

PosixFile::PosixFile(int descriptor, std::string failure)
    : failure_(std::move(failure)), descriptor_(descriptor) {
  if (descriptor_ < 0) fail();
}

PosixFile PosixFile::unnamed(const std::filesystem::path& folder, std::string failure) {
  std::string name = (folder / "unnamed-XXXXXX").string();
  const int descriptor = ::mkostemp(name.data(), O_CLOEXEC);
  if (descriptor >= 0) ::unlink(name.c_str());
  return PosixFile(descriptor, std::move(failure));
}

PosixFile::~PosixFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

size_t PosixFile::read(std::span<char> buffer) {
  for (;;) {
    const ssize_t count = ::read(descriptor_, buffer.data(), buffer.size());
    if (count >= 0) return static_cast<size_t>(count);
    if (errno != EINTR) fail();
  }
}

void PosixFile::read_at(std::span<char> buffer, int64_t offset) const {
  while (!buffer.empty()) {
    const ssize_t count = ::pread(descriptor_, buffer.data(), buffer.size(), offset);
    if (count == 0) fail("the file is shorter than it should be");
    if (count > 0) {
      buffer = buffer.subspan(static_cast<size_t>(count));
      offset += count;
    } else if (errno != EINTR) {
      fail();
    }
  }
}

bool PosixFile::ready_to_read() const {
  pollfd input{.fd = descriptor_, .events = POLLIN, .revents = 0};
  return poll(&input, 1, /*timeout=*/0) > 0;
}

void PosixFile::write(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t count = ::write(descriptor_, bytes.data(), bytes.size());
    if (count >= 0) {
      bytes.remove_prefix(static_cast<size_t>(count));
    } else if (errno != EINTR) {
      fail();
    }
  }
}

void PosixFile::write_at(std::string_view bytes, int64_t offset) {
  while (!bytes.empty()) {
    const ssize_t count = ::pwrite(descriptor_, bytes.data(), bytes.size(), offset);
    if (count >= 0) {
      bytes.remove_prefix(static_cast<size_t>(count));
      offset += count;
    } else if (errno != EINTR) {
      fail();
    }
  }
}

void PosixFile::flush_to_disk() {
  // EINVAL: this file system cannot flush this kind of file, so there is nothing to wait for.
  if (::fsync(descriptor_) != 0 && errno != EINVAL) fail();
}

void PosixFile::close() {
  if (::close(std::exchange(descriptor_, -1)) != 0) fail();
}

void PosixFile::fail() const { fail(std::strerror(errno)); }

void PosixFile::fail(std::string_view reason) const {
  throw Error(fmt::format("{}: {}", failure_, reason));
}

}  // namespace mnemo
