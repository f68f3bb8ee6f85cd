// What `mnemo tune` chooses from, as far as the trainer takes it.
#pragma once

#include <functional>
#include <string>

#include "app/search/search_space.h"
#include "app/settings_text.h"
#include "app/task.h"

namespace mnemo {

// Settings with changes, as a config file. Throws UsageError for what the trainer refuses.
using Configure = std::function<std::string(const Settings&)>;

// The space in `file`; without one, what of the task's default space the trainer takes beside
// `base`, all settings as given. `by_size`: see default_space(). Throws UsageError, naming the
// file, for knobs in it that the trainer refuses, and for those that make losses incomparable.
SearchSpace tune_space(Task task, const std::string& file, bool by_size, const Settings& base,
                       const Configure& configure);

}  // namespace mnemo
