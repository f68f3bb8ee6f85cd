#include "app/search/fixed_settings.h"

#include "mnemo/error.h"

namespace mnemo {

void require_free(const MarksByOption& marks, const std::string& setting,
                  const std::string& place) {
  if (!marks_at(marks, setting).is_same_in_searches) return;
  throw SettingError(
      SettingError(setting,
                   "cannot be chosen: all trainings share it, or their figures could not be "
                   "compared",
                   "give it to all of them, on the command line"),
      place);
}

}  // namespace mnemo
