#include "app/support/cache_folder.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <regex>

#include "common/files.h"
#include "common/sha256.h"
#include "mnemo/error.h"

namespace mnemo {
namespace {

namespace fs = std::filesystem;

constexpr size_t kHashLength = 64;  // SHA-256 of what follows it in a file of read() and write()

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
    throw Error(fmt::format(
        "{}. It is to hold what runs share, as encoded texts; name another folder with `cache-dir`",
        error.what()));
  }
  remove_unused();
}

CacheFolder CacheFolder::or_temporary(const std::string& path, const Warn& warn) {
  try {
    return CacheFolder(path);
  } catch (const Error& error) {
    warn(fmt::format("{}; this training goes on by itself, without what other runs have kept",
                     error.what()));
  }
  std::string name = (fs::temp_directory_path() / "mnemo-cache-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) {
    throw Error(fmt::format("cannot make {}: {}; name a folder for it with `cache-dir`", name,
                            std::strerror(errno)));
  }
  CacheFolder cache;
  cache.path_ = name;
  cache.temporary_ = std::shared_ptr<const void>(nullptr, [folder = cache.path_](const void*) {
    std::error_code ignored;  // somebody else may have cleaned up
    fs::remove_all(folder, ignored);
  });
  return cache;
}

void CacheFolder::mark_used(const std::string& name) const {
  std::error_code ignored;  // somebody else's file: it is of use all the same
  fs::last_write_time(entry(name), fs::file_time_type::clock::now(), ignored);
}

std::optional<std::string> CacheFolder::read(const std::string& name) const {
  std::error_code ignored;
  if (!fs::exists(entry(name), ignored)) return std::nullopt;
  try {
    const std::string file = read_file(entry(name));
    std::string bytes = file.substr(std::min(kHashLength, file.size()));
    if (sha256_hex(bytes) != file.substr(0, kHashLength)) return std::nullopt;
    mark_used(name);
    return bytes;
  } catch (const std::exception&) {
    return std::nullopt;  // another run has just removed it
  }
}

void CacheFolder::write(const std::string& name, const std::string& bytes) const {
  write_file_atomically(entry(name), sha256_hex(bytes) + bytes);
}

void CacheFolder::remove_unused() const {
  // Exactly the names that mnemo gives: the user may have named a folder that holds other things.
  static const std::regex kEntry("[0-9a-f]{64}\\.(tokens|tokenizer|ngrams)(\\.tmp-[0-9a-f-]+)?");
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
