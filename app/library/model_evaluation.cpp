#include "app/library/model_evaluation.h"

#include <utility>

#include "app/library/task_library.h"
#include "app/settings/enum_tables.h"

namespace mnemo {

Evaluation evaluate_model(StoredModel model, const EvaluationRequest& request, Reporter& reporter) {
  const Task task = model.task;
  auto evaluation = library_of(task).evaluate(std::move(model), request, reporter);
  evaluation.json["task"] = enum_name(task);
  return evaluation;
}

}  // namespace mnemo
