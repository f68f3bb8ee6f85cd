// Everything that `mnemo train forecast` can be told, and the presets.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "app/diagnosis/diagnosis_options.h"
#include "app/runs/checkpoint.h"
#include "app/settings/compute.h"
#include "app/settings/forecast_enum_tables.h"
#include "app/settings/option_set.h"
#include "app/settings/task.h"
#include "app/tasks/forecast/forecast_settings.h"
#include "app/tasks/start/initial_weights_options.h"
#include "app/training/fit.h"
#include "app/training/fit_enum_tables.h"
#include "mnemo/rows.h"
#include "models/initialization.h"

namespace mnemo {

enum class ForecastPreset { standard, best, article };

template <>
struct EnumNames<ForecastPreset> {
  static constexpr std::array table = {EnumName{ForecastPreset::standard, "default"},
                                       EnumName{ForecastPreset::best, "best"},
                                       EnumName{ForecastPreset::article, "article"}};
};

// Columns are scaled by this: all series of a file together, or each window of a series by itself.
enum class ScaleBy { automatic, series, file };

template <>
struct EnumNames<ScaleBy> {
  static constexpr std::array table = {EnumName{ScaleBy::automatic, "auto"},
                                       EnumName{ScaleBy::series, "series"},
                                       EnumName{ScaleBy::file, "file"}};
};

// A training that goes on takes these over from its run, whatever would be found today.
struct ResumedForecast {
  int64_t season = 0;
  WindowScaling window_scaling = WindowScaling::none;
};

struct TrainForecastOptions {
  static constexpr Task kTask = Task::forecast;
  ForecastPreset preset = ForecastPreset::standard;
  const Rows* train_rows = nullptr;          // in the place of the file, which is then only a name
  const NumberTable* train_table = nullptr;  // likewise; read as these options say
  std::string train_file;
  std::string out;
  bool overwrite = false;
  NumberTableOptions table;           // its columns: from below
  std::vector<std::string> targets;   // empty: every column of numbers
  std::vector<std::string> features;  // empty: the targets
  std::vector<std::string> observed;  // further columns whose past is seen
  std::vector<std::string> known;     // columns that are known of the rows to come, too
  std::vector<std::string> statics;   // columns that do not change within a series
  std::vector<std::string> holidays;  // places whose public holidays are known, as AU or AU-VIC
  bool calendar = false;
  ScalerKind scaler = ScalerKind::standard;
  ScaleBy scale_by = ScaleBy::automatic;  // by series where there are several, or for a decoder
  ForecastSplit split;
  int64_t season = 0;  // rows; 0: found in the training part
  // features, target_columns, quantiles and centre: from the data and below. A look-back, horizon
  // or segment of 0 is chosen by resolve_window().
  ForecasterOptions model = {.model = ForecastModel::automatic, .segment = 0};
  std::vector<double> quantiles;
  ForecastLoss loss = ForecastLoss::mae;
  double reconstruction_weight = 0.0;  // see ForecastObjective
  bool autoregression = true;          // see add_autoregression()
  bool calibrate = true;               // quantiles, see calibration.h
  bool refit = false;                  // on all rows, see refit_layers.h
  bool non_negative = false;           // forecasts; those of counts are so by themselves
  InitializationOptions initialization;
  InitialWeightsOptions initial_weights;
  OptimizerOptions optimizer = {.learning_rate = 5e-4};
  FitOptions fit = {.epochs = 0, .patience = 3};  // 0: see kForecastEpochs; its seed: from below
  CheckpointOptions checkpoint = {};
  DiagnosisOptions diagnosis = {};
  int64_t batch_size = 64;  // windows
  uint64_t seed = 1;
  std::optional<ResumedForecast> resumed;  // from the run itself
  ComputeOptions compute = {.precision = Precision::automatic};
};

inline constexpr EpochPlan kForecastEpochs = {.steps = 800, .least = 8, .most = 300};
// The same for `model` decoder, which has learnt what it can after some thousand steps.
inline constexpr EpochPlan kDecoderEpochs = {.steps = 1200, .least = 2, .most = 300};

// The options as the preset has them; see docs/presets.md.
TrainForecastOptions preset_options(ForecastPreset preset);

// Chooses what is 0: a horizon of one season (where there is none 24 rows, or a fifth of fewer than
// 64, if the look-back is 0, too); a segment of the
// longest part of a season up to 48 rows; a look-back of a fifth of the training rows, from one
// season to 720 rows, in whole segments.
//
// `least_rows`: where it is not 0, a look-back that is chosen leaves room for a horizon within so
// many training rows. Of several `series` two thirds of the rows are read, ten seasons at most,
// where a thousand windows and more are left to learn from.
ForecasterOptions resolve_window(ForecasterOptions model, int64_t season, int64_t train_rows,
                                 int64_t least_rows = 0, int64_t series = 1);

// The model that is trained: where the options leave it open, the one that reads what is known of
// the rows to come if something is.
ForecastModel chosen_model(const TrainForecastOptions& options);

// Describes every setting of a training, under headings. Those of a file of settings and the
// command line are read by it.
void describe(OptionSet& set, TrainForecastOptions& options);

// Throws UsageError for settings that were given and contradict others.
void require_consistent(const OptionSet& set, const TrainForecastOptions& options);

// Settles what follows from the model that `model` auto comes to.
void complete(OptionSet& set, const TrainForecastOptions& options);

// Throws UsageError for settings that contradict each other.
void validate(const TrainForecastOptions& options);

}  // namespace mnemo
