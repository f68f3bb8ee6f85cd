// A forecaster that was trained elsewhere.
#pragma once

#include "app/tasks/frame/import.h"

namespace mnemo {

// Needs `config` and the training file, of which columns, season and, where the weights hold none,
// scaling are taken. Throws UsageError for options that contradict each other or lack one, Error
// for files that cannot be read or do not fit.
ImportedModel import_forecast(const ImportRequest& request, const Warn& warn);

}  // namespace mnemo
