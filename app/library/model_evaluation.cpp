#include "app/library/model_evaluation.h"

#include <utility>

#include "app/settings/enum_tables.h"
#include "mnemo/error.h"

namespace mnemo {
namespace {

Evaluation by_task(StoredModel model, const EvaluationRequest& request, Reporter& reporter) {
  switch (model.task) {
    case Task::text:
      return evaluate_text(std::move(model), request, reporter);
    case Task::series:
      return evaluate_series(std::move(model), request, reporter);
    case Task::forecast:
      return evaluate_forecast(std::move(model), request, reporter);
  }
  throw Error("unhandled task");
}

}  // namespace

Evaluation evaluate_model(StoredModel model, const EvaluationRequest& request, Reporter& reporter) {
  const Task task = model.task;
  auto evaluation = by_task(std::move(model), request, reporter);
  evaluation.json["task"] = enum_name(task);
  return evaluation;
}

}  // namespace mnemo
