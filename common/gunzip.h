// Reading gzip (RFC 1952) from front to back, by zlib's inflate(). Its gzread() takes a file of its
// own, not a stream that is hashed and looked into, and would lose rows without a word: it ends at
// rubbish behind a member, and at padding even where another member follows.
#pragma once

#include <array>
#include <istream>
#include <memory>
#include <string>
#include <string_view>

#include "common/unpacked_buffer.h"

namespace mnemo {

// True when an input that begins so is gzip.
bool is_gzip(std::string_view head);

class GunzipBuffer : public UnpackedBuffer {
 public:
  // `name` stands in messages.
  GunzipBuffer(std::istream& compressed, std::string name);
  ~GunzipBuffer() override;

 protected:
  // Throws Error when the data are damaged, or end before they are complete.
  int_type underflow() override;

 private:
  struct Inflater;
  // Reads more of the compressed input; false at its end.
  bool refill();
  void skip_padding();

  std::istream& compressed_;
  std::string name_;
  std::unique_ptr<Inflater> inflater_;
  std::array<char, 1 << 16> input_{}, output_{};
};

}  // namespace mnemo
