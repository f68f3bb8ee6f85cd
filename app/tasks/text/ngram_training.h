// The n-gram part of a text classifier: trained by itself, and put beside recurrent layers that
// have learnt by themselves, so that neither leaves to the other what it could learn.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <span>
#include <vector>

#include "app/support/cache_folder.h"
#include "app/tasks/text/text_objective.h"
#include "app/training/class_loss.h"
#include "app/training/linear/logit_mix.h"
#include "app/training/linear/ngram_features.h"
#include "app/training/linear/ngram_options.h"
#include "mnemo/reporter.h"
#include "models/text_classifier.h"

namespace mnemo {

// Texts whose labels are known.
struct LabelledIds {
  IdTexts texts = {};
  std::vector<int32_t> labels = {};
  LabelLists lists = {};  // where a text may have several
};

LabelledIds labelled_ids(const TextBatches& batches);

struct TrainedNgrams {
  NgramScorer scorer{nullptr};
  at::Tensor bias = {};   // (C) fp64
  double strength = 0.0;  // of several labels the mean of theirs
  LossSum valid = {};
};

// Nothing where no n-gram is shared by enough texts. Several labels are learnt one by one, each as
// two classes, with the strength that is best for it. Only tests give other strengths.
std::optional<TrainedNgrams> train_ngrams(const LabelledIds& train, const LabelledIds& valid,
                                          int64_t classes, const ClassLoss& loss,
                                          const NgramOptions& options, Reporter& reporter,
                                          std::span<const double> strengths = kNgramStrengths);

struct NgramResult {
  NgramScorerOptions ngrams = {};
  double strength = 0.0;
  LossSum recurrent_valid = {}, ngram_valid = {}, valid = {};  // of each by itself, and of both
  LogitMix mix = {};                                           // recurrent layers, n-grams
};

// Trains n-grams and puts them beside the layers of `model`, which has learnt already and is in
// evaluation mode; the logits of both are added with the shares that fit the texts held out.
// Nothing, and a warning, where there is no n-gram to learn from.
std::optional<NgramResult> add_ngrams(TextClassifier& model, TextBatches& train, TextBatches& valid,
                                      const ClassLoss& loss, const NgramOptions& options,
                                      const CacheFolder& cache, Reporter& reporter);

// For meta.json's `result`: validation of both together, and what each part is by itself.
nlohmann::json to_json(const NgramResult& result);

}  // namespace mnemo
