// Trains models, as `mnemo train` does: of a file, or of rows that are in memory.
//
//   mnemo::TrainingOptions options;
//   options.settings = {{"epochs", "3"}, {"hidden-size", "64"}};
//   mnemo::train_text("reviews.csv", "runs/reviews", options);
//   const auto classifier = mnemo::Classifier::load("runs/reviews");
//
// A training leaves the run folder that `mnemo train` would, with the same bits, but for its
// report: `mnemo report` makes that.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "mnemo/error.h"
#include "mnemo/metric.h"
#include "mnemo/reporter.h"
#include "mnemo/rows.h"

namespace mnemo {

struct TrainingOptions {
  // Names and values are those of a settings file (`mnemo train TASK --print-config`), as text:
  // {"bidirectional", "true"}, {"hidden-sizes", "64,32"}, {"preset", "best"}. "overwrite",
  // "resume", "pause-after" and "cache-dir" may stand here as well; `train` and `out` may not,
  // since the functions below are given both. Rows in memory take no setting that says which files
  // are read, or how: UsageError.
  std::map<std::string, std::string> settings = {};
  // A file of settings, as `mnemo train TASK --print-config` prints it, for what `settings` does
  // not name. Such a file has all settings, and of those that rows in memory do not take the
  // reporter is warned, and they are left out. Empty: none.
  std::filesystem::path config = {};
  // It hears of data, epochs and how the training ends; outlives the call. Null: nobody does.
  Reporter* reporter = nullptr;
  // Is asked after each step, by the thread that calls; true ends the training as Ctrl-C does the
  // program's: what is best so far is kept, and "resume" goes on with it. Empty: it never stops.
  std::function<bool()> should_stop = {};
};

enum class TrainingEnd {
  finished,       // all epochs
  stopped_early,  // the validation loss had not fallen for `patience` epochs
  stopped,        // by should_stop
  paused,         // by the setting "pause-after"
};

struct TrainingResult {
  std::filesystem::path run;  // the run folder
  TrainingEnd end = TrainingEnd::finished;
  int64_t best_epoch = 0;  // whose weights are kept, from 1; 0: none was validated
  // "valid_loss", and of what the task is measured by, as "valid_accuracy", of those weights.
  std::vector<Metric> metrics;
};

// An exception of the reporter or of should_stop ends the training and is thrown as an Error with
// its words. Token ids of texts, tokenizers and n-grams are kept for other trainings in
// ~/.cache/mnemo, or in the folder of the setting "cache-dir".
//
// Each trains to the folder `run`, which must not hold one yet unless the settings say "overwrite"
// or "resume". Throws UsageError (often a SettingError) for settings that cannot be meant; Error
// for data that cannot be read or learnt from, naming file and line or row, for a folder that
// cannot be written to, and where the loss is no longer finite; LockedError for a folder that
// another training writes to.
// Two trainings at once, in threads of one program, leave the bits that each would leave alone.
// LibTorch's numbers of threads are after a call what they were before it.

// Labelled texts: a file or a folder of any form that `mnemo formats` lists for them.
TrainingResult train_text(const std::filesystem::path& file, const std::filesystem::path& run,
                          const TrainingOptions& options = {});
// `valid`: to validate on; empty: a share of `rows` is held out.
TrainingResult train_text(const TrainingTexts& rows, const std::filesystem::path& run,
                          const TrainingOptions& options = {}, const TrainingTexts& valid = {});

// Numeric series with a label, or numbers, each: a file of any form that `mnemo formats` lists for
// them.
TrainingResult train_series(const std::filesystem::path& file, const std::filesystem::path& run,
                            const TrainingOptions& options = {});
TrainingResult train_series(const TrainingSeries& rows, const std::filesystem::path& run,
                            const TrainingOptions& options = {}, const TrainingSeries& valid = {});

// Rows in time order: a file of any form that `mnemo formats` lists for them. The setting "target"
// names the columns to forecast.
TrainingResult train_forecaster(const std::filesystem::path& file, const std::filesystem::path& run,
                                const TrainingOptions& options = {});
TrainingResult train_forecaster(const Rows& rows, const std::filesystem::path& run,
                                const TrainingOptions& options = {});

// Texts, of one or several files as train_text() reads, whose labels are not looked at: a language
// model, which gives no answers. It is the start of classifiers: train_text() with {"init-from",
// RUN} trains it further (Howard and Ruder 2018). The settings are those of `mnemo pretrain text`,
// but for "data", the files. Throws as above; SettingError for no files, and for the device
// "cuda"; Error for a file that is empty, and for texts too few to hold any out for validation.
TrainingResult pretrain_text(std::span<const std::filesystem::path> files,
                             const std::filesystem::path& run, const TrainingOptions& options = {});

}  // namespace mnemo
