#include "app/cli/training_end.h"

#include <ATen/Context.h>
#include <ATen/Version.h>
#include <fmt/format.h>
#include <torch/version.h>

#include <utility>

#include "mnemo/error.h"

namespace mnemo {
namespace {

std::string kept_weights(const FitResult& result, const std::string& out) {
  if (result.best_epoch > 0) {
    return fmt::format("{} keeps the weights of epoch {}", out, result.best_epoch);
  }
  if (result.good_steps > 0) {
    return fmt::format("{} keeps weights of epoch 1, which no validation has measured", out);
  }
  return "Nothing was kept, since not one step was good";
}

}  // namespace

nlohmann::json describe_run(Task task, nlohmann::json settings, nlohmann::json data,
                            const FitOptions& fit, at::ScalarType compute_type, int64_t threads) {
  return {{"task", enum_name(task)},
          {"settings", std::move(settings)},
          {"data", std::move(data)},
          {"epochs", fit.epochs},
          {"patience", fit.patience},
          {"torch_version", TORCH_VERSION},
          {"machine",
           {{"cpu_capability", at::get_cpu_capability()},
            {"threads", threads},
            {"precision", compute_type == at::kBFloat16 ? "bf16" : "fp32"}}}};
}

int report_end(const FitResult& result, const ObjectiveWords& words, const std::string& out,
               double seconds, Console& console) {
  const std::string kept = kept_weights(result, out);
  switch (result.end) {
    case FitEnd::finished:
    case FitEnd::stopped_early:
      console.note(fmt::format("{}: validation {} {:.4f} at epoch {}, {} in all", out, words.metric,
                               result.best_valid.mean_metric(), result.best_epoch,
                               format_duration(seconds)));
      return 0;
    case FitEnd::interrupted:
      console.warn(fmt::format("interrupted. {}", kept));
      return 130;
    case FitEnd::diverged:
      throw Error(fmt::format("training stopped: {}. {}", result.message, kept));
  }
  throw Error("unhandled end of training");
}

}  // namespace mnemo
