#include <string>
#include <vector>

#include "app/cli/commands.h"

int main(int argc, char** argv) {
  return mnemo::run_command_line(std::vector<std::string>(argv + 1, argv + argc));
}
