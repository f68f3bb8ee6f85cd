// Bytes that come out of a packed input, from front to back.
#pragma once

#include <streambuf>
#include <string_view>

namespace mnemo {

class UnpackedBuffer : public std::streambuf {
 public:
  // Up to 64 KiB with which the content begins; nothing is taken. Before the first read only.
  std::string_view head() {
    if (sgetc() == traits_type::eof()) return {};
    return {gptr(), static_cast<size_t>(egptr() - gptr())};
  }
};

}  // namespace mnemo
