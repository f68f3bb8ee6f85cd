#include "app/library/library_call.h"

#include <fmt/format.h>

#include <string>

#include "app/library/task_library.h"
#include "app/settings/enum_tables.h"

namespace mnemo {
ComputeOptions compute_of(const LoadOptions& options) {
  ComputeOptions compute;
  OptionSet set;
  describe(set, compute);
  set.give("threads", std::to_string(options.threads));
  set.give("device", options.device);
  set.give("precision", options.precision);
  set.assign_fields();
  compute.threads = resolve_threads(compute.threads);
  return compute;
}

StoredModel open_for(const std::filesystem::path& path, Task wanted) {
  auto stored = open_model(path);
  if (stored.task == wanted) return stored;
  throw Error(fmt::format("{}: a {} model, and a {} model was expected; load it with {}",
                          path.string(), enum_name(stored.task), enum_name(wanted),
                          library_of(stored.task).class_name));
}

}  // namespace mnemo
