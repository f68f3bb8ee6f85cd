// The settings that all trainings of a search share.
#pragma once

#include <string>

#include "app/settings/option_marks.h"

namespace mnemo {

// Throws UsageError, beginning with `place`, for a setting that by its marks may not differ between
// trainings that are compared: they would have other rows, or be another run.
void require_free(const MarksByOption& marks, const std::string& setting, const std::string& place);

}  // namespace mnemo
