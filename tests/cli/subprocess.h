// Runs a program as a shell would: arguments and input in; output, errors and exit code out.
#pragma once

#include <sys/types.h>

#include <cstdio>
#include <memory>
#include <string>
#include <vector>

namespace mnemo {

struct Outcome {
  int exit_code = -1;  // 128 + N when signal N ended it
  std::string out;
  std::string err;
};

class Process {
 public:
  // `command`: the program's path or name, then its arguments. `out_file`: where standard output
  // goes instead of into Outcome::out, e.g. /dev/full.
  explicit Process(const std::vector<std::string>& command, const std::string& input = "",
                   const std::string& out_file = "");
  // Ends the program if nobody waited for it.
  ~Process();
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  bool running();
  void send(int signal) const;
  Outcome wait();

 private:
  // Temporary files, not pipes: a full pipe would have to be emptied while the other fills.
  using File = std::unique_ptr<std::FILE, int (*)(std::FILE*)>;
  static File temporary_file(const std::string& content = "");

  File in_, out_, err_;
  pid_t pid_ = -1;
  int status_ = 0;
  bool ended_ = false;
};

inline Outcome run_program(const std::vector<std::string>& command, const std::string& input = "",
                           const std::string& out_file = "") {
  return Process(command, input, out_file).wait();
}

}  // namespace mnemo
