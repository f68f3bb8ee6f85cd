// A terminal, a notebook or a log hears here what mnemo does while it works. Libraries print
// nothing.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "mnemo/metric.h"

namespace mnemo {

// Parts that only warn send their warnings here.
using Warn = std::function<void(const std::string&)>;

// An epoch of a training, once it is validated.
struct TrainedEpoch {
  int64_t epoch = 0;   // from 1
  int64_t epochs = 0;  // that the training has at most
  // The figures are named as a line of the run's metrics.jsonl has them: "train_loss",
  // "valid_loss", "learning_rate", "seconds", and of what the task is measured by "train_accuracy",
  // "valid_accuracy", ...
  std::vector<Metric> figures = {};
};

// Drops all it hears; override what is wanted. Messages are UTF-8 on one or more lines, without a
// newline at the end, and name settings in backquotes, as errors do. One thread at a time calls.
class Reporter {
 public:
  virtual ~Reporter() = default;

  // A line for the record.
  virtual void note(const std::string& /*text*/) {}
  // Something that the user should know or mend.
  virtual void warn(const std::string& /*text*/) {}
  // How far something is: each replaces the one before.
  virtual void progress(const std::string& /*text*/) {}
  // The work that progress() told of is over.
  virtual void end_progress() {}
  // The run folder holds what it is to hold of this epoch.
  virtual void epoch(const TrainedEpoch& /*figures*/) {}
  // True when progress() is shown: else nobody needs to find out how far it is.
  virtual bool shows_progress() const { return false; }

  // Parts that warn and do nothing else take this; the reporter outlives it.
  Warn as_warn() {
    return [this](const std::string& text) { warn(text); };
  }
};

}  // namespace mnemo
