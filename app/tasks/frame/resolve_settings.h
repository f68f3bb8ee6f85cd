// The settings of a training, of any task, from what somebody gave for it: over those of the preset
// that was named, or of the run that is to be resumed, and checked.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "app/runs/run_folder.h"
#include "app/settings/option_set.h"
#include "app/settings/settings_text.h"
#include "app/settings/task.h"
#include "common/files.h"

namespace mnemo {

// Options as text, read and assigned. `Set` is an OptionSet or one that is derived of it.
template <typename Set>
struct ReadSettings {
  Set set;
  bool is_checked = true;  // settings that are only to be shown may contradict each other
};

// The settings of the training in `out` that is to be resumed; empty where there is none. Throws
// SettingError when it is of another task.
std::string settings_to_resume(const std::string& out, Task task);

// Throws UsageError naming the first setting on which the two differ, of those that may not change
// on a resume.
void require_same_settings(const std::string& before, const std::string& now,
                           const MarksByOption& marks, const std::string& out);

// Options that a preset fills: the values that `named`, whose preset is known, begins with.
template <typename Options>
Options starting_options(const Options& named) {
  if constexpr (requires { named.preset; }) {
    return preset_options(named.preset);
  } else {
    return {};
  }
}

// A file of settings that somebody named.
struct ConfigFile {
  std::filesystem::path path = {};  // empty: none
  // If not null, what it says of files is taken back, and this names it, see take_back_files().
  std::vector<std::string>* left_out = nullptr;
};

// Assigns `given` over the lines of `config`, and these over `before`, settings as a file of the
// name `place` has them.
template <typename Options>
OptionSet assign_settings(Options& options, const Settings& given, const std::string& before = "",
                          const std::string& place = "", const ConfigFile& config = {}) {
  OptionSet set;
  describe(set, options);
  for (const auto& [name, value] : given) set.give(name, value);
  if (!config.path.empty()) set.read_config(read_file(config.path), config.path.string());
  if (config.left_out != nullptr) *config.left_out = set.take_back_files();
  set.fall_back_to(before, place);
  set.assign_fields();
  return set;
}

// The settings that nobody changed, as a config file.
template <typename Options>
std::string default_settings() {
  Options options;
  return assign_settings(options, {}).config_text();
}

// The values that a training began with whose settings, of an earlier mnemo maybe, are in `before`.
template <typename Options>
Options begun_with(const std::string& before, const std::string& place) {
  Options named;
  assign_settings(named, {}, before, place);
  return starting_options(named);
}

// Fills `options` and returns the resolved settings as a config file. `read(options, before,
// place)` describes the options, assigns what was given over `before` and returns ReadSettings; it
// is called twice, since a preset must be known before what it fills. Throws UsageError for
// settings that contradict each other, or those of the run that is to be resumed.
template <typename Options, typename Read>
std::string resolve_settings(Options& options, const Read& read) {
  read(options, "", "");
  const std::string out = options.out;
  const std::string before =
      options.checkpoint.resume ? settings_to_resume(out, Options::kTask) : "";
  const std::string place = out + "/" + kConfigFile;
  options = before.empty() ? starting_options(options) : begun_with<Options>(before, place);
  auto asked = read(options, before, place);
  auto& set = asked.set;
  if (asked.is_checked) require_consistent(set, options);
  if constexpr (requires { complete(set, options); }) {
    if (before.empty()) complete(set, options);  // else it was complete already
  }
  if (asked.is_checked) validate(options);
  if (!before.empty()) {
    // The settings are those that an earlier mnemo wrote: with this one's names, and its defaults
    // for what is new.
    auto had = begun_with<Options>(before, place);
    const std::string earlier = assign_settings(had, {}, before, place).config_text();
    require_same_settings(earlier, set.config_text(), set.marks(), out);
  }
  return set.config_text();
}

}  // namespace mnemo
