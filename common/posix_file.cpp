#include "common/posix_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include <cerrno>
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

void PosixFile::flush_to_disk() {
  // EINVAL: this file system cannot flush this kind of file, so there is nothing to wait for.
  if (::fsync(descriptor_) != 0 && errno != EINVAL) fail();
}

void PosixFile::close() {
  if (::close(std::exchange(descriptor_, -1)) != 0) fail();
}

void PosixFile::fail() const { throw Error(fmt::format("{}: {}", failure_, std::strerror(errno))); }

}  // namespace mnemo
