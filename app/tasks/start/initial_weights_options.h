// Where the weights that a training begins with come from.
#pragma once

#include <string>

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

}  // namespace mnemo
