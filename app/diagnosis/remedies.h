// Names what to do about a finding, in the options that a task has.
#pragma once

#include <string>

#include "app/diagnosis/verdict.h"

namespace mnemo {

// `cell`: that of the layer in question, empty where it does not matter.
std::string remedy(FindingKind kind, Task task, const std::string& cell);

}  // namespace mnemo
