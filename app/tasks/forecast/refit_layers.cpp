#include "app/tasks/forecast/refit_layers.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "app/tasks/forecast/forecast_rows.h"
#include "datasets/message_text.h"
#include "datasets/windows.h"

namespace mnemo {
namespace {

class RefitProgress : public FitObserver {
 public:
  explicit RefitProgress(Reporter& reporter) : reporter_(reporter) {}

  void on_step(const StepReport& report) override {
    reporter_.progress(fmt::format("refit on all rows: epoch {}/{}, step {}/{}", report.epoch,
                                   report.epochs, report.step, report.steps));
  }
  void on_epoch(const EpochReport&) override {}

 private:
  Reporter& reporter_;
};

// No epoch is chosen, and none is left out: the first training has told how many.
FitOptions options_of_refit(FitOptions options, int64_t epochs) {
  options.stop_after = epochs;
  options.keep = KeptWeights::last;
  options.patience = 0;
  options.pause_after = 0;
  options.checkpoints = {};
  return options;
}

}  // namespace

std::vector<int64_t> origins_before_test(const NumberTable& table,
                                         const ForecastSettings& settings) {
  const auto parts = split_table(table, settings.split, settings.model.horizon);
  const WindowSize size{settings.model.lookback, settings.model.horizon};
  std::vector<int64_t> origins;
  for (size_t i = 0; i < parts.size(); ++i) {
    const auto& [train, valid, test] = parts[i];
    const auto some =
        window_origins(table.series[i].begin, {train.begin, std::max(train.end, valid.end)}, size);
    origins.insert(origins.end(), some.begin(), some.end());
  }
  return origins;
}

std::optional<RefitResult> refit_layers(
    ForecasterModule& model, const RefitStart& refit, int64_t epochs, WindowBatches& all,
    const std::function<ForecastObjective(ForecasterModule)>& objective, Reporter& reporter) {
  ForecasterModule fresh(refit.settings.model);
  load_tensors(*fresh, refit.start, "the weights that the training began with");
  auto to_train = objective(fresh);
  const auto optimizer = make_optimizer(fresh->parameters(), refit.optimizer);
  auto unasked = all.of({all.origins().back()}, 1);  // what a validation would ask
  RefitProgress progress(reporter);
  const auto options = options_of_refit(refit.fit, epochs);
  const auto result = refit.until_stopped([&](const std::function<bool()>& should_stop) {
    return fit(to_train, all, unasked, *optimizer, options, progress, should_stop);
  });
  reporter.end_progress();
  if (result.end == FitEnd::diverged) {
    reporter.warn(fmt::format("the refit on all rows diverged, and its weights are not taken: {}",
                              result.message));
    return std::nullopt;
  }
  if (result.end == FitEnd::interrupted) {
    reporter.warn(
        "the refit on all rows was stopped, and its weights are not taken: the run keeps those "
        "that it had before");
    return std::nullopt;
  }
  const at::NoGradGuard no_grad;
  auto learnt = named_tensors(*model);
  for (const auto& [name, tensor] : named_tensors(*fresh)) learnt.at(name).copy_(tensor);
  const RefitResult done{
      .epochs = epochs, .windows = std::ssize(all.origins()), .steps = result.good_steps};
  reporter.note(fmt::format("refit on {} of all rows but the test part, for {}, {} in all",
                            counted(done.windows, "window"), counted(done.epochs, "epoch"),
                            counted(done.steps, "step")));
  return done;
}

nlohmann::json to_json(const RefitResult& result) {
  return {
      {"refit", {{"epochs", result.epochs}, {"windows", result.windows}, {"steps", result.steps}}}};
}

}  // namespace mnemo
