#include "app/diagnosis/remedies.h"

#include <fmt/format.h>

#include "mnemo/error.h"

namespace mnemo {
namespace {

// Names what brings far steps nearer, besides the cell.
std::string shorter_way(Task task) {
  switch (task) {
    case Task::text:
      return "`pooling` attention,max, which reaches each step directly, or a smaller `max-length`";
    case Task::series:
      return "`pooling` attention,max, which reaches each step directly";
    case Task::forecast:
      return "a longer `segment` (`model` segments) or a smaller `lookback`";
  }
  throw Error("unhandled task");
}

std::string against_vanishing(Task task, const std::string& cell) {
  const std::string way = shorter_way(task);
  if (cell == "lstm") {
    return fmt::format(
        "`forget-bias` 1 or more, with which the LSTM remembers longer from the start; or {}. If "
        "the answer does not depend on steps so far away, all is well",
        way);
  }
  if (cell == "gru") return fmt::format("`cell` lstm with `forget-bias` 1 or more; or {}", way);
  return fmt::format("`cell` lstm or gru, whose memory carries the gradient; or {}", way);
}

std::string against_overfitting(Task task) {
  switch (task) {
    case Task::text:
      return "more of `dropout`, `embedding-dropout` or `word-dropout`, some `weight-decay`, a "
             "smaller `hidden-size`, or more texts; `keep` best keeps the epoch before it";
    case Task::series:
      return "more of `dropout` or `step-dropout`, some `weight-decay`, smaller `hidden-sizes`, or "
             "more series; `keep` best keeps the epoch before it";
    case Task::forecast:
      return "more of `dropout`, some `weight-decay`, a smaller model, or more rows; `keep` best "
             "keeps the epoch before it";
  }
  throw Error("unhandled task");
}

std::string against_dead_units(Task task, const std::string& cell) {
  const std::string fewer = task == Task::text ? "a smaller `hidden-size`"
                                               : "fewer units (`hidden-sizes`, `hidden-size`)";
  const std::string cell_words =
      cell == "rnn" && task != Task::forecast ? ", `activation` tanh if it is relu" : "";
  return fmt::format("a lower `learning-rate`{}, or {}: they are not used", cell_words, fewer);
}

}  // namespace

std::string remedy(FindingKind kind, Task task, const std::string& cell) {
  switch (kind) {
    case FindingKind::vanishing_gradient:
      return against_vanishing(task, cell);
    case FindingKind::exploding_gradient:
      return "a smaller `clip-norm` (1 is usual, 0 is none), a lower `learning-rate`, or "
             "`recurrent-init` orthogonal";
    case FindingKind::learning_rate_too_high:
      return "a third or a tenth of `learning-rate` (`find-learning-rate` names a good one), "
             "`warmup-steps`, or a `schedule` that falls";
    case FindingKind::learning_rate_too_low:
      return "three to ten times the `learning-rate` (`find-learning-rate` names a good one), or "
             "more `epochs`";
    case FindingKind::saturated_gates:
      return "a lower `learning-rate`, some `weight-decay`, or inputs of usual size (a `scaler`, "
             "where the task has one)";
    case FindingKind::dead_units:
      return against_dead_units(task, cell);
    case FindingKind::overfitting:
      return against_overfitting(task);
  }
  throw Error("unhandled finding");
}

}  // namespace mnemo
