#include "common/input_stream.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <system_error>
#include <utility>

#include "mnemo/error.h"

namespace mnemo {

std::string_view InputBuffer::head() {
  size_t size = 0;
  while (size < buffer_.size()) {  // a pipe may give a few bytes at a time
    const size_t count = file_->read(std::span(buffer_).subspan(size));
    if (count == 0) break;
    size += count;
  }
  const std::string_view bytes(buffer_.data(), size);
  hash_.update(bytes);
  setg(buffer_.data(), buffer_.data(), buffer_.data() + size);
  return bytes;
}

InputBuffer::int_type InputBuffer::underflow() {
  const size_t count = file_->read(buffer_);
  if (count == 0) return traits_type::eof();
  hash_.update({buffer_.data(), count});
  setg(buffer_.data(), buffer_.data(), buffer_.data() + count);
  return traits_type::to_int_type(*gptr());
}

InputStream::InputStream(std::unique_ptr<PosixFile> file)
    : std::istream(nullptr), buffer_(std::move(file)) {
  rdbuf(&buffer_);
  exceptions(std::ios::badbit);  // lets the buffer's own error through
}

std::unique_ptr<InputStream> InputStream::open(const std::filesystem::path& path) {
  std::error_code ignored;  // opening fails for the same reason, and says it
  if (std::filesystem::is_directory(path, ignored)) {
    throw Error(fmt::format("{} is a folder where a file was expected", path.string()));
  }
  auto file =
      std::make_unique<PosixFile>(path, O_RDONLY, fmt::format("cannot read {}", path.string()));
  return std::unique_ptr<InputStream>(new InputStream(std::move(file)));
}

std::unique_ptr<InputStream> InputStream::standard_input() {
  auto file = std::make_unique<PosixFile>(::dup(STDIN_FILENO), "standard input cannot be read");
  return std::unique_ptr<InputStream>(new InputStream(std::move(file)));
}

}  // namespace mnemo
