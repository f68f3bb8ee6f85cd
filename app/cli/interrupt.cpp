#include "app/cli/interrupt.h"

#include <csignal>

namespace mnemo {
namespace {

// A signal handler can reach nothing but a variable of static storage.
volatile std::sig_atomic_t interrupted = 0;

void on_interrupt(int signal) {
  interrupted = 1;
  std::signal(signal, SIG_DFL);
}

}  // namespace

InterruptGuard::InterruptGuard() {
  interrupted = 0;
  std::signal(SIGINT, on_interrupt);
}

InterruptGuard::~InterruptGuard() { std::signal(SIGINT, SIG_DFL); }

bool InterruptGuard::requested() { return interrupted != 0; }

}  // namespace mnemo
