#include "app/cache_folder.h"

#include <fmt/format.h>

#include <chrono>
#include <cstdlib>

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
  return fs::temp_directory_path() / "mnemo-cache";
}

}  // namespace

CacheFolder::CacheFolder(const std::string& path)
    : path_(path.empty() ? default_path() : fs::path(path)) {
  try {
    fs::create_directories(path_);
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

// Only names that mnemo gives: the user may have named a folder that holds other things.
void CacheFolder::remove_unused() const {
  const auto oldest = fs::file_time_type::clock::now() - std::chrono::days(30);
  std::error_code ignored;  // another run may remove them at the same time
  for (const auto& file : fs::directory_iterator(path_, ignored)) {
    const bool ours = file.path().filename().string().find(".tokens") != std::string::npos;
    if (ours && file.is_regular_file(ignored) && file.last_write_time(ignored) < oldest) {
      fs::remove(file.path(), ignored);
    }
  }
}

}  // namespace mnemo
