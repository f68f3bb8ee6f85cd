// A text classifier that was trained elsewhere.
#pragma once

#include "app/tasks/frame/import.h"

namespace mnemo {

// Needs `config`, a tokenizer and labels; no training file. Throws UsageError for options that
// contradict each other or lack one, Error for files that cannot be read or do not fit.
ImportedModel import_text(const ImportRequest& request, const Warn& warn);

}  // namespace mnemo
