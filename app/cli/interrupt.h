// Ctrl-C during training: finish the step, save, and exit with 130.
#pragma once

namespace mnemo {

// While it lives, the first SIGINT only sets a flag; a second one ends the program as usual.
class InterruptGuard {
 public:
  InterruptGuard();
  ~InterruptGuard();
  InterruptGuard(const InterruptGuard&) = delete;
  InterruptGuard& operator=(const InterruptGuard&) = delete;

  static bool requested();
};

}  // namespace mnemo
