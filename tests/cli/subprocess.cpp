#include "tests/cli/subprocess.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <stdexcept>

namespace mnemo {
namespace {

void require_success(int error, const char* what) {
  if (error != 0) throw std::runtime_error(std::string(what) + ": " + std::strerror(error));
}

std::string content_of(std::FILE* file) {
  std::rewind(file);
  std::string content;
  std::array<char, 1 << 16> buffer;
  while (const size_t count = std::fread(buffer.data(), 1, buffer.size(), file)) {
    content.append(buffer.data(), count);
  }
  return content;
}

}  // namespace

Process::File Process::temporary_file(const std::string& content) {
  File file(std::tmpfile(), std::fclose);
  if (!file) require_success(errno, "tmpfile");
  std::fwrite(content.data(), 1, content.size(), file.get());
  std::rewind(file.get());
  return file;
}

Process::Process(const std::vector<std::string>& command, const std::string& input,
                 const std::string& out_file)
    : in_(temporary_file(input)), out_(temporary_file()), err_(temporary_file()) {
  std::vector<char*> arguments;
  for (const auto& argument : command) arguments.push_back(const_cast<char*>(argument.c_str()));
  arguments.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, fileno(in_.get()), STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, fileno(out_.get()), STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, fileno(err_.get()), STDERR_FILENO);
  if (!out_file.empty()) {
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, out_file.c_str(), O_WRONLY, 0);
  }
  const int error =
      posix_spawnp(&pid_, arguments[0], &actions, /*attrp=*/nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  require_success(error, arguments[0]);
}

Process::~Process() {
  if (!running()) return;
  send(SIGKILL);
  wait();
}

bool Process::running() {
  if (!ended_) ended_ = waitpid(pid_, &status_, WNOHANG) == pid_;
  return !ended_;
}

void Process::send(int signal) const { kill(pid_, signal); }

Outcome Process::wait() {
  if (!ended_ && waitpid(pid_, &status_, 0) != pid_) require_success(errno, "waitpid");
  ended_ = true;
  const int code = WIFEXITED(status_) ? WEXITSTATUS(status_) : 128 + WTERMSIG(status_);
  return {code, content_of(out_.get()), content_of(err_.get())};
}

}  // namespace mnemo
