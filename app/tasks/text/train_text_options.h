// Everything that `mnemo train text` can be told, and the presets.
#pragma once

#include <string>

#include "app/diagnosis/diagnosis_options.h"
#include "app/runs/checkpoint.h"
#include "app/settings/compute.h"
#include "app/settings/option_set.h"
#include "app/settings/task.h"
#include "app/tasks/start/initial_weights_options.h"
#include "app/training/class_loss.h"
#include "app/training/fine_tuning.h"
#include "app/training/fit.h"
#include "app/training/fit_enum_tables.h"
#include "app/training/linear/ngram_options.h"
#include "datasets/encoded_texts.h"
#include "datasets/text_reader.h"
#include "datasets/tokenizer.h"
#include "mnemo/rows.h"
#include "models/initialization.h"
#include "models/text_classifier.h"

namespace mnemo {

enum class TextPreset { standard, best, article };

template <>
struct EnumNames<TextPreset> {
  static constexpr std::array table = {EnumName{TextPreset::standard, "default"},
                                       EnumName{TextPreset::best, "best"},
                                       EnumName{TextPreset::article, "article"}};
};

// A row of the data has this. Automatic: labels where rows have several, else one class.
enum class TextTargetKind { automatic, label, labels, number };

template <>
struct EnumNames<TextTargetKind> {
  static constexpr std::array table = {
      EnumName{TextTargetKind::automatic, "auto"}, EnumName{TextTargetKind::label, "class"},
      EnumName{TextTargetKind::labels, "labels"}, EnumName{TextTargetKind::number, "number"}};
};

struct TrainTextOptions {
  static constexpr Task kTask = Task::text;
  TextPreset preset = TextPreset::standard;
  // In the place of the files, which are then only names; they outlive the training.
  const TrainingTexts* train_rows = nullptr;
  const TrainingTexts* valid_rows = nullptr;
  std::string train_file;
  std::string valid_file;  // empty: a share of the training rows is held out
  std::string out;
  bool overwrite = false;
  std::string cache_folder;  // see CacheFolder
  double valid_share = 0.1;
  TextTargetKind target_kind = TextTargetKind::automatic;
  TextReaderOptions reader;    // whether it reads several labels follows from `target_kind`
  TokenizerOptions tokenizer;  // its seed: from below
  std::string tokenizer_file;  // the user's own instead of a trained one
  LengthLimit limit;
  TextClassifierOptions model;  // vocab_size, classes and n-grams: from the data
  InitializationOptions initialization = {.embedding_std = 0.03};
  InitialWeightsOptions initial_weights;
  PretrainedEmbeddingOptions embedding;
  FineTuningOptions fine_tuning = {};
  ClassLossOptions loss = {};
  double adversarial_norm = 0.0;  // see TextLoss
  double aux_weight = 0.3;        // likewise, with reader.aux_label_column
  double language_weight = 0.0;   // likewise
  int64_t softmax_draws = 2048;   // of the latter; see SoftmaxSampler; 0: the whole vocabulary
  NgramOptions ngrams = {.longest = 2};
  OptimizerOptions optimizer = {.learning_rate = 0.002};
  FitOptions fit = {.epochs = 0};  // 0: see EpochPlan; its seed: from below
  CheckpointOptions checkpoint = {};
  DiagnosisOptions diagnosis = {};
  int64_t batch_size = 32;
  uint64_t seed = 1;
  int64_t split_seed = 0;  // which rows are held out; 0: by `seed`
  ComputeOptions compute = {.precision = Precision::automatic};
};

// The options as the preset has them; see docs/presets.md.
TrainTextOptions preset_options(TextPreset preset);

// Describes every setting of a training, under headings. Those of a file of settings and the
// command line are read by it.
void describe(OptionSet& set, TrainTextOptions& options);

// Throws UsageError for settings that were given and contradict others.
void require_consistent(const OptionSet& set, const TrainTextOptions& options);

// Settles what follows from the files that the training begins with.
void complete(OptionSet& set, const TrainTextOptions& options);

// Throws UsageError for settings that contradict each other.
void validate(const TrainTextOptions& options);
// Checks the model's settings alone.
void validate_model(const TrainTextOptions& options);

}  // namespace mnemo
