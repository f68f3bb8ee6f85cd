#include "app/tasks/frame/resolve_settings.h"

#include <fmt/format.h>

#include "app/runs/checkpoint.h"
#include "common/files.h"

namespace mnemo {

std::string settings_to_resume(const std::string& out, Task task) {
  if (out.empty()) return {};
  const std::filesystem::path run(out);
  const std::string name = enum_name(task);
  if (const auto before = run_status(run).task; !before.empty() && before != name) {
    throw SettingError("resume",
                       fmt::format(": {} holds a training of {}, not of {}", out, before, name),
                       "name another folder with `out`");
  }
  if (const auto checkpoint = read_checkpoint(run)) return checkpoint->config;
  return std::filesystem::exists(run / kConfigFile) ? read_file(run / kConfigFile) : "";
}

void require_same_settings(const std::string& before, const std::string& now,
                           const MarksByOption& marks, const std::string& out) {
  const auto had = settings_in(before);
  for (const auto& [name, value] : settings_in(now)) {
    const auto found = had.find(name);
    const bool is_same = found != had.end() && found->second == value;
    if (is_same || marks_at(marks, name).may_change_on_resume) continue;
    throw SettingError(
        "resume",
        fmt::format(": `{}` is {} and was {} when {} was begun, so it would be another training",
                    name, value.empty() ? "none" : value,
                    found == had.end() || found->second.empty() ? "none" : found->second, out),
        "leave the option out, or begin anew with `overwrite`");
  }
}

}  // namespace mnemo
