// Input that is read once, from front to back: a file, a pipe, standard input. A file that is gzip
// or zstd is read as what it holds.
#pragma once

#include <array>
#include <filesystem>
#include <istream>
#include <memory>
#include <streambuf>
#include <string>
#include <string_view>

#include "common/posix_file.h"
#include "common/sha256.h"
#include "common/unpacked_buffer.h"

namespace mnemo {

class InputBuffer : public std::streambuf {
 public:
  explicit InputBuffer(std::unique_ptr<PosixFile> file) : file_(std::move(file)) {}

  // Up to 64 KiB with which the input begins; nothing is taken. Before the first read only.
  std::string_view head();
  // The same, of as much as is there at once: one byte at least, unless there is none.
  std::string_view first_bytes();
  std::string sha256() const { return hash_.hex(); }

 protected:
  int_type underflow() override;
  // The answer to in_avail() when nothing is buffered: above 0 when a read would not wait.
  std::streamsize showmanyc() override { return file_->ready_to_read() ? 1 : 0; }

 private:
  std::unique_ptr<PosixFile> file_;
  Sha256 hash_;
  std::array<char, 1 << 16> buffer_{};
};

// A read that fails throws Error, which names the input, out of whatever was reading.
class InputStream : public std::istream {
 public:
  // Throws Error naming the path when it cannot be opened or is a folder. Reads what a file holds
  // that is gzip or zstd.
  static std::unique_ptr<InputStream> open(const std::filesystem::path& path);
  static std::unique_ptr<InputStream> standard_input();

  // Up to 64 KiB with which the input begins, to guess a format by; nothing is taken. Before the
  // first read only.
  std::string_view head() { return unpacked_ ? unpacked_->head() : buffer_.head(); }

  // Fingerprint of the bytes read so far, packed if they are: at the end of the input, of all of
  // it.
  std::string sha256() const { return buffer_.sha256(); }

 private:
  explicit InputStream(std::unique_ptr<PosixFile> file);

  // The content of packed data is read from here on.
  template <typename Buffer>
  void unpack(const std::string& name);

  InputBuffer buffer_;
  std::unique_ptr<std::istream> packed_;  // over buffer_
  std::unique_ptr<UnpackedBuffer> unpacked_;
};

// The ending of the file's name in small letters, ".csv" of "a.CSV", "a.csv.gz" and "a.csv.zst".
std::string format_ending(const std::filesystem::path& path);

}  // namespace mnemo
