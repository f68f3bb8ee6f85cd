// An open file descriptor, for what the standard streams cannot do: flush to disk, say why reading
// failed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>

namespace mnemo {

// Whatever fails, Error is thrown, and its message is `failure` and the system's reason.
class PosixFile {
 public:
  // `flags` as open(2) has them.
  PosixFile(const std::filesystem::path& path, int flags, std::string failure);
  // Takes over an open descriptor.
  PosixFile(int descriptor, std::string failure);
  // An empty file in `folder` without a name, to be written and read; it vanishes when closed.
  static PosixFile unnamed(const std::filesystem::path& folder, std::string failure);
  ~PosixFile();
  PosixFile(const PosixFile&) = delete;
  PosixFile& operator=(const PosixFile&) = delete;

  // The number of bytes read into `buffer`, 0 at the end.
  size_t read(std::span<char> buffer);
  // Fills `buffer` from `offset` on, wherever read() stands; that the file is shorter is an error.
  // Safe to call from several threads.
  void read_at(std::span<char> buffer, int64_t offset) const;
  // True when a read would return at once.
  bool ready_to_read() const;

  void write(std::string_view bytes);
  void write_at(std::string_view bytes, int64_t offset);
  void flush_to_disk();
  // Some file systems report a full disk only here.
  void close();

 private:
  [[noreturn]] void fail() const;
  [[noreturn]] void fail(std::string_view reason) const;

  std::string failure_;
  int descriptor_ = -1;
};

}  // namespace mnemo
