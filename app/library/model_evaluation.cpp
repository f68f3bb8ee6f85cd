#include "app/library/model_evaluation.h"

#include <fmt/format.h>

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

void warn_of_rows_trained_on(const nlohmann::json& meta, const std::string& sha256,
                             const SketchMatches& rows, const std::string& file,
                             Reporter& reporter) {
  // Short texts, such as "ok", may well stand in both.
  constexpr int64_t kLeastRows = 2;
  constexpr double kLeastShare = 0.1;
  const auto trained = meta.value("/data/train_file_sha256"_json_pointer, std::string());
  constexpr const char* kAdvice = "measure on rows that it has not seen";
  if (!trained.empty() && sha256 == trained) {
    reporter.warn(
        fmt::format("{}: the model was trained on this file, so its figures here are too good; {}",
                    file, kAdvice));
  } else if (rows.found >= kLeastRows && rows.share() >= kLeastShare) {
    reporter.warn(fmt::format(
        "{}: some {:.0f}% of its rows are among those that the model was trained on, so its "
        "figures here are too good; {}",
        file, 100.0 * rows.share(), kAdvice));
  }
}

}  // namespace mnemo
