#include "app/cli/interrupt.h"

#include <csignal>

namespace mnemo {
namespace {

// A signal handler can reach nothing but a variable of static storage.
volatile std::sig_atomic_t received = 0;

void on_signal(int signal) {
  received = signal;
  std::signal(signal, SIG_DFL);
}

}  // namespace

InterruptGuard::InterruptGuard() {
  received = 0;
  std::signal(SIGINT, on_signal);
  std::signal(SIGTERM, on_signal);
}

InterruptGuard::~InterruptGuard() {
  std::signal(SIGINT, SIG_DFL);
  std::signal(SIGTERM, SIG_DFL);
}

bool InterruptGuard::requested() { return received != 0; }

int InterruptGuard::exit_code() { return 128 + received; }

}  // namespace mnemo
