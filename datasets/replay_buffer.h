// Input that can be wound back to a mark.
#pragma once

#include <streambuf>
#include <string>

namespace mnemo {

class ReplayBuffer : public std::streambuf {
 public:
  // `source` must outlive this.
  explicit ReplayBuffer(std::streambuf& source) : source_(source) {}

  // Keeps what is read from now on, for rewind(); what was kept before goes.
  void mark();
  // Everything read behind the mark comes again.
  void rewind() { setg(eback(), eback(), egptr()); }
  // True when a character is there without another read of the source.
  bool holds_more() const { return gptr() < egptr(); }

 protected:
  int_type underflow() override;

 private:
  std::streambuf& source_;
  std::string kept_;  // from the mark on
};

}  // namespace mnemo
