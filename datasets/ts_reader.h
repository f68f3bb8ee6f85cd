// Reader of the UEA/UCR archive's .ts files, behind read_labelled_series.
//
// A header of tags (`@univariate false`) ends with `@data`; then each line is a case, its
// dimensions divided by ':', their values by ',', and the target, if there are any, last. Cases may
// differ in length. The form with time stamps is refused.
#pragma once

#include <filesystem>

#include "datasets/labelled_series.h"

namespace mnemo {

LabelledSeries read_ts(const std::filesystem::path& path, MissingSteps missing, Targets targets);

}  // namespace mnemo
