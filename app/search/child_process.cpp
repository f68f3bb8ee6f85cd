#include "app/search/child_process.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstring>
#include <fstream>
#include <utility>
#ifdef __linux__
#include <sys/prctl.h>
#endif

#include "common/white_space.h"
#include "mnemo/error.h"

namespace mnemo {
namespace {

constexpr int kCannotRun = 127;

// Between fork and exec: only what is safe in a program of many threads.
[[noreturn]] void become(char* const* arguments, int log, pid_t parent) {
  ::setpgid(0, 0);
#ifdef __linux__
  ::prctl(PR_SET_PDEATHSIG, SIGTERM);
  if (::getppid() != parent) ::_exit(kCannotRun);  // it died before that
#else
  (void)parent;
#endif
  const int nothing = ::open("/dev/null", O_RDONLY);
  ::dup2(nothing, STDIN_FILENO);
  ::dup2(log, STDOUT_FILENO);
  ::dup2(log, STDERR_FILENO);
  ::execv(arguments[0], arguments);
  ::_exit(kCannotRun);
}

}  // namespace

// Not where it points to: a build may have put another program there since.
std::filesystem::path own_program() { return "/proc/self/exe"; }

ChildProcess::ChildProcess(const std::vector<std::string>& command,
                           const std::filesystem::path& log) {
  std::vector<char*> arguments;
  arguments.reserve(command.size() + 1);
  for (const auto& argument : command) arguments.push_back(const_cast<char*>(argument.c_str()));
  arguments.push_back(nullptr);
  constexpr int kMode = 0666;
  const int file = ::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, kMode);
  if (file < 0) {
    throw Error(fmt::format("{}: cannot be written: {}", log.string(), std::strerror(errno)));
  }
  std::signal(SIGCHLD, SIG_DFL);  // where they are ignored, there is no end to wait for
  const pid_t parent = ::getpid();
  pid_ = ::fork();
  if (pid_ == 0) become(arguments.data(), file, parent);
  const int reason = errno;
  ::close(file);
  if (pid_ < 0) {
    throw Error(fmt::format("{} cannot be started: {}", command.front(), std::strerror(reason)));
  }
  ::setpgid(pid_, pid_);  // whoever comes first
}

ChildProcess::~ChildProcess() {
  if (pid_ < 0) return;
  ::kill(pid_, SIGKILL);
  wait();
}

ChildProcess::ChildProcess(ChildProcess&& other) noexcept
    : pid_(std::exchange(other.pid_, -1)),
      exit_code_(other.exit_code_),
      is_interrupted_(other.is_interrupted_) {}

ChildProcess& ChildProcess::operator=(ChildProcess&& other) noexcept {
  std::swap(pid_, other.pid_);
  std::swap(exit_code_, other.exit_code_);
  std::swap(is_interrupted_, other.is_interrupted_);
  return *this;
}

void ChildProcess::settle(int status) {
  constexpr int kSignalled = 128;
  pid_ = -1;
  exit_code_ = WIFEXITED(status) ? WEXITSTATUS(status) : kSignalled + WTERMSIG(status);
}

bool ChildProcess::is_running() {
  if (pid_ < 0) return false;
  int status = 0;
  if (::waitpid(pid_, &status, WNOHANG) == pid_) settle(status);
  return pid_ >= 0;
}

void ChildProcess::interrupt() {
  // A second signal would end a training at once.
  if (is_running() && !std::exchange(is_interrupted_, true)) ::kill(pid_, SIGTERM);
}

int ChildProcess::wait() {
  int status = 0;
  while (pid_ >= 0) {
    if (::waitpid(pid_, &status, 0) == pid_) settle(status);
  }
  return exit_code_;
}

std::string last_line(const std::filesystem::path& log) {
  std::ifstream file(log);
  std::string last;
  for (std::string line; std::getline(file, line);) {
    if (!trimmed(line).empty()) last = line;
  }
  return last;
}

}  // namespace mnemo
