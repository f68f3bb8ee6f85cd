#include "app/cli/console.h"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdio>

#include "app/cli/flags.h"

namespace mnemo {
namespace {

// Longer lines would wrap, and a wrapped line cannot be rewritten.
std::string fitted(const std::string& text) {
  winsize size{};
  const bool known = ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 1;
  return text.substr(0, known ? size.ws_col - 1U : 79U);
}

// A broken stderr must not end a training, so the result is ignored.
void write(const std::string& text) { std::fputs(text.c_str(), stderr); }

}  // namespace

Console::Console(bool quiet) : quiet_(quiet), live_(!quiet && isatty(STDERR_FILENO) == 1) {}

void Console::note(const std::string& text) {
  if (quiet_) return;
  end_progress();
  write(fmt::format("{}\n", with_flags(text)));
}

void Console::warn(const std::string& text) {
  end_progress();
  write(fmt::format("mnemo: warning: {}\n", with_flags(text)));
}

void Console::progress(const std::string& text) {
  if (!live_) return;
  const auto now = std::chrono::steady_clock::now();
  if (line_open_ && now - last_progress_ < std::chrono::milliseconds(100)) return;
  last_progress_ = now;
  line_open_ = true;
  write(fmt::format("\r\x1b[K{}", fitted(with_flags(text))));
  std::fflush(stderr);
}

void Console::end_progress() {
  if (!line_open_) return;
  write("\r\x1b[K");
  std::fflush(stderr);
  line_open_ = false;
}

}  // namespace mnemo
