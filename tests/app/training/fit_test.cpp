#include "app/training/fit.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <memory>
#include <utility>
#include <vector>

#include "app/training/optimizers/adam.h"
#include "app/training/optimizers/sgd.h"
#include "mnemo/error.h"

namespace mnemo {
namespace {

// One weight that is to become a target: the loss of a batch is (weight - target)^2.
class TargetObjective : public Objective {
 public:
  TargetObjective() { weight_ = holder_->weight; }

  torch::nn::Module& model() override { return *holder_; }
  ObjectiveWords words() const override { return {.metric = "accuracy", .unit = "samples"}; }
  LossSum step(const LabelledBatch& batch, uint64_t seed, double weight) override {
    seeds.push_back(seed);
    const auto loss = (weight_ - batch.targets).pow(2).sum();
    (loss * weight).backward();
    return {.loss = loss.item<double>(), .samples = 1, .units = 1};
  }
  LossSum evaluate(const LabelledBatch& batch) override {
    if (!valid_losses.empty()) {
      const double loss = valid_losses.at(static_cast<size_t>(evaluations));
      ++evaluations;
      return {.loss = loss, .samples = 1};
    }
    return {.loss = (weight_ - batch.targets).pow(2).sum().item<double>(), .samples = 1};
  }
  at::Tensor probe(const LabelledBatch& batch, RecurrentProbe&) override {
    return (weight_ - batch.targets).pow(2).sum();
  }
  double weight() const { return weight_.item<double>(); }
  std::vector<at::Tensor> parameters() { return {weight_}; }

  std::vector<uint64_t> seeds;
  std::vector<double> valid_losses;  // scripted, one an epoch
  int evaluations = 0;

 private:
  struct Holder : torch::nn::Module {
    Holder() { weight = register_parameter("weight", at::zeros({1})); }
    at::Tensor weight;
  };
  std::shared_ptr<Holder> holder_ = std::make_shared<Holder>();
  at::Tensor weight_;
};

class ConstantBatches : public BatchSource {
 public:
  explicit ConstantBatches(std::vector<float> targets) : targets_(std::move(targets)) {}
  int64_t start_epoch(int64_t) override { return static_cast<int64_t>(targets_.size()); }
  LabelledBatch batch(int64_t index) override {
    return {.inputs = {}, .targets = at::full({1}, targets_.at(static_cast<size_t>(index)))};
  }

 private:
  std::vector<float> targets_;
};

struct Recorder : FitObserver {
  void on_step(const StepReport& report) override { steps.push_back(report); }
  void on_epoch(const EpochReport& report) override { epochs.push_back(report); }
  std::vector<StepReport> steps;
  std::vector<EpochReport> epochs;
};

struct Fixture {
  TargetObjective objective;
  ConstantBatches train{{1.0F, 1.0F, 1.0F}};
  ConstantBatches valid{{1.0F}};
  Recorder recorder;

