#include "mnemo/evaluation.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include "app/library/data_options.h"
#include "app/library/library_call.h"
#include "app/library/model_evaluation.h"
#include "app/library/task_library.h"

namespace mnemo {
namespace {

// The numbers of an object, and of the objects in it.
void collect_metrics(const nlohmann::json& object, const std::string& prefix,
                     std::vector<Metric>& metrics) {
  for (const auto& [name, value] : object.items()) {
    if (value.is_number()) metrics.push_back({prefix + name, value.get<double>()});
    if (value.is_object()) collect_metrics(value, prefix + name + ".", metrics);
  }
}

// Throws SettingError for what only evaluations of windows take, and for values that none has.
RollingOptions rolling_for(Task task, const EvaluationOptions& options) {
  const EvaluationOptions usual;
  Settings given;
  if (options.part != usual.part) given["part"] = options.part;
  if (options.stride != usual.stride) given["stride"] = std::to_string(options.stride);
  if (options.windows != usual.windows) given["windows"] = std::to_string(options.windows);
  RollingOptions rolling{.stride = usual.stride};
  OptionSet set;
  set.group("Forecasts");
  describe_part(set, rolling, "");
  describe_stride_in_rows(set, rolling, "");
  describe_windows(set, rolling, "");
  for (const auto& [name, value] : given) {
    if (!library_of(task).evaluates_windows) {
      throw SettingError(name, fmt::format("is not for {} models", enum_name(task)),
                         "leave it out");
    }
    set.give(name, value);
  }
  set.assign_fields();
  return rolling;
}

}  // namespace

double EvaluationResult::metric(const std::string& name) const {
  const auto found = std::ranges::find(metrics, name, &Metric::name);
  if (found != metrics.end()) return found->value;
  std::vector<std::string> names;
  for (const auto& metric : metrics) names.push_back(metric.name);
  throw UsageError(fmt::format("no metric \"{}\"; there are: {}", name, fmt::join(names, ", ")));
}

EvaluationResult public_result(Evaluation evaluation) {
  const auto& numbers = evaluation.json;
  EvaluationResult result{.task = numbers.at("task"),
                          .part = numbers.at("part"),
                          .metrics = {},
                          .json = numbers.dump(2),
                          .text = std::move(evaluation.text)};
  collect_metrics(numbers, "", result.metrics);
  return result;
}

EvaluationResult evaluate(const std::filesystem::path& run_or_model,
                          const std::filesystem::path& file, const EvaluationOptions& options) {
  const auto compute = compute_of(options.load);
  return library_call(compute.threads, [&] {
    auto model = open_model(run_or_model);
    const auto rolling = rolling_for(model.task, options);
    const EvaluationRequest request{.file = file.string(),
                                    .reading = reading_of(options.data, model.task),
                                    .rolling = rolling,
                                    .compute = compute};
    LibraryReporter reporter(options.data.warn);
    return public_result(evaluate_model(std::move(model), request, reporter));
  });
}

}  // namespace mnemo
