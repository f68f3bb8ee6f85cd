// Standard input as a stream that can tell whether reading more would wait.
#pragma once

#include <array>
#include <streambuf>

namespace mnemo {

class StandardInputBuffer : public std::streambuf {
 protected:
  int_type underflow() override;
  // What in_avail() asks when nothing is buffered: above 0 when a read would not wait.
  std::streamsize showmanyc() override;

 private:
  std::array<char, 1 << 16> buffer_{};
};

}  // namespace mnemo
