// Options that say what a training shows of itself.
#pragma once

#include <cstdint>

#include "app/settings/option_set.h"

namespace mnemo {

struct DiagnosisOptions {
  bool enabled = false;
  int64_t every = 100;       // steps
  bool tensorboard = false;  // write event files, too
};

// `diagnose`, `diagnose-every`, `tensorboard`, under a heading of their own
void describe(OptionSet& set, DiagnosisOptions& options);

// Throws SettingError for `diagnose-every` without `diagnose`.
void require_consistent_diagnosis(const OptionSet& set, const DiagnosisOptions& options);

}  // namespace mnemo
