// Trained n-grams in the cache. They depend on texts, labels and loss, and on nothing of the layers
// beside them; so the trials of a search, and a trial that pauses, share them.
#pragma once

#include <optional>

#include "app/cache_folder.h"
#include "app/training/ngram_training.h"

namespace mnemo {

// What train_ngrams() answers, or did when it was last asked the same.
std::optional<TrainedNgrams> train_ngrams_once(const LabelledIds& train, const LabelledIds& valid,
                                               int64_t classes, const ClassLoss& loss,
                                               const NgramOptions& options,
                                               const CacheFolder& cache, Console& console);

}  // namespace mnemo
