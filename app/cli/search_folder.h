// The folder of a search over many trainings, and what such commands share.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "app/runs/run_lock.h"
#include "app/settings/settings_text.h"
#include "app/settings/task.h"

namespace mnemo {

// The command line of a search: its own options, and those of its trainings.
struct SearchArguments {
  Settings own = {};
  std::vector<std::string> training = {};
};

class SearchFolder {
 public:
  // Throws UsageError for a folder that is not named, and for switches that exclude each other.
  static void require_sensible(const std::string& out, bool overwrite, bool resume);
  // Throws UsageError for options of `mnemo train` that are for a single training.
  static void require_no_switches(Task task, const std::vector<std::string>& arguments);

  // Prepares `out` for a search, `kind` in messages: "search", "comparison". Throws Error for a
  // folder that holds one, unless it is to be overwritten, which empties it, or to go on; and for
  // one that holds anything else.
  SearchFolder(const std::filesystem::path& out, const std::string& kind, bool overwrite,
               bool resume);

  // Throws Error for a file that all trainings of `base` read and that is not there, before a
  // folder is made.
  static void require_files(const Settings& base);
  // Reads what remember() has left in that folder; nothing where there is no such folder.
  static SearchArguments remembered(const std::filesystem::path& out);

  const std::filesystem::path& path() const { return path_; }

  // Keeps the command line for a `--resume` that gives it no more.
  void remember(const SearchArguments& arguments) const;

  // Remembers what the search is, or throws UsageError when the one that is to go on was another.
  void require_same(const std::string& identity) const;

 private:
  std::filesystem::path path_;
  std::string kind_;
  RunLock lock_;
};

// There must be something to choose by that is no test part. Returns changes to `base` that hold a
// fifth of the series or a tenth of the rows out, in case `mnemo train` would hold nothing out.
// Throws UsageError for --split-rows without any.
Settings held_out_rows(Task task, const Settings& base);

// Leaves out the settings that the trainings of a search do not take from a config file, unless the
// command line says them, too: where the one run that it is of came to its end.
Settings without_an_early_end(const Settings& base, const std::vector<std::string>& arguments);

}  // namespace mnemo
