// The record of a training as tables for people.
#pragma once

#include <string>
#include <vector>

#include "app/diagnosis/record.h"

namespace mnemo {

// A line for each of some probes, from the first to the last; then layers, recurrent layers and the
// gradient by distance at the last one. Empty without probes.
std::string to_text(const std::vector<DiagnosisRecord>& probes);

}  // namespace mnemo
