// A model that was trained elsewhere, as a run.
//
//   mnemo::import_model("forecast", "weights.safetensors", "runs/load",
//                       {.config = "model.ini", .train = "load.csv"});
//   const auto forecaster = mnemo::Forecaster::load("runs/load");
//
// The run is that of `mnemo import`; docs/weights.md says how tensors are named.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "mnemo/error.h"
#include "mnemo/exporting.h"
#include "mnemo/reporter.h"

namespace mnemo {

struct ImportOptions {
  // A file of the model's settings, as `mnemo train TASK --print-config` prints it. Always needed.
  std::filesystem::path config = {};
  // Text models: the SentencePiece model whose ids the model reads, and the labels in the order of
  // the outputs; of two labels, which share one output, the second is the one that a positive
  // number means. A model that answers with a number has none.
  std::filesystem::path tokenizer = {};
  std::vector<std::string> labels = {};
  // The other tasks: the file that the model was trained on. Features, labels, season and, where
  // the weights hold none, scaling come from it, as in training.
  std::filesystem::path train = {};
  // Series, in the place of that file: the names of what each step has, and `labels`.
  std::vector<std::string> features = {};
  ExistingFile existing = ExistingFile::refuse;  // of a run that stands there already
  // It hears of the data and of the run; outlives the call. Null: nobody does.
  Reporter* reporter = nullptr;
};

// Makes the run folder `run` of the safetensors file `weights`, whose tensors have the names and
// shapes that a run's have. `task`: "text", "series" or "forecast". Throws UsageError for a task
// that is none of these and for options that are missing or contradict each other; Error for files
// that cannot be read, for tensors that are missing or do not fit, naming them, for numbers that
// are not finite, and for a folder that cannot be written to or is not to be replaced.
// Safe to call from many threads at once; a second one into the same folder is refused by a
// LockedError.
void import_model(const std::string& task, const std::filesystem::path& weights,
                  const std::filesystem::path& run, const ImportOptions& options = {});

}  // namespace mnemo
