#include "app/search/child_process.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstring>
#include <fstream>
#include <string_view>
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
[[noreturn]] void become(char* const* arguments, char* const* environment, int log, pid_t parent) {
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
  ::execve(arguments[0], arguments, environment);
  ::_exit(kCannotRun);
}

// For exec: those, and a null behind them.
std::vector<char*> pointers_to(const std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  pointers.reserve(texts.size() + 1);
  for (const auto& text : texts) pointers.push_back(const_cast<char*>(text.c_str()));
  pointers.push_back(nullptr);
  return pointers;
}

// This program's environment, with the file that the result is to be written to.
std::vector<std::string> environment_with(const std::filesystem::path& result) {
  const std::string name = std::string(kResultVariable) + "=";
  std::vector<std::string> variables = {name + result.string()};
  for (char** variable = environ; *variable != nullptr; ++variable) {
    if (!std::string_view(*variable).starts_with(name)) variables.emplace_back(*variable);
  }
  return variables;
}

}  // namespace

// Not where it points to: a build may have put another program there since.
std::filesystem::path own_program() { return "/proc/self/exe"; }

ChildProcess::ChildProcess(const std::vector<std::string>& command,
                           const std::filesystem::path& log)
    : result_file_(std::filesystem::absolute(log.string() + ".result")) {
  const auto variables = environment_with(result_file_);
  const auto arguments = pointers_to(command), environment = pointers_to(variables);
  constexpr int kMode = 0666;
  const int file = ::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, kMode);
  if (file < 0) {
    throw Error(fmt::format("{}: cannot be written: {}", log.string(), std::strerror(errno)));
  }
  const pid_t parent = ::getpid();
  pid_ = ::fork();
  if (pid_ == 0) become(arguments.data(), environment.data(), file, parent);
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
  ::waitpid(pid_, nullptr, 0);
}

ChildProcess::ChildProcess(ChildProcess&& other) noexcept
    : result_file_(std::move(other.result_file_)),
      result_(other.result_),
      pid_(std::exchange(other.pid_, -1)),
      exit_code_(other.exit_code_),
      is_interrupted_(other.is_interrupted_) {}

ChildProcess& ChildProcess::operator=(ChildProcess&& other) noexcept {
  std::swap(result_file_, other.result_file_);
  std::swap(result_, other.result_);
  std::swap(pid_, other.pid_);
  std::swap(exit_code_, other.exit_code_);
  std::swap(is_interrupted_, other.is_interrupted_);
  return *this;
}

void ChildProcess::settle(int status) {
  constexpr int kSignalled = 128;
  pid_ = -1;
  exit_code_ = WIFEXITED(status) ? WEXITSTATUS(status) : kSignalled + WTERMSIG(status);
  result_ = take_command_result(result_file_);
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
