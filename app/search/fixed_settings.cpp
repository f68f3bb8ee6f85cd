#include "app/search/fixed_settings.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "mnemo/error.h"

namespace mnemo {

void require_free(const std::string& setting, const std::string& place) {
  constexpr std::array<std::string_view, 17> kFixed = {
      "train",        "valid", "valid-share", "split",       "split-rows", "split-last",
      "split-seed",   "seed",  "target",      "target-kind", "horizon",    "labels",
      "valid-labels", "out",   "overwrite",   "resume",      "pause-after"};
  if (std::ranges::find(kFixed, setting) == kFixed.end()) return;
  throw SettingError(
      SettingError(setting,
                   "cannot be chosen: all trainings share it, or their figures could not be "
                   "compared",
                   "give it to all of them, on the command line"),
      place);
}

}  // namespace mnemo
