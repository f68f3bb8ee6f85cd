// Limits of what a model may cost those who use it; a training of a larger or slower one is refused
// before it begins.
#pragma once

#include <string>

#include "app/settings/option_set.h"
#include "mnemo/error.h"

namespace mnemo {

// The limits are written as on the command line; empty: no limit. See common/quantities.h.
struct ModelLimits {
  std::string size;     // of the weights and the tokenizer
  std::string latency;  // of one answer, see median_latency()
};

// A model costs more than it may.
class LimitError : public Error {
 public:
  using Error::Error;
};

struct ModelCost {
  double bytes = 0.0;         // of the weights and the tokenizer
  double milliseconds = 0.0;  // see median_latency()
};

// `max-model-size`, `max-latency`; `what` is done beyond them, as "refuse a model"
void describe(OptionSet& set, ModelLimits& limits, const char* what);

// Throws UsageError for what is no size and no time.
void require_parsable(const ModelLimits& limits);

// Throws LimitError, saying by how much, for a model that costs more.
void require_within(const ModelLimits& limits, const ModelCost& cost);

}  // namespace mnemo
