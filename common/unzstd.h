// Reading Zstandard (RFC 8878) from front to back, by the system's libzstd. It is loaded when a
// file needs it, so that a build needs neither it nor its headers.
#pragma once

#include <array>
#include <istream>
#include <memory>
#include <string>
#include <string_view>

#include "common/unpacked_buffer.h"

namespace mnemo {

// True when an input that begins so is Zstandard.
bool is_zstd(std::string_view head);

class UnzstdBuffer : public UnpackedBuffer {
 public:
  // `name` stands in messages. Throws Error where the library is not there.
  UnzstdBuffer(std::istream& compressed, std::string name);
  ~UnzstdBuffer() override;

 protected:
  // Throws Error when the data are damaged, or end before they are complete.
  int_type underflow() override;

 private:
  class Library;
  bool refill();

  std::istream& compressed_;
  std::string name_;
  std::unique_ptr<Library> library_;
  size_t position_ = 0, size_ = 0;  // of what is used, and of all, in input_
  bool between_frames_ = true;      // a file may be several, one after another
  std::array<char, 1 << 16> input_{}, output_{};
};

}  // namespace mnemo
