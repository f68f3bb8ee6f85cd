#include "app/diagnosis/remedies.h"

#include <fmt/format.h>

#include <array>
#include <optional>
#include <string_view>

#include "app/settings/enum_tables.h"
#include "mnemo/error.h"
#include "models/recurrent/cells/cell_table.h"

namespace mnemo {
namespace {

// The settings that a task's models have, as remedies name them.
struct TaskRemedies {
  Task task;
  std::string_view shorter_way;  // to far steps, besides the cell
  std::string_view overfitting;
  std::string_view fewer_units;
  std::string_view input_size;  // against inputs that are too large
  bool has_activation;          // a setting of it, which a cell may take
};

constexpr std::array kTasks = {
    TaskRemedies{
        .task = Task::text,
        .shorter_way =
            "`pooling` attention,max, which reaches each step directly, or a smaller `max-length`",
        .overfitting =
            "more of `dropout`, `embedding-dropout` or `word-dropout`, some `weight-decay`, a "
            "smaller `hidden-size`, or more texts; `keep` best keeps the epoch before it",
        .fewer_units = "a smaller `hidden-size`",
        .input_size = "a smaller `embedding-std`",
        .has_activation = true},
    TaskRemedies{
        .task = Task::series,
        .shorter_way = "`pooling` attention,max, which reaches each step directly",
        .overfitting =
            "more of `dropout` or `step-dropout`, some `weight-decay`, smaller `hidden-sizes`, or "
            "more series; `keep` best keeps the epoch before it",
        .fewer_units = "fewer units (`hidden-sizes`, `hidden-size`)",
        .input_size = "inputs of usual size (`scaler` standard)",
        .has_activation = true},
    TaskRemedies{.task = Task::forecast,
                 .shorter_way = "a longer `segment` (`model` segments) or a smaller `lookback`",
                 .overfitting =
                     "more of `dropout`, some `weight-decay`, a smaller model, or more rows; "
                     "`keep` best keeps the epoch before it",
                 .fewer_units = "fewer units (`hidden-sizes`, `hidden-size`)",
                 .input_size = "inputs of usual size (`scaler` standard)",
                 .has_activation = false}};

std::string against_vanishing(const TaskRemedies& task, std::optional<Cell> cell) {
  if (cell && has_forget_gate(*cell)) {
    return fmt::format(
        "`forget-bias` 1 or more, with which the cell remembers longer from the start; or {}. If "
        "the answer does not depend on steps so far away, all is well",
        task.shorter_way);
  }
  if (cell && is_gated(*cell)) {
    return fmt::format("`cell` {} with `forget-bias` 1 or more; or {}", cells_that(has_forget_gate),
                       task.shorter_way);
  }
  return fmt::format("`cell` {}, whose memory carries the gradient; or {}", cells_that(is_gated),
                     task.shorter_way);
}

std::string against_dead_units(const TaskRemedies& task, std::optional<Cell> cell) {
  const bool may_be_relu = task.has_activation && cell && takes_activation(*cell);
  return fmt::format("a lower `learning-rate`{}, or {}: they are not used",
                     may_be_relu ? ", `activation` tanh if it is relu" : "", task.fewer_units);
}

}  // namespace

std::string remedy(FindingKind kind, Task of_task, const std::string& cell_name) {
  const TaskRemedies& task = row_of(kTasks, of_task);
  const auto cell = enum_from_name<Cell>(cell_name);
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
      return fmt::format("a lower `learning-rate`, some `weight-decay`, or {}", task.input_size);
    case FindingKind::too_few_samples:
      return "more samples: some hundred of each label at least; or the start of a model that has "
             "learnt from others (`init-from`)";
    case FindingKind::too_much_dropout:
      return "half as much dropout";
    case FindingKind::too_many_layers:
      return "one or two layers; or `inner-norm` layer between them";
    case FindingKind::nothing_to_learn:
      return "to look at the data: whether the labels belong to their rows, and a person could "
             "tell them from what the model sees; or another `seed` and more `epochs`, if they do";
    case FindingKind::dead_units:
      return against_dead_units(task, cell);
    case FindingKind::overfitting:
      return std::string(task.overfitting);
  }
  throw Error("unhandled finding");
}

}  // namespace mnemo
