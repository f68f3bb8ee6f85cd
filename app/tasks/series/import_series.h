// A model of numeric series that was trained elsewhere.
#pragma once

#include "app/tasks/frame/import.h"

namespace mnemo {

// Needs `config` and the training file, of which features, labels and, where the weights hold
// none, scaling are taken; or their names, and then scaling is the weights' or none. Throws
// UsageError for options that contradict each other or lack one, Error for files that cannot be
// read or do not fit.
ImportedModel import_series(const ImportRequest& request, const Warn& warn);

}  // namespace mnemo
