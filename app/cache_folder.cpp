#include "app/cache_folder.h"

#include <fmt/format.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <regex>

#include "common/files.h"
#include "mnemo/error.h"

namespace mnemo {
namespace {

namespace fs = std::filesystem;

fs::path default_path() {
  const auto variable = [](const char* name) -> std::string {
    const char* value = std::getenv(name);
    return value == nullptr ? "" : value;
  };
  if (const auto cache = variable("XDG_CACHE_HOME"); !cache.empty())
    return fs::path(cache) / "mnemo";
  if (const auto home = variable("HOME"); !home.empty()) return fs::path(home) / ".cache" / "mnemo";
  return fs::temp_directory_path() / fmt::format("mnemo-cache-{}", ::getuid());
}

}  // namespace

CacheFolder::CacheFolder(const std::string& path) {
  try {
    path_ = path.empty() ? default_path() : fs::path(path);
    if (fs::create_directories(path_)) {
      fs::permissions(path_, fs::perms::owner_all);  // what it will hold can be read back as text
    }
    require_writable(path_);
  } catch (const std::exception& error) {
    throw Error(fmt::format("{}. It is to hold encoded texts; name another folder with --cache-dir",
                            error.what()));
  }
  remove_unused();
}

void CacheFolder::mark_used(const std::string& name) const {
  std::error_code ignored;  // somebody else's file: it is of use all the same
  fs::last_write_time(entry(name), fs::file_time_type::clock::now(), ignored);
}

void CacheFolder::remove_unused() const {
  // Exactly the names that mnemo gives: the user may have named a folder that holds other things.
  static const std::regex kEntry("[0-9a-f]{64}\\.(tokens|tokenizer)(\\.tmp-[0-9a-f-]+)?");
  const auto oldest = fs::file_time_type::clock::now() - std::chrono::days(30);
  std::error_code error;  // another run may remove them at the same time
  for (auto file = fs::directory_iterator(path_, error); !error && file != fs::directory_iterator();
       file.increment(error)) {
    std::error_code gone;
    const auto used = file->last_write_time(gone);
    if (!gone && used < oldest && std::regex_match(file->path().filename().string(), kEntry)) {
      fs::remove(file->path(), gone);
    }
  }
}

}  // namespace mnemo
