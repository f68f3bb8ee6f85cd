#include "app/cli/standard_input.h"

#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "common/error.h"

namespace mnemo {

StandardInputBuffer::int_type StandardInputBuffer::underflow() {
  ssize_t count = 0;
  do {
    count = read(STDIN_FILENO, buffer_.data(), buffer_.size());
  } while (count < 0 && errno == EINTR);
  if (count < 0) {
    throw Error(fmt::format("standard input cannot be read: {}", std::strerror(errno)));
  }
  if (count == 0) return traits_type::eof();
  setg(buffer_.data(), buffer_.data(), buffer_.data() + count);
  return traits_type::to_int_type(*gptr());
}

std::streamsize StandardInputBuffer::showmanyc() {
  pollfd input{.fd = STDIN_FILENO, .events = POLLIN, .revents = 0};
  return poll(&input, 1, /*timeout=*/0) > 0 ? 1 : 0;
}

}  // namespace mnemo
