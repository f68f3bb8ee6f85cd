// A program that runs beside this one: a training, whose threads, crashes and memory are its own.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

#include "app/support/command_result.h"

namespace mnemo {

// The pause between two looks at whether a process still runs.
inline constexpr std::chrono::milliseconds kPollPause{50};

// The path of this program.
std::filesystem::path own_program();

class ChildProcess {
 public:
  // `command`: the program, then its arguments. Its output goes to the end of the file `log`. A
  // Ctrl-C in the terminal does not reach it; should this program die, it is ended by SIGTERM.
  // This program must not ignore SIGCHLD, or there is no end to wait for. Throws Error where the
  // other one cannot be started.
  ChildProcess(const std::vector<std::string>& command, const std::filesystem::path& log);
  // Kills it if it still runs.
  ~ChildProcess();
  ChildProcess(ChildProcess&& other) noexcept;
  ChildProcess& operator=(ChildProcess&& other) noexcept;

  bool is_running();
  // SIGTERM, once: a training then finishes its step, saves and ends.
  void interrupt();
  // Waits for its end; the exit code, or 128 and the number of the signal that ended it.
  int wait();
  // How it ended; after its end.
  const CommandResult& result() const { return result_; }

 private:
  void settle(int status);

  std::filesystem::path result_file_;
  CommandResult result_ = {};
  pid_t pid_ = -1;  // -1 once it has ended
  int exit_code_ = 0;
  bool is_interrupted_ = false;
};

// The last line of a log that says something; what mnemo says of a failure stands there.
std::string last_line(const std::filesystem::path& log);

}  // namespace mnemo
