// Trainings that are compared: each the same settings with a few changes.
#pragma once

#include <string>
#include <vector>

#include "app/settings/option_marks.h"
#include "app/settings/settings_text.h"
#include "app/settings/task.h"

namespace mnemo {

struct Variant {
  std::string name;  // letters, digits, "-", "_" and "."
  Settings changes;  // none: the settings as given
};

// Each cell, and the Transformer.
std::vector<Variant> cell_variants();

// The settings as given, and each trick of the third source article the other way round: batch
// normalisation, attention, an auxiliary task, dropout, learning-rate decay; and what mnemo has
// besides. `base`: all settings.
std::vector<Variant> trick_variants(Task task, const Settings& base);

// `[name]`, then its changes, `option = value` a line; # begins a comment. `marks`: of the options
// of the training. Throws UsageError naming `place`, a file, and the line.
std::vector<Variant> parse_variants(const std::string& text, const std::string& place,
                                    const MarksByOption& marks);

}  // namespace mnemo