  FitResult run(
      const FitOptions& options, const std::function<bool()>& should_stop = [] { return false; }) {
    Adam adam(objective.parameters(), {.learning_rate = 0.05});
    return fit(objective, train, valid, adam, options, recorder, should_stop);
  }
};

TEST(Fit, LearnsAndReportsEachStepAndEpoch) {
  Fixture f;
  const auto result =
      f.run({.epochs = 20, .schedule = {.kind = Schedule::constant}, .patience = 0});
  EXPECT_EQ(result.end, FitEnd::finished);
  EXPECT_NEAR(f.objective.weight(), 1.0, 0.2);
  EXPECT_EQ(f.recorder.steps.size(), 60U);
  ASSERT_EQ(f.recorder.epochs.size(), 20U);
  EXPECT_EQ(f.recorder.epochs[1].train.samples, 3) << "sums start anew each epoch";
  EXPECT_LT(f.recorder.epochs.back().valid.mean_loss(),
            f.recorder.epochs.front().valid.mean_loss());
}

// The state of a plain ReLU layer after 100 steps; `weight` is its only recurrent one.
class ExplodingObjective : public TargetObjective {
 public:
  LossSum step(const LabelledBatch& batch, uint64_t, double) override {
    auto state = at::ones({1});
    for (int i = 0; i < 100; ++i) state = at::relu(parameters().front() * state);
    state.sum().backward();
    return {.loss = state.item<double>(), .samples = batch.targets.size(0), .units = 1};
  }
};

TEST(Fit, ClipsAGradientWhoseSquareIsNoNumberOfFp32) {
  ExplodingObjective objective;
  {
    const at::NoGradGuard no_grad;
    objective.parameters().front().fill_(2.0);  // the gradient is 100 * 2^99
  }
  ConstantBatches train{{1.0F}}, valid{{1.0F}};
  Recorder recorder;
  Sgd sgd(objective.parameters(), {.kind = OptimizerKind::sgd, .learning_rate = 0.1});
  const FitOptions options{
      .epochs = 1, .schedule = {.kind = Schedule::constant}, .clip_norm = 1.0, .patience = 0};
  EXPECT_EQ(fit(objective, train, valid, sgd, options, recorder, [] { return false; }).end,
            FitEnd::finished);
  EXPECT_NEAR(objective.weight(), 1.9, 1e-6);
}

TEST(Fit, PausesAfterAnEpochButNotAfterTheLast) {
  Fixture f;
  EXPECT_EQ(f.run({.epochs = 5, .patience = 0, .pause_after = 2}).end, FitEnd::paused);
  EXPECT_EQ(f.recorder.epochs.size(), 2U);
  Fixture last;
  EXPECT_EQ(last.run({.epochs = 5, .patience = 0, .pause_after = 5}).end, FitEnd::finished);
}

TEST(Fit, StopsForPatienceButNotBeforeTheLeastEpochs) {
  const auto epochs_of = [](int64_t least) {
    Fixture f;
    f.objective.valid_losses = {1, 2, 3, 4, 5, 6, 7, 8, 9};  // it never falls
    f.run({.epochs = 9, .patience = 1, .min_epochs = least});
    return f.recorder.epochs.size();
  };
  EXPECT_EQ(epochs_of(0), 2U);
  EXPECT_EQ(epochs_of(5), 5U);
}

TEST(Fit, PausesAtOnceWhereThatManyEpochsAreDone) {
  struct Keeper : Recorder {
    FitState state;
    void on_checkpoint(const FitState& now) override { state = now; }
  } keeper;
  Fixture f;
  Adam adam(f.objective.parameters(), {.learning_rate = 0.05});
  const auto go_on = [&](const FitOptions& options, std::optional<FitState> from) {
    return fit(
        f.objective, f.train, f.valid, adam, options, keeper, [] { return false; },
        std::move(from));
  };
  go_on({.epochs = 5, .patience = 0, .pause_after = 3}, std::nullopt);
  EXPECT_EQ(go_on({.epochs = 5, .patience = 0, .pause_after = 2}, keeper.state).end,
            FitEnd::paused);
  EXPECT_EQ(keeper.epochs.size(), 3U);
  EXPECT_EQ(go_on({.epochs = 5, .patience = 0, .stop_after = 3}, keeper.state).end,
            FitEnd::stopped_early);
  EXPECT_EQ(keeper.epochs.size(), 3U);
  EXPECT_THROW(go_on({.epochs = 5, .patience = 0, .stop_after = 2}, keeper.state), UsageError);
}

TEST(Fit, StopsAfterAnEpochThatIsNamedAsItWouldHaveCome) {
  Fixture whole, part;
  whole.run({.epochs = 5, .schedule = {.kind = Schedule::linear}, .patience = 0});
  const auto result = part.run({.epochs = 5,
                                .schedule = {.kind = Schedule::linear},
                                .patience = 0,
                                .stop_after = 2,
                                .pause_after = 2});
  EXPECT_EQ(result.end, FitEnd::stopped_early);
  ASSERT_EQ(part.recorder.epochs.size(), 2U);
  EXPECT_EQ(part.recorder.epochs[1].learning_rate, whole.recorder.epochs[1].learning_rate);
  EXPECT_EQ(part.recorder.epochs[1].train.loss, whole.recorder.epochs[1].train.loss);
  Fixture last;
  EXPECT_EQ(last.run({.epochs = 2, .patience = 0, .stop_after = 2}).end, FitEnd::finished);
}

TEST(Fit, RefusesAWarmUpThatIsTheWholeTraining) {
  Fixture f;
  EXPECT_THROW(f.run({.epochs = 2, .schedule = {.warmup_steps = 6}}), UsageError);
  EXPECT_EQ(f.run({.epochs = 2, .schedule = {.warmup_steps = 5}}).end, FitEnd::finished);
}

TEST(Fit, KeepsTheWeightsOfTheBestEpochAndStopsWhenPatienceIsLost) {
  Fixture f;
  f.objective.valid_losses = {0.5, 0.3, 0.4, 0.35, 0.2};
  double best_weight = 0.0;
  struct Watcher : Recorder {
    std::function<void()> at_best;
    void on_epoch(const EpochReport& report) override {
      if (report.epoch == 2) at_best();
      Recorder::on_epoch(report);
    }
  } watcher;
  watcher.at_best = [&] { best_weight = f.objective.weight(); };
  Adam adam(f.objective.parameters(), {.learning_rate = 0.05});
  const auto result = fit(f.objective, f.train, f.valid, adam, {.epochs = 5, .patience = 2},
                          watcher, [] { return false; });
  EXPECT_EQ(result.end, FitEnd::stopped_early);
  EXPECT_EQ(result.best_epoch, 2);
  EXPECT_EQ(watcher.epochs.size(), 4U);
  EXPECT_EQ(f.objective.weight(), best_weight);
  EXPECT_TRUE(watcher.epochs[1].improved);
  EXPECT_FALSE(watcher.epochs[2].improved);
}

TEST(Fit, StopsAfterTheStepInWhichItIsAskedTo) {
  Fixture f;
  int calls = 0;
  const auto result = f.run({.epochs = 5}, [&] { return ++calls == 6; });  // one is after the epoch
  EXPECT_EQ(result.end, FitEnd::interrupted);
  EXPECT_EQ(f.recorder.steps.size(), 5U);
  EXPECT_EQ(result.best_epoch, 1) << "the second epoch was cut short";
}

TEST(Fit, ANonFiniteLossStopsBeforeItReachesTheWeights) {
  Fixture f;
  f.train = ConstantBatches({1.0F, std::numeric_limits<float>::quiet_NaN(), 1.0F});
  const auto result = f.run({.epochs = 5});
  EXPECT_EQ(result.end, FitEnd::diverged);
  EXPECT_NE(result.message.find("epoch 1, step 2"), std::string::npos) << result.message;
  EXPECT_NE(result.message.find("`learning-rate`"), std::string::npos) << result.message;
  EXPECT_TRUE(std::isfinite(f.objective.weight()));
  EXPECT_EQ(result.good_steps, 1);
  EXPECT_EQ(result.best_epoch, 0);
}

TEST(Fit, ANonFiniteValidationLossLeavesWeightsThatWereMeasuredFinite) {
  Fixture f;
  f.objective.valid_losses = {std::numeric_limits<double>::infinity()};
  const auto result = f.run({.epochs = 5});
  EXPECT_EQ(result.end, FitEnd::diverged);
  EXPECT_EQ(f.objective.weight(), 0.0) << "the weights of the first step, whose loss was finite";
}

TEST(Fit, AStopDuringTheLastValidationIsAnInterruption) {
  Fixture f;
  int calls = 0;
  const auto result = f.run({.epochs = 1}, [&] { return ++calls == 4; });
  EXPECT_EQ(result.end, FitEnd::interrupted);
  EXPECT_EQ(result.best_epoch, 1);
}

TEST(Fit, AStopDuringValidationDoesNotWaitForItsEnd) {
  Fixture f;
  f.valid = ConstantBatches({1.0F, 1.0F, 1.0F});
  int calls = 0;
  const auto result = f.run({.epochs = 2}, [&] { return ++calls == 4; });  // three are steps
  EXPECT_EQ(result.end, FitEnd::interrupted);
  EXPECT_EQ(result.best_epoch, 0) << "half a validation says nothing";
  EXPECT_TRUE(f.recorder.epochs.empty());
  EXPECT_NE(f.objective.weight(), 0.0) << "the latest weights stay";
}

TEST(Fit, TheLinearScheduleFallsToNearlyNothing) {
  Fixture f;
  f.run({.epochs = 2, .schedule = {.kind = Schedule::linear}, .patience = 0});
  EXPECT_NEAR(f.recorder.epochs[0].learning_rate, 0.05 * (1.0 - 2.0 / 6.0), 1e-12);
  EXPECT_NEAR(f.recorder.epochs[1].learning_rate, 0.05 * (1.0 - 5.0 / 6.0), 1e-12);
  Fixture constant;
  constant.run({.epochs = 2, .schedule = {.kind = Schedule::constant}, .patience = 0});
  EXPECT_EQ(constant.recorder.epochs[1].learning_rate, 0.05);
}

TEST(Fit, EachStepHasASeedOfItsOwnThatDependsOnTheRunsSeed) {
  Fixture first, again, other;
  first.run({.epochs = 2, .seed = 1});
  again.run({.epochs = 2, .seed = 1});
  other.run({.epochs = 2, .seed = 2});
  EXPECT_EQ(first.objective.seeds, again.objective.seeds);
  EXPECT_NE(first.objective.seeds, other.objective.seeds);
  auto sorted = first.objective.seeds;
  std::ranges::sort(sorted);
  EXPECT_EQ(std::unique(sorted.begin(), sorted.end()), sorted.end());
}

// One checkpoint a step, and from each of them the rest of the training anew.
TEST(Fit, GoesOnFromAnyStepToTheSameWeights) {
  for (const auto kind :
       {OptimizerKind::adam, OptimizerKind::sgd, OptimizerKind::rmsprop, OptimizerKind::adamw}) {
    const OptimizerOptions optimizer_options{
        .kind = kind,
        .learning_rate = 0.05,
        .momentum = kind == OptimizerKind::sgd || kind == OptimizerKind::rmsprop ? 0.9 : 0.0};
    const FitOptions options{.epochs = 6,
                             .schedule = {.kind = Schedule::plateau, .decay_epochs = 1},
                             .clip_value = 0.5,
                             .accumulate = 3,
                             .average_decay = 0.8,
                             .patience = 3,
                             .checkpoints = {.steps = 1}};
    struct Keeper : Recorder {
      void on_checkpoint(const FitState& state) override {
        states.push_back({state.progress, {}});
        for (const auto& [name, tensor] : state.tensors) {
          states.back().tensors[name] = tensor.detach().clone();
        }
      }
      std::vector<FitState> states;
    };
    const auto train_from = [&](Keeper& keeper, std::optional<FitState> from) {
      Fixture f;
      f.train = ConstantBatches({1.0F, -2.0F, 0.5F, 1.0F, 3.0F});
      const auto optimizer = make_optimizer(f.objective.parameters(), optimizer_options);
      const auto result = fit(
          f.objective, f.train, f.valid, *optimizer, options, keeper, [] { return false; },
          std::move(from));
      return std::pair(f.objective.weight(), result);
    };
    Keeper whole;
    const auto [weight, result] = train_from(whole, std::nullopt);
    ASSERT_EQ(whole.states.size(), whole.steps.size());
    for (size_t i = 0; i < whole.states.size(); ++i) {
      Keeper rest;
      const auto [found_weight, found] = train_from(rest, whole.states[i]);
      EXPECT_EQ(found_weight, weight) << "from step " << i + 1;
      EXPECT_EQ(found.end, result.end);
      EXPECT_EQ(found.best_epoch, result.best_epoch);
      EXPECT_EQ(found.good_steps, result.good_steps);
      EXPECT_EQ(rest.steps.size(), whole.steps.size() - i - 1);
      ASSERT_FALSE(rest.epochs.empty());
      EXPECT_EQ(rest.epochs.back().gradient_norm, whole.epochs.back().gradient_norm);
      EXPECT_EQ(rest.epochs.back().learning_rate, whole.epochs.back().learning_rate);
      EXPECT_EQ(rest.epochs.back().train.loss, whole.epochs.back().train.loss);
    }
  }
}

TEST(Fit, ShowsTheUpdatesThatItsObserverAsksFor) {
  Fixture f;
  f.train = ConstantBatches({1.0F, -2.0F, 0.5F, 3.0F});
  struct Looker : Recorder {
    bool looks_into(int64_t step) override { return step % 3 == 1; }
    void before_update(const UpdateReport& report) override {
      looks.emplace_back(report.epoch, report.step);
      target = report.batch.targets.item<double>();
      before = weight();
    }
    void after_update() override {
      EXPECT_NE(weight(), before);
      ++updates;
    }
    std::function<double()> weight;
    std::vector<std::pair<int64_t, int64_t>> looks;
    double target = 0.0, before = 0.0;
    int updates = 0;
  } looker;
  looker.weight = [&] { return f.objective.weight(); };
  Adam adam(f.objective.parameters(), {.learning_rate = 0.05});
  fit(f.objective, f.train, f.valid, adam,
      {.epochs = 3, .schedule = {.kind = Schedule::constant}, .accumulate = 2, .patience = 0},
      looker, [] { return false; });
  // Two steps an epoch, six in all.
  EXPECT_EQ(looker.looks, (std::vector<std::pair<int64_t, int64_t>>{{1, 1}, {2, 4}}));
  EXPECT_EQ(looker.updates, 2);
  EXPECT_EQ(looker.target, 0.5) << "the first batch of the second step";
}

TEST(Fit, SaysHowFarItHasComeWhenItIsInterrupted) {
  Fixture f;
  struct Counter : Recorder {
    void on_checkpoint(const FitState& state) override {
      progress.push_back(progress_from_text(state.progress));
    }
    std::vector<FitProgress> progress;
  } counter;
  Adam adam(f.objective.parameters(), {.learning_rate = 0.05});
  int calls = 0;
  fit(f.objective, f.train, f.valid, adam, {.epochs = 5}, counter, [&] { return ++calls == 6; });
  ASSERT_EQ(counter.progress.size(), 1U) << "without a plan only then";
  EXPECT_EQ(counter.progress[0].epoch, 2);
  EXPECT_EQ(counter.progress[0].step, 2);
  EXPECT_EQ(counter.progress[0].kept_epoch, 1);
}

}  // namespace
}  // namespace mnemo
