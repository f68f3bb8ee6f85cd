// Trained n-grams in the cache. They depend on texts, as their pieces and `max-length` have them,
// labels and loss, and on nothing of the layers beside them; so a trial that pauses finds them when
// it ends, and most trials of a search find those of others.
#pragma once

#include <optional>

#include "app/support/cache_folder.h"
#include "app/tasks/text/ngram_training.h"

namespace mnemo {

// Returns what train_ngrams() answers, or did when it was last asked the same.
std::optional<TrainedNgrams> train_ngrams_once(const LabelledIds& train, const LabelledIds& valid,
                                               int64_t classes, const ClassLoss& loss,
                                               const NgramOptions& options,
                                               const CacheFolder& cache, Reporter& reporter);

}  // namespace mnemo
