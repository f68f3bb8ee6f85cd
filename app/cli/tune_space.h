// The space that `mnemo tune` chooses from, as far as the trainer takes it.
#pragma once

#include <functional>
#include <set>
#include <string>

#include "app/search/search_space.h"
#include "app/settings/settings_text.h"
#include "app/settings/task.h"

namespace mnemo {

// Settings with changes, as a config file. Throws UsageError for what the trainer refuses.
using Configure = std::function<std::string(const Settings&)>;

// The space in `file`; without one, what of the task's default space the trainer takes beside
// `base`, all settings as given, without the options in `fixed`, which the user has chosen.
// `by_size`: see default_space(). Throws UsageError, naming the file, for knobs in it that the
// trainer refuses, and for those that make losses incomparable; without a file, if all are fixed.
SearchSpace tune_space(Task task, const std::string& file, bool by_size,
                       const std::set<std::string>& fixed, const Settings& base,
                       const Configure& configure);

}  // namespace mnemo
