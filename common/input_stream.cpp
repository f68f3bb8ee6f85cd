#include "common/input_stream.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <system_error>
#include <utility>

#include "common/gunzip.h"
#include "common/lower_case.h"
#include "common/unzstd.h"
#include "mnemo/error.h"

namespace mnemo {

std::string_view InputBuffer::first_bytes() {
  if (sgetc() == traits_type::eof()) return {};
  return {gptr(), static_cast<size_t>(egptr() - gptr())};
}

std::string_view InputBuffer::head() {
  const auto known = static_cast<size_t>(egptr() - gptr());  // by first_bytes()
  size_t size = known;
  while (size < buffer_.size()) {  // a pipe may give a few bytes at a time
    const size_t count = file_->read(std::span(buffer_).subspan(size));
    if (count == 0) break;
    size += count;
  }
  const std::string_view bytes(buffer_.data(), size);
  hash_.update(bytes.substr(known));
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

// `name` stands in messages.
template <typename Buffer>
void InputStream::unpack(const std::string& name) {
  packed_ = std::make_unique<std::istream>(&buffer_);
  packed_->exceptions(std::ios::badbit);
  unpacked_ = std::make_unique<Buffer>(*packed_, name);
  rdbuf(unpacked_.get());
}

std::unique_ptr<InputStream> InputStream::open(const std::filesystem::path& path) {
  std::error_code ignored;  // opening fails for the same reason, and says it
  if (std::filesystem::is_directory(path, ignored)) {
    throw Error(fmt::format("{} is a folder where a file was expected", path.string()));
  }
  auto file =
      std::make_unique<PosixFile>(path, O_RDONLY, fmt::format("cannot read {}", path.string()));
  std::unique_ptr<InputStream> stream(new InputStream(std::move(file)));
  const auto first = stream->buffer_.first_bytes();
  if (is_gzip(first)) {
    stream->unpack<GunzipBuffer>(path.string());
  } else if (is_zstd(first)) {
    stream->unpack<UnzstdBuffer>(path.string());
  }
  return stream;
}

std::unique_ptr<InputStream> InputStream::standard_input() {
  auto file = std::make_unique<PosixFile>(::dup(STDIN_FILENO), "standard input cannot be read");
  return std::unique_ptr<InputStream>(new InputStream(std::move(file)));
}

std::string format_ending(const std::filesystem::path& path) {
  const std::string ending = lower_case(path.extension().string());
  return ending == ".gz" || ending == ".zst" ? lower_case(path.stem().extension().string())
                                             : ending;
}

}  // namespace mnemo
