// The settings that all trainings of a search share.
#pragma once

#include <string>

namespace mnemo {

// Throws UsageError, beginning with `place`, for a setting that may not differ between trainings
// that are compared: they would have other rows, or be another run.
void require_free(const std::string& setting, const std::string& place);

}  // namespace mnemo
