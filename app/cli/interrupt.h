// Ctrl-C and SIGTERM during training: finish the step, save, and exit with 130 or 143. During the
// refits of a back-test: finish the step, and leave nothing behind.
#pragma once

namespace mnemo {

// While it lives, the first SIGINT or SIGTERM is only remembered; a second one ends the program as
// usual.
class InterruptGuard {
 public:
  InterruptGuard();
  ~InterruptGuard();
  InterruptGuard(const InterruptGuard&) = delete;
  InterruptGuard& operator=(const InterruptGuard&) = delete;

  static bool requested();
  // 128 and the signal's number, as shells have it.
  static int exit_code();
};

}  // namespace mnemo
