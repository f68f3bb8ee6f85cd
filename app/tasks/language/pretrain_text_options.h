// Everything that `mnemo pretrain text` can be told.
#pragma once

#include <string>
#include <vector>

#include "app/runs/checkpoint.h"
#include "app/settings/compute.h"
#include "app/settings/option_set.h"
#include "app/settings/task.h"
#include "app/training/fit.h"
#include "app/training/fit_enum_tables.h"
#include "datasets/text_reader.h"
#include "datasets/tokenizer.h"
#include "models/initialization.h"
#include "models/language_model.h"

namespace mnemo {

struct PretrainTextOptions {
  static constexpr Task kTask = Task::language;
  std::vector<std::string> files;
  std::string out;
  bool overwrite = false;
  std::string cache_folder;  // see CacheFolder
  double valid_share = 0.01;
  TextReaderOptions reader;
  TokenizerOptions tokenizer;  // its seed: from below
  std::string tokenizer_file;  // the user's own instead of a trained one
  int64_t sequence_length = 200;
  LanguageModelOptions model;  // vocab_size: from the data
  InitializationOptions initialization = {.embedding_std = 0.03};
  int64_t softmax_draws = 2048;  // see SoftmaxSampler; 0: the whole vocabulary
  OptimizerOptions optimizer = {.learning_rate = 0.002};
  FitOptions fit = {.epochs = 4, .patience = 0};  // its seed: from below
  CheckpointOptions checkpoint = {};
  int64_t batch_size = 64;  // sequences
  uint64_t seed = 1;
  ComputeOptions compute = {.precision = Precision::automatic};
};

// The epochs of `epochs` auto.
inline constexpr EpochPlan kLanguageEpochs = {.steps = 3200, .least = 4, .most = 30};

// Describes every setting of a training, under headings. Those of a file of settings and the
// command line are read by it.
void describe(OptionSet& set, PretrainTextOptions& options);

// Throws UsageError for settings that were given and contradict others.
void require_consistent(const OptionSet& set, const PretrainTextOptions& options);

// Throws UsageError for settings that contradict each other.
void validate(const PretrainTextOptions& options);

}  // namespace mnemo
