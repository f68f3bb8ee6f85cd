// Says where the weights come from that a training begins with.
#pragma once

#include <string>

#include "app/settings/option_set.h"

namespace mnemo {

// Neither: they are drawn at random.
struct InitialWeightsOptions {
  std::string file = {};  // safetensors, complete
  std::string run = {};   // a run folder, whose answers may be others
};

struct PretrainedEmbeddingOptions {
  std::string file = {};  // word vectors; empty: none
  bool freeze = false;    // the embedding stays as it starts, wherever that came from
};

// `init-weights`, `init-from`, under a heading of their own
void describe(OptionSet& set, InitialWeightsOptions& options);

// Throws SettingError for both, and for options of random weights beside weights that are given.
void require_consistent_start(const OptionSet& set, const InitialWeightsOptions& options);

}  // namespace mnemo
