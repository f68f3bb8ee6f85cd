#include "app/cli/search_folder.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string_view>

#include "app/cli/task_commands.h"
#include "app/support/json_text.h"
#include "common/files.h"
#include "mnemo/error.h"

namespace mnemo {
namespace {

namespace fs = std::filesystem;

constexpr const char* kIdentityFile = "search.txt";
constexpr const char* kArgumentsFile = "command.json";

void empty(const fs::path& folder) {
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (entry.path().filename() != kLockFile) fs::remove_all(entry.path());
  }
}

const fs::path& usable(const fs::path& out, const std::string& kind, bool overwrite, bool resume) {
  if (!fs::exists(out)) return out;
  if (!fs::is_directory(out)) {
    throw Error(fmt::format("--out {}: this is a file; name a folder", out.string()));
  }
  if (fs::exists(out / kIdentityFile)) {
    if (overwrite || resume) return out;
    throw Error(
        fmt::format("--out {}: a {} is there already; go on with --resume, begin anew with "
                    "--overwrite, or name another folder",
                    out.string(), kind));
  }
  const auto is_foreign = [](const fs::directory_entry& entry) {
    return entry.path().filename() != kLockFile;
  };
  if (std::ranges::any_of(fs::directory_iterator(out), is_foreign)) {
    throw Error(fmt::format("--out {}: the folder holds files that are no {}; name another",
                            out.string(), kind));
  }
  return out;
}

bool stands_in(const std::vector<std::string>& arguments, std::string_view option) {
  return std::ranges::any_of(arguments, [&](const std::string& argument) {
    return argument.substr(0, argument.find('=')) == option;
  });
}

}  // namespace

void SearchFolder::require_sensible(const std::string& out, bool overwrite, bool resume) {
  if (out.empty()) throw UsageError("--out is missing: name the folder for the result");
  if (overwrite && resume) {
    throw UsageError("--resume and --overwrite contradict each other; drop one of the two");
  }
}

void SearchFolder::require_no_switches(Task task, const std::vector<std::string>& arguments) {
  for (const auto& [name, marks] : commands_of(task).training.marks()) {
    if (marks.is_for_one_training && stands_in(arguments, "--" + name)) {
      throw UsageError(fmt::format("--{} is for a single training; leave it out", name));
    }
  }
}

void SearchFolder::require_files(const Settings& base) {
  for (const char* name : {"train", "valid"}) {
    const auto file = base.find(name);
    if (file == base.end() || file->second.empty() || fs::exists(file->second)) continue;
    throw Error(fmt::format("--{} {}: there is no such file", name, file->second));
  }
}

SearchArguments SearchFolder::remembered(const fs::path& out) {
  const auto file = out / kArgumentsFile;
  if (!fs::exists(file)) return {};
  const auto json = nlohmann::json::parse(read_file(file), nullptr, /*allow_exceptions=*/false);
  if (!json.is_object()) return {};
  return {.own = json.value("own", Settings()),
          .training = json.value("training", std::vector<std::string>())};
}

void SearchFolder::remember(const SearchArguments& arguments) const {
  const nlohmann::json json = {{"own", arguments.own}, {"training", arguments.training}};
  write_file_atomically(path_ / kArgumentsFile, json_text(json, 2) + "\n");
}

SearchFolder::SearchFolder(const fs::path& out, const std::string& kind, bool overwrite,
                           bool resume)
    : path_(usable(out, kind, overwrite, resume)), kind_(kind), lock_(path_) {
  if (overwrite) empty(path_);
}

void SearchFolder::require_same(const std::string& identity) const {
  const auto file = path_ / kIdentityFile;
  if (fs::exists(file) && read_file(file) != identity) {
    throw UsageError(
        fmt::format("--resume: the {} in {} was begun with other options; give those, or begin "
                    "anew with --overwrite",
                    kind_, path_.string()));
  }
  write_file_atomically(file, identity);
}

Settings held_out_rows(Task task, const Settings& base) {
  return commands_of(task).held_out_rows(base);
}

Settings without_an_early_end(const Settings& base, const std::vector<std::string>& arguments) {
  const auto found = base.find("stop-after");
  const bool ends_early = found != base.end() && found->second != "0";
  if (!ends_early || stands_in(arguments, "--stop-after")) return {};
  return {{"stop-after", "0"}};
}

}  // namespace mnemo
