// Options that several commands share.
#pragma once

#include "app/cli/option_table.h"
#include "app/diagnosis/diagnosis_options.h"
#include "app/runs/checkpoint.h"
#include "app/settings/compute.h"
#include "app/settings/task.h"
#include "app/tasks/start/initial_weights_options.h"
#include "app/training/class_loss.h"
#include "app/training/fit.h"
#include "datasets/number_table.h"
#include "datasets/text_reader.h"
#include "datasets/tokenizer.h"
#include "models/initialization.h"
#include "models/transformer/transformer_encoder.h"

namespace mnemo {

// Headings of the options that only one task's models take.
inline constexpr const char* kTextOptions = "Text models";
inline constexpr const char* kSeriesOptions = "Series models";
inline constexpr const char* kLabelOptions = "Text and series models";
inline constexpr const char* kNumberOptions = "Series and forecast models";
inline constexpr const char* kForecastOptions = "Forecast models";

// The task of that name; throws UsageError, naming `command` and the tasks there are.
Task task_named(const std::string& command, const std::string& name);

// Throws UsageError when the command line set an option of another task's models. `name`: the
// model's.
void require_options_for(Task task, const OptionTable& table, const std::string& name);

// --input-format, --text-column, --header, --invalid-utf8
void add_reader_options(OptionTable& table, TextReaderOptions& options);

// --tokenizer, --tokenizer-type, --vocab-size and their like, under a heading of their own
void add_tokenizer_options(OptionTable& table, TokenizerOptions& options, std::string& file);

// Throws UsageError when the command line sets rules for a tokenizer that --`owner` names, which
// has its own: those in `place`.
void require_no_tokenizer_rules(const OptionTable& table, const char* owner,
                                const std::string& place);

// How a table of numbers is read: --time-column, --series-column, --decimal, --delimiter
void add_table_options(OptionTable& table, NumberTableOptions& options);

void add_missing_option(OptionTable& table, MissingValues& missing);

// How to read a file for a trained model: as its training file, but for what the command line set.
NumberTableOptions table_options_for(const OptionTable& table, const NumberTableOptions& given,
                                     NumberTableOptions trained);

// --epochs, --patience, --stop-after, --keep, --schedule and its like, --clip-norm
void add_fit_options(OptionTable& table, FitOptions& options);

// --optimizer, --learning-rate, --momentum, --nesterov, --weight-decay
void add_optimizer_options(OptionTable& table, OptimizerOptions& options);

// --init-weights, --init-from, under a heading of their own
void add_start_options(OptionTable& table, InitialWeightsOptions& options);

// --label-smoothing, --class-weights
void add_class_loss_options(OptionTable& table, ClassLossOptions& options);

// --forget-bias, --dense-init, --recurrent-init
void add_initialization_options(OptionTable& table, InitializationOptions& options);

// --layer-dropout, --recurrent-dropout
void add_inner_dropout_options(OptionTable& table, double& layer_dropout,
                               double& recurrent_dropout);

// --attention-heads, --feedforward-size, --positions
void add_transformer_options(OptionTable& table, TransformerOptions& options);

// Throws UsageError when the command line sets one of them for another cell.
void require_consistent_cell(const OptionTable& table, Cell cell);

// --checkpoint-every, --on-checkpoint-error, --resume, --pause-after, under a heading of their own
void add_checkpoint_options(OptionTable& table, CheckpointOptions& options);

// --diagnose, --diagnose-every, --tensorboard, under a heading of their own
void add_diagnosis_options(OptionTable& table, DiagnosisOptions& options);

// Throws UsageError for --diagnose-every on the command line without --diagnose.
void require_consistent_diagnosis(const OptionTable& table, const DiagnosisOptions& options);

// Throws UsageError for what is no plan, and for --resume beside --overwrite.
void require_consistent_checkpoints(const OptionTable& table, const CheckpointOptions& options);

// Throws UsageError for options that the chosen schedule does not use.
void require_consistent_schedule(const OptionTable& table, const ScheduleOptions& options);

// Throws UsageError for both, and for options of random weights beside weights that are given.
void require_consistent_start(const OptionTable& table, const InitialWeightsOptions& options);

// --threads, --device, --precision, under a heading of their own
void add_compute_options(OptionTable& table, ComputeOptions& options);

}  // namespace mnemo
