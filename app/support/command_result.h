// How a command ended, for a program that started it: a JSON file that the variable MNEMO_RESULT
// names.
#pragma once

#include <filesystem>
#include <string>

#include "app/support/enum_names.h"

namespace mnemo {

enum class CommandEnd {
  done,
  interrupted,
  failed,      // in any other way
  locked,      // another process writes to the folder
  over_limit,  // the model would cost more than it may
};

template <>
struct EnumNames<CommandEnd> {
  static constexpr std::array table = {
      EnumName{CommandEnd::done, "done"}, EnumName{CommandEnd::interrupted, "interrupted"},
      EnumName{CommandEnd::failed, "failed"}, EnumName{CommandEnd::locked, "locked"},
      EnumName{CommandEnd::over_limit, "over limit"}};
};

struct CommandResult {
  CommandEnd end = CommandEnd::failed;
  double rate_search_seconds = 0.0;  // that the steps of `find-learning-rate` took; 0: no search
};

inline constexpr const char* kResultVariable = "MNEMO_RESULT";

// Writes the file if somebody wants it. Throws Error where it cannot be written.
void write_command_result(const CommandResult& result);

// Reads the file and removes it. A command that was ended by a signal leaves none, or half of one,
// and has failed.
CommandResult take_command_result(const std::filesystem::path& file);

}  // namespace mnemo
