// Everything that `mnemo train series` can be told, and the presets.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "app/diagnosis/diagnosis_options.h"
#include "app/runs/checkpoint.h"
#include "app/settings/compute.h"
#include "app/settings/option_set.h"
#include "app/settings/series_enum_tables.h"
#include "app/settings/task.h"
#include "app/tasks/start/initial_weights_options.h"
#include "app/training/class_loss.h"
#include "app/training/fit.h"
#include "app/training/fit_enum_tables.h"
#include "mnemo/rows.h"
#include "models/initialization.h"

namespace mnemo {

enum class SeriesPreset { standard, best, article_torch, article_stacked, article_regressor };

template <>
struct EnumNames<SeriesPreset> {
  static constexpr std::array table = {
      EnumName{SeriesPreset::standard, "default"}, EnumName{SeriesPreset::best, "best"},
      EnumName{SeriesPreset::article_torch, "article-torch"},
      EnumName{SeriesPreset::article_stacked, "article-stacked"},
      EnumName{SeriesPreset::article_regressor, "article-regressor"}};
};

struct TrainSeriesOptions {
  static constexpr Task kTask = Task::series;
  SeriesPreset preset = SeriesPreset::standard;
  // In the place of the files, which are then only names; they outlive the training.
  const TrainingSeries* train_rows = nullptr;
  const TrainingSeries* valid_rows = nullptr;
  std::string train_file;
  std::string valid_file;         // empty: a share of the training series is held out
  std::string valid_labels_file;  // as reader.labels_file
  std::string out;
  bool overwrite = false;
  // 0: none, the training series are looked at instead; below 0: see resolve_valid_share().
  double valid_share = -1.0;
  SeriesReaderOptions reader;
  TargetKind target_kind = TargetKind::label;
  ScalerKind scaler = ScalerKind::standard;  // of features, and of targets that are numbers
  SeriesModelOptions model;                  // features and outputs: from the data
  InitializationOptions initialization;
  InitialWeightsOptions initial_weights;
  ClassLossOptions loss = {};
  bool linear = true;       // see add_linear_part(), where the data can have one
  double aux_weight = 0.3;  // see SeriesObjective, with reader.aux_label_column
  OptimizerOptions optimizer = {.learning_rate = 2e-3};
  FitOptions fit = {.epochs = 100, .patience = 25};  // its seed: from below
  CheckpointOptions checkpoint = {};
  DiagnosisOptions diagnosis = {};
  int64_t batch_size = 16;  // 0: all series in one step
  uint64_t seed = 1;
  int64_t split_seed = 0;  // which series are held out; 0: by `seed`
  ComputeOptions compute;  // small models gain nothing by bf16
};

inline constexpr EpochPlan kSeriesEpochs = {.steps = 800, .least = 20, .most = 200};

// The options as the preset has them; see docs/presets.md.
TrainSeriesOptions preset_options(SeriesPreset preset);

// A tenth of fewer than 200 series would be too few to choose by, and they would be missed in
// training: none are then, else a tenth.
double resolve_valid_share(double valid_share, int64_t series);

// Describes every setting of a training, under headings. Those of a file of settings and the
// command line are read by it.
void describe(OptionSet& set, TrainSeriesOptions& options);

// Throws UsageError for settings that were given and contradict others.
void require_consistent(const OptionSet& set, const TrainSeriesOptions& options);

// Throws UsageError for settings that contradict each other.
void validate(const TrainSeriesOptions& options);

// The same of those that shape the model alone.
void validate_model(const TrainSeriesOptions& options);

}  // namespace mnemo
