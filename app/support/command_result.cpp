#include "app/support/command_result.h"

#include <cstdlib>
#include <nlohmann/json.hpp>

#include "common/files.h"

namespace mnemo {

void write_command_result(const CommandResult& result) {
  const char* const file = std::getenv(kResultVariable);
  if (file == nullptr || *file == '\0') return;
  const nlohmann::json json = {{"end", enum_name(result.end)},
                               {"rate_search_seconds", result.rate_search_seconds}};
  write_file_atomically(file, json.dump() + "\n");
}

CommandResult take_command_result(const std::filesystem::path& file) {
  if (!std::filesystem::exists(file)) return {};
  const auto json = nlohmann::json::parse(read_file(file), nullptr, /*allow_exceptions=*/false);
  std::filesystem::remove(file);
  if (!json.is_object()) return {};
  const auto end = enum_from_name<CommandEnd>(json.value("end", std::string()));
  return {.end = end.value_or(CommandEnd::failed),
          .rate_search_seconds = json.value("rate_search_seconds", 0.0)};
}

}  // namespace mnemo
