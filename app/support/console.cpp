#include "app/support/console.h"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cmath>
#include <cstdio>

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
  write(fmt::format("{}\n", text));
}

void Console::warn(const std::string& text) {
  end_progress();
  write(fmt::format("mnemo: warning: {}\n", text));
}

void Console::progress(const std::string& text) {
  if (!live_) return;
  const auto now = std::chrono::steady_clock::now();
  if (line_open_ && now - last_progress_ < std::chrono::milliseconds(100)) return;
  last_progress_ = now;
  line_open_ = true;
  write(fmt::format("\r\x1b[K{}", fitted(text)));
  std::fflush(stderr);
}

void Console::end_progress() {
  if (!line_open_) return;
  write("\r\x1b[K");
  std::fflush(stderr);
  line_open_ = false;
}

std::string format_duration(double seconds) {
  const auto total = static_cast<int64_t>(std::lround(seconds));
  if (total >= 3600) {
    return fmt::format("{}:{:02}:{:02}", total / 3600, total / 60 % 60, total % 60);
  }
  return fmt::format("{}:{:02}", total / 60, total % 60);
}

std::string format_count(double number) {
  const std::string digits = fmt::format("{:.0f}", number);
  std::string grouped;
  for (size_t i = 0; i < digits.size(); ++i) {
    if (i > 0 && (digits.size() - i) % 3 == 0) grouped += ',';
    grouped += digits[i];
  }
  return grouped;
}

}  // namespace mnemo
