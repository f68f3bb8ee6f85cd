#include "app/tasks/forecast/refit_layers.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "app/tasks/forecast/forecast_trainer.h"
#include "models/safetensors.h"
#include "tests/common/test_helpers.h"

namespace mnemo {
namespace {

class SilentObserver : public FitObserver {
 public:
  void on_step(const StepReport&) override {}
  void on_epoch(const EpochReport&) override {}
};

// 200 hours of which 40 test, and of the others the last 40 are held out.
TrainForecastOptions hourly_options(const TestFolder& folder) {
  std::string rows = "hour,load\n";
  for (int hour = 0; hour < 200; ++hour) {
    rows += fmt::format("2024-03-{:02}T{:02}:00,{}\n", 1 + hour / 24, hour % 24,
                        hour * hour % 17 + hour % 24);
  }
  auto options = preset_options(ForecastPreset::standard);
  options.train_file = folder.write("load.csv", rows);
  options.targets = {"load"};
  options.model.lookback = options.model.segment = 6;
  options.model.horizon = 2;
  options.model.hidden_size = 4;
  options.scale_by = ScaleBy::series;
  options.split.rows = {120, 40, 40};
  options.fit.epochs = 5;
  options.autoregression = false;
  return options;
}

FitResult fit_that_chose(int64_t best_epoch, FitEnd end = FitEnd::finished) {
  FitResult fit;
  fit.end = end;
  fit.best_epoch = best_epoch;
  fit.best_valid = {.loss = 7.0, .samples = 2};
  return fit;
}

const FitUntilStopped kNeverStopped = [](const StoppableFit& fit) {
  return fit([] { return false; });
};

struct FittedTrainer {
  std::unique_ptr<Trainer> trainer;
  FitResult fit;
};

// Trains as the frame does, without what comes after the epochs.
FittedTrainer fitted_trainer(const TrainForecastOptions& options) {
  Reporter reporter;
  auto trainer = make_trainer(options, {.threads = 1}, reporter);
  const auto optimizer =
      make_optimizer(trainer->objective().model().parameters(), options.optimizer);
  SilentObserver observer;
  const auto result = fit(trainer->objective(), trainer->train(), trainer->valid(), *optimizer,
                          trainer->fit(), observer, [] { return false; });
  return {std::move(trainer), result};
}

TEST(RefitLayers, IsATrainingOnAllRowsOfAsManyEpochs) {
  const TestFolder folder;
  auto options = hourly_options(folder);
  options.refit = true;
  Reporter reporter;  // which trainers refer to
  auto refit = make_trainer(options, {.threads = 1}, reporter);
  const auto addition = refit->train_late_part(fit_that_chose(3), kNeverStopped);
  ASSERT_TRUE(addition.has_value());
  EXPECT_EQ(addition->result.at("refit").at("epochs"), 3);
  EXPECT_EQ(addition->result.at("refit").at("windows"), 160 - 6 - 2 + 1);
  EXPECT_EQ(addition->valid.loss, 7.0) << "what the rows held out have told";

  options.refit = false;
  options.split.rows = {160, 0, 40};
  options.fit.keep = KeptWeights::last;
  options.fit.patience = 0;
  options.fit.stop_after = 3;
  const auto expected = fitted_trainer(options);
  const auto found = named_tensors(refit->objective().model());
  for (const auto& [name, tensor] : named_tensors(expected.trainer->objective().model())) {
    if (name.find("scaling") != std::string::npos) continue;  // of the training part
    EXPECT_TRUE(at::equal(found.at(name), tensor)) << name;
  }
}

TEST(RefitLayers, KeepsWhatTheRowsHeldOutHaveTold) {
  const TestFolder folder;
  auto options = hourly_options(folder);
  options.quantiles = {0.1, 0.5, 0.9};
  options.autoregression = true;
  Reporter reporter;
  std::vector<NamedTensors> weights;
  for (const bool refits : {false, true}) {
    options.refit = refits;
    auto trainer = make_trainer(options, {.threads = 1}, reporter);
    trainer->objective().model().eval();  // as a fit leaves it
    ASSERT_TRUE(trainer->train_late_part(fit_that_chose(2), kNeverStopped).has_value());
    weights.push_back(named_tensors(trainer->objective().model()));
  }
  for (const char* name : {"calibration", "autoregression.weight", "autoregression.share"}) {
    EXPECT_TRUE(at::equal(weights[0].at(name), weights[1].at(name))) << name;
  }
  EXPECT_FALSE(at::equal(weights[0].at("dense.weight"), weights[1].at("dense.weight")));
}

TEST(RefitLayers, IsNotMadeOfATrainingThatPauses) {
  const TestFolder folder;
  auto options = hourly_options(folder);
  options.refit = true;
  Reporter reporter;
  auto trainer = make_trainer(options, {.threads = 1}, reporter);
  EXPECT_FALSE(
      trainer->train_late_part(fit_that_chose(2, FitEnd::paused), kNeverStopped).has_value());
}

TEST(RefitLayers, LeaveTheFirstWeightsWhereTheyAreStopped) {
  const TestFolder folder;
  auto options = hourly_options(folder);
  options.refit = true;
  Reporter reporter;
  auto trainer = make_trainer(options, {.threads = 1}, reporter);
  const auto weights = named_tensors(trainer->objective().model());
  const auto before = weights.at("dense.weight").clone();
  int64_t steps = 0;
  const auto stopped = [&](const StoppableFit& fit) { return fit([&] { return ++steps == 2; }); };
  EXPECT_FALSE(trainer->train_late_part(fit_that_chose(2), stopped).has_value());
  EXPECT_EQ(steps, 2) << "asked no more";
  EXPECT_TRUE(at::equal(weights.at("dense.weight"), before));
}

TEST(RefitLayers, NeedsRowsHeldOut) {
  TrainForecastOptions options;
  options.train_file = "load.csv";
  options.out = "run";
  options.refit = true;
  EXPECT_NO_THROW(validate(options));
  options.fit.schedule.kind = Schedule::plateau;
  EXPECT_TRUE(contains(message_of([&] { validate(options); }), "`schedule` plateau"));
  options.split.valid_share = 0.0;
  options.fit.keep = KeptWeights::last;
  EXPECT_TRUE(contains(message_of([&] { validate(options); }), "none are held out"));
}

}  // namespace
}  // namespace mnemo
