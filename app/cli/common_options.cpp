#include "app/cli/common_options.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <vector>

#include "app/cli/train_request.h"
#include "app/settings/forecast_enum_tables.h"
#include "app/training/fit_enum_tables.h"
#include "common/nearest.h"

namespace mnemo {

void add_reader_options(OptionTable& table, TextReaderOptions& options) {
  table.choice("input-format", options.format, "format; auto goes by the file's name");
  table.text("text-column", options.text_column, "column of the text: its name, or number from 1");
  table.flag("header", options.header, "csv and tsv begin with a row of column names");
  table.choice("invalid-utf8", options.invalid_utf8, "what to do with bytes that are no UTF-8");
}

void add_tokenizer_options(OptionTable& table, TokenizerOptions& options, std::string& file) {
  table.group("Tokenizer");
  table.text("tokenizer", file, "use this SentencePiece model, train none");
  table.choice("tokenizer-type", options.type, "kind of pieces");
  table.number("vocab-size", options.vocab_size, {3, 1'000'000}, "pieces of the tokenizer");
  table.flag("lowercase", options.lowercase, "fold case");
  table.flag("strip-html", options.strip_html, "drop plain tags such as <br />, resolve entities");
}

void add_table_options(OptionTable& table, NumberTableOptions& options) {
  table.text("time-column", options.time_column,
             "column of the rows' times; auto: the first that holds times; none");
  table.text("series-column", options.series_column,
             "column that names the series a row belongs to, when a file has many");
  table.choice("decimal", options.decimal, "decimal mark; the other one may group thousands");
  table.choice("delimiter", options.delimiter, "between the fields");
}

NumberTableOptions table_options_for(const OptionTable& table, const NumberTableOptions& given,
                                     NumberTableOptions trained) {
  if (table.given("time-column")) trained.time_column = given.time_column;
  if (table.given("series-column")) trained.series_column = given.series_column;
  if (table.given("missing")) trained.missing = given.missing;
  if (table.given("decimal")) trained.decimal = given.decimal;
  if (table.given("delimiter")) trained.delimiter = given.delimiter;
  return trained;
}

Task task_named(const std::string& command, const std::string& name) {
  if (const auto task = enum_from_name<Task>(name)) return *task;
  const auto names = enum_names<Task>();
  const std::string nearest = nearest_name(name, names);
  throw UsageError(fmt::format("mnemo {} {}: there is no such task; the tasks are: {}{}", command,
                               name, fmt::join(names, ", "),
                               nearest.empty() ? "" : fmt::format("; did you mean {}?", nearest)));
}

void require_options_for(Task task, const OptionTable& table, const std::string& name) {
  struct Heading {
    const char* title;
    std::vector<Task> owners;
    const char* owners_name;
  };
  const std::array headings = {
      Heading{kTextOptions, {Task::text}, "text"},
      Heading{kSeriesOptions, {Task::series}, "series"},
      Heading{kLabelOptions, {Task::text, Task::series}, "text and series"},
      Heading{kNumberOptions, {Task::series, Task::forecast}, "series and forecast"},
      Heading{kForecastOptions, {Task::forecast}, "forecast"}};
  for (const auto& [title, owners, owners_name] : headings) {
    const std::string option = table.given_in_group(title);
    if (option.empty() || std::ranges::find(owners, task) != owners.end()) continue;
    throw UsageError(fmt::format("--{} is for {} models, and {} is a {} model; leave it out",
                                 option, owners_name, name, enum_name(task)));
  }
}

void require_no_tokenizer_rules(const OptionTable& table, const char* owner,
                                const std::string& place) {
  for (const char* name : {"tokenizer-type", "vocab-size", "lowercase", "strip-html"}) {
    if (!table.given(name)) continue;
    throw UsageError(fmt::format(
        "--{} and --{} contradict each other: {} has its own rules; drop one of the two", name,
        owner, place));
  }
}

void add_train_switches(OptionTable& table, TrainSwitches& switches) {
  table.text("config", switches.config_file, "file of settings, one `option = value` a line");
  table.flag("print-config", switches.print_config, "print the resolved settings and stop");
  table.flag("find-learning-rate", switches.find_learning_rate,
             "try learning rates over 100 steps instead of training, print the loss at each, and "
             "name a good one; --out stays as it is");
  table.flag("quiet", switches.quiet, "say nothing but warnings and errors");
  table.flag("report", switches.report,
             "leave a report with the run: report.html, and in evaluation.json the answers to rows "
             "held out");
  table.text("max-model-size", switches.limits.size,
             "refuse a model whose weights and tokenizer are larger, as in 5MB");
  table.text("max-latency", switches.limits.latency,
             "refuse a model that takes longer for one answer on one thread, as in 2ms");
  for (const char* name : {"config", "print-config", "find-learning-rate", "quiet", "report",
                           "max-model-size", "max-latency"}) {
    table.not_in_config(name);
  }
}

void add_missing_option(OptionTable& table, MissingValues& missing) {
  table.choice("missing", missing, "what to do about missing values");
}

void add_fit_options(OptionTable& table, FitOptions& options) {
  table.number_or_auto("epochs", options.epochs, {1, 100'000},
                       "passes over the training part, at most; auto: more on small data");
  table.number(
      "patience", options.patience, {0, 100'000},
      "epochs without a lower validation loss before stopping; 0: never; with --epochs auto "
      "at least a fifth of the epochs");
  table.number("stop-after", options.stop_after, {0, 100'000},
               "epochs after which to stop all the same, with the learning rate as for all of "
               "--epochs; 0: never");
  table.choice("keep", options.keep, "weights to keep, by validation loss or the last ones");
  table.choice("schedule", options.schedule.kind, "how the learning rate goes");
  table.number("warmup-steps", options.schedule.warmup_steps, {0, 1'000'000},
               "first steps over which the learning rate rises to its full height");
  table.number("decay-factor", options.schedule.decay_factor, {1e-6, 1.0},
               "what step, exponential and plateau multiply the learning rate with");
  table.number("decay-epochs", options.schedule.decay_epochs, {1, 100'000},
               "epochs between two steps, or that plateau waits for a lower validation loss");
  table.number("clip-norm", options.clip_norm, {0.0, 1e9},
               "largest norm of the gradient; 0: no clipping");
  table.number("clip-value", options.clip_value, {0.0, 1e9},
               "largest element of the gradient, before its norm; 0: no clipping");
  table.number("accumulate", options.accumulate, {1, 100'000},
               "batches whose gradients make one step, as if they were one batch");
  table.number("average-decay", options.average_decay, {0.0, 0.999999},
               "decay of the weights' moving average, which is then what is kept; 0: no average");
}

void require_consistent_schedule(const OptionTable& table, const ScheduleOptions& options) {
  const bool waits = options.kind == Schedule::step || options.kind == Schedule::plateau;
  const bool decays = waits || options.kind == Schedule::exponential;
  if (table.given("decay-factor") && !decays) {
    throw UsageError(
        "--decay-factor is for --schedule step, exponential and plateau; leave it out");
  }
  if (table.given("decay-epochs") && !waits) {
    throw UsageError("--decay-epochs is for --schedule step and plateau; leave it out");
  }
  if (options.kind == Schedule::one_cycle && options.warmup_steps > 0) {
    throw UsageError(
        "--warmup-steps and --schedule one-cycle, which rises by itself: drop one of the two");
  }
}

void add_optimizer_options(OptionTable& table, OptimizerOptions& options) {
  table.choice("optimizer", options.kind, "optimizer");
  table.number("learning-rate", options.learning_rate, {1e-9, 100.0}, "learning rate");
  table.number("momentum", options.momentum, {0.0, 0.9999}, "of sgd and rmsprop");
  table.flag("nesterov", options.nesterov, "look ahead with the momentum of sgd");
  table.number("weight-decay", options.weight_decay, {0.0, 10.0},
               "of matrices; with adamw decoupled, otherwise a part of the gradient");
}

void add_start_options(OptionTable& table, InitialWeightsOptions& options) {
  table.group("Start");
  table.text("init-weights", options.file,
             "begin with the weights of this safetensors file, named as those of a run are");
  table.text("init-from", options.run,
             "begin with the weights of this run folder; what answers other labels, targets or "
             "steps starts anew");
  table.exclusive({"init-weights", "init-from"});
}

void require_consistent_start(const OptionTable& table, const InitialWeightsOptions& options) {
  if (options.file.empty() && options.run.empty()) return;
  if (!options.file.empty() && !options.run.empty()) {
    throw UsageError("--init-weights and --init-from contradict each other; drop one of the two");
  }
  for (const char* name : {"embedding-std", "forget-bias", "dense-init", "recurrent-init"}) {
    if (!table.given(name)) continue;
    throw UsageError(
        fmt::format("--{} is for weights that start at random, and those of {} are given; drop one "
                    "of the two",
                    name, options.file.empty() ? "--init-from" : "--init-weights"));
  }
}

void add_compute_options(OptionTable& table, ComputeOptions& options) {
  table.group("Computing");
  table.number("threads", options.threads, {0, 1024}, "threads; 0: one a core");
  table.choice("device", options.device, "where to compute");
  table.choice("precision", options.precision, "numbers of the recurrent layers");
}

void add_class_loss_options(OptionTable& table, ClassLossOptions& options) {
  table.number("label-smoothing", options.label_smoothing, {0.0, 0.9},
               "share of a label's probability to spread over all labels");
  table.choice("class-weights", options.class_weights,
               "weights of labels in the loss; balanced: all labels alike, however rare");
  table.choice("sampling", options.sampling,
               "samples of an epoch; balanced: as many of each label, those of rare ones oftener");
}

void add_initialization_options(OptionTable& table, InitializationOptions& options) {
  table.number("forget-bias", options.forget_bias, {-10.0, 10.0},
               "added to the first bias of the LSTM's forget gate");
  table.choice("dense-init", options.dense, "first matrices of cells' inputs and dense layers");
  table.choice("recurrent-init", options.recurrent, "first recurrent matrices");
}

void add_inner_dropout_options(OptionTable& table, double& layer_dropout,
                               double& recurrent_dropout) {
  table.number("layer-dropout", layer_dropout, {0.0, 0.99},
               "dropout between layers; inside those of a transformer");
  table.number("recurrent-dropout", recurrent_dropout, {0.0, 0.99},
               "share of the recurrent weights dropped in each step of training");
}

void add_transformer_options(OptionTable& table, TransformerOptions& options) {
  table.number("attention-heads", options.heads, {1, 256},
               "heads of each layer, with --cell transformer");
  table.number_or_auto("feedforward-size", options.feedforward_size, {1, 65'536},
                       "inner units of each layer, likewise; auto: 4 times its width");
  table.choice("positions", options.positions, "how a step knows its place, likewise");
}

void require_consistent_cell(const OptionTable& table, Cell cell) {
  if (cell == Cell::transformer) return;
  for (const char* name : {"attention-heads", "feedforward-size", "positions"}) {
    if (!table.given(name)) continue;
    throw UsageError(
        fmt::format("--{} is for --cell transformer, and this is --cell {}; leave it "
                    "out",
                    name, enum_name(cell)));
  }
}

void add_checkpoint_options(OptionTable& table, CheckpointOptions& options) {
  table.group("Interrupted runs");
  table.flag(
      "resume", options.resume,
      "go on with the interrupted training in --out, whose settings need not be given again; "
      "begin where there is none");
  table.text("checkpoint-every", options.every,
             "how often to save all that --resume needs: steps, as in 500steps, or a time, as in "
             "30s, 5m or 1h; 0: only on Ctrl-C and SIGTERM");
  table.choice("on-checkpoint-error", options.on_error,
               "what to do when weights or checkpoints cannot be written while training");
  table.number("pause-after", options.pause_after, {0.0, 1.0},
               "share of the epochs, rounded up, after which to stop; --resume goes on; 0: never");
  for (const char* name : {"resume", "pause-after"}) table.not_in_config(name);
}

void require_consistent_checkpoints(const OptionTable& table, const CheckpointOptions& options) {
  parse_checkpoint_plan(options.every);
  if (options.resume && table.given("overwrite")) {
    throw UsageError("--resume and --overwrite contradict each other; drop one of the two");
  }
}

void add_diagnosis_options(OptionTable& table, DiagnosisOptions& options) {
  table.group("Diagnosis");
  table.flag("diagnose", options.enabled,
             "look into the training: how far back gradients reach, gates, dead units, sizes of "
             "updates; say at the end what it means; the weights are the same without");
  table.number("diagnose-every", options.every, {1, 1'000'000}, "steps from one look to the next");
  table.flag("tensorboard", options.tensorboard,
             "write the metrics as an event file of TensorBoard, too, into the run folder");
}

void require_consistent_diagnosis(const OptionTable& table, const DiagnosisOptions& options) {
  if (table.given("diagnose-every") && !options.enabled) {
    throw UsageError("--diagnose-every without --diagnose: add it, or leave the option out");
  }
}

}  // namespace mnemo
