#include "app/library/library_call.h"

#include <fmt/format.h>

#include "app/library/data_options.h"
#include "app/library/task_library.h"
#include "app/settings/enum_tables.h"

namespace mnemo {
ComputeOptions compute_of(const LoadOptions& options) {
  constexpr int kMostThreads = 1024;
  if (options.threads < 0 || options.threads > kMostThreads) {
    throw SettingError("threads", fmt::format("{}: expected a number from 0 (one a core) to {}",
                                              options.threads, kMostThreads));
  }
  return {.threads = resolve_threads(options.threads),
          .device = named<DeviceKind>("device", options.device),
          .precision = named<Precision>("precision", options.precision)};
}

StoredModel open_for(const std::filesystem::path& path, Task wanted) {
  auto stored = open_model(path);
  if (stored.task == wanted) return stored;
  throw Error(fmt::format("{}: a {} model, and a {} model was expected; load it with {}",
                          path.string(), enum_name(stored.task), enum_name(wanted),
                          library_of(stored.task).class_name));
}

}  // namespace mnemo
