// A trained model of series ready for use, from a run folder or an exported file.
#pragma once

#include <ATen/ATen.h>

#include <functional>
#include <memory>

#include "app/runs/stored_model.h"
#include "app/settings/compute.h"
#include "app/tasks/series/series_settings.h"
#include "models/sequence_batch.h"

namespace mnemo {

class SeriesScorer {
 public:
  virtual ~SeriesScorer() = default;
  // -> (B, C) probabilities, or (B, targets) numbers in the data's units; fp32 on the CPU, in the
  // caller's order. Safe to call from several threads.
  virtual at::Tensor answers(const SequenceBatch& batch) const = 0;
};

struct SeriesPredictor {
  SeriesSettings settings;
  std::unique_ptr<const SeriesScorer> scorer;
};

SeriesPredictor load_series_predictor(StoredModel stored, const ComputeOptions& compute);

// (series, C or targets) fp32: the answers to every series, in order. `progress` (may be empty)
// hears how many are done.
at::Tensor predict_series(const SeriesPredictor& predictor, const LabelledSeries& data,
                          const std::function<void(int64_t)>& progress = {});

}  // namespace mnemo
