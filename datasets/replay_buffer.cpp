#include "datasets/replay_buffer.h"

#include <algorithm>

namespace mnemo {

// The bytes before the mark are dropped by underflow(), seldom enough that records which are
// marked one by one are not copied each.
void ReplayBuffer::mark() { setg(gptr(), gptr(), egptr()); }

ReplayBuffer::int_type ReplayBuffer::underflow() {
  if (source_.sgetc() == traits_type::eof()) return traits_type::eof();
  const auto read = static_cast<size_t>(gptr() - eback());
  if (eback() != nullptr) kept_.erase(0, static_cast<size_t>(eback() - kept_.data()));
  const size_t known = kept_.size();
  const auto ready = static_cast<size_t>(std::max<std::streamsize>(1, source_.in_avail()));
  kept_.resize(known + ready);
  const std::streamsize count =
      source_.sgetn(kept_.data() + known, static_cast<std::streamsize>(ready));
  kept_.resize(known + static_cast<size_t>(count));
  setg(kept_.data(), kept_.data() + read, kept_.data() + kept_.size());
  return traits_type::to_int_type(*gptr());
}

}  // namespace mnemo
