// Each rule with records made up to meet it, and with ones that just do not.
#include "app/diagnosis/verdict.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "app/diagnosis/report.h"
#include "app/diagnosis/thresholds.h"
#include "tests/common/test_helpers.h"

namespace mnemo {
namespace {

// A pass whose gradient shrinks, or grows, by `factor` a step back.
PassRecord pass_with(double factor, int64_t steps = 100, const char* cell = "lstm") {
  PassRecord pass{.name = "encoder.l0", .cell = cell, .steps = steps, .units = 64};
  for (int64_t distance = 0; distance < steps; ++distance) {
    pass.distances.push_back(distance);
    pass.memory.push_back(std::pow(factor, static_cast<double>(distance)));
    pass.gradient.push_back(0.3 * pass.memory.back());
  }
  return pass;
}

DiagnosisRecord probe_with(const PassRecord& pass, double update = 1e-3) {
  return {.step = 1,
          .epoch = 1,
          .loss = 0.5,
          .learning_rate = 1e-3,
          .gradient_norm = 1.0,
          .layers = {{.name = "encoder.l0",
                      .gradient_norm = 1.0,
                      .weight_norm = 10.0,
                      .update_norm = 10.0 * update}},
          .passes = {pass}};
}

EpochLosses epoch(int64_t number, double train, double valid) {
  return {.epoch = number,
          .train = train,
          .valid = valid,
          .gradient_norm = 1.0,
          .max_gradient_norm = 3.0};
}

// A training in which all is well.
TrainingRecord healthy() {
  TrainingRecord training;
  for (int i = 0; i < 9; ++i) training.probes.push_back(probe_with(pass_with(0.99)));
  training.epochs = {epoch(1, 0.7, 0.7), epoch(2, 0.5, 0.5), epoch(3, 0.4, 0.45),
                     epoch(4, 0.35, 0.46)};
  return training;
}

std::vector<std::string> found(const TrainingRecord& training) {
  std::vector<std::string> names;
  for (const auto& finding : judge(training)) names.push_back(finding_name(finding.kind));
  return names;
}

using Names = std::vector<std::string>;

TEST(Verdict, SaysSoWhenAllIsWell) {
  EXPECT_EQ(found(healthy()), Names{});
  EXPECT_TRUE(contains(to_text(judge(healthy()), healthy().probes),
                       "diagnosis of 9 probes: all is well: gradients neither vanish nor explode"));
}

TEST(Verdict, SaysLittleOfLittle) {
  auto training = healthy();
  training.probes.resize(2);
  EXPECT_TRUE(contains(to_text(judge(training), training.probes), "too little to say more"));
  EXPECT_FALSE(contains(to_text(judge(training), training.probes), "all is well"));
}

TEST(Verdict, VanishingIsAGradientThatFadesWithinHalfOfALongSequence) {
  auto training = healthy();
  // 1e-3 is reached at distance ln(1000) / -ln(factor).
  const auto set_late = [&](double factor, int64_t steps, const char* cell = "lstm") {
    for (size_t i = 6; i < 9; ++i) training.probes[i].passes = {pass_with(factor, steps, cell)};
  };
  set_late(0.85, 100);  // at 42 of 99
  ASSERT_EQ(found(training), Names{"vanishing gradient"});
  EXPECT_TRUE(
      contains(judge(training)[0].what, "in encoder.l0 (lstm) the gradient reaches 42 of 99"));
  EXPECT_TRUE(contains(judge(training)[0].remedy, "`forget-bias`"));
  set_late(0.88, 100);  // at 54
  EXPECT_EQ(found(training), Names{});
  set_late(0.3, 100, "rnn");
  EXPECT_TRUE(contains(judge(training).at(0).remedy, "`cell` lstm"));
  training.task = Task::forecast;
  EXPECT_TRUE(contains(judge(training).at(0).remedy, "`segment`"));
  EXPECT_FALSE(judge(training)[0].remedy.find("`pooling`") != std::string::npos)
      << "forecasters have none";
  set_late(0.3, kLeastDistance);
  EXPECT_EQ(found(training), Names{}) << "so short a sequence has no far steps";
}

TEST(Verdict, WhatWasOvercomeIsNoFinding) {
  auto training = healthy();
  for (size_t i = 0; i < 6; ++i) training.probes[i].passes = {pass_with(0.5)};
  EXPECT_EQ(found(training), Names{}) << "vanishing at the start, as any LSTM does";
}

TEST(Verdict, StepsThatTheLossSeesDirectlyDoNotVanish) {
  auto training = healthy();
  for (auto& probe : training.probes) {
    auto pass = pass_with(0.5);
    for (auto& gradient : pass.gradient) gradient += 0.01;  // by pooling
    probe.passes = {pass};
  }
  EXPECT_EQ(found(training), Names{});
}

TEST(Verdict, ExplodingIsARecurrenceThatEnlargesGradients) {
  auto training = healthy();
  for (size_t i = 0; i < 3; ++i) training.probes[i].passes = {pass_with(1.06)};  // to 320
  ASSERT_EQ(found(training), Names{"exploding gradient"});
  EXPECT_TRUE(contains(judge(training)[0].remedy, "`clip-norm`"));
  training.probes[2].passes = {pass_with(1.04)};  // to 49; two of nine are left
  EXPECT_EQ(found(training), Names{});
}

TEST(Verdict, ExplodingIsAStepWithAGradientOutOfProportion) {
  auto training = healthy();
  training.epochs[2].max_gradient_norm = 101.0;
  ASSERT_EQ(found(training), Names{"exploding gradient"});
  EXPECT_TRUE(contains(judge(training)[0].what, "epoch 3"));
  training.epochs[2].max_gradient_norm = 99.0;
  EXPECT_EQ(found(training), Names{});
}

TEST(Verdict, ALearningRateIsTooHighWhenLargeUpdatesRaiseTheLoss) {
  auto training = healthy();
  const auto set_update = [&](double update) {
    for (auto& probe : training.probes) probe.layers[0].update_norm = 10.0 * update;
  };
  training.epochs = {epoch(1, 0.7, 0.7), epoch(2, 0.5, 0.5), epoch(3, 0.6, 0.49)};
  EXPECT_EQ(found(training), Names{}) << "updates are of usual size";
  set_update(0.02);
  ASSERT_EQ(found(training), Names{"learning rate too high"});
  EXPECT_TRUE(contains(judge(training)[0].what, "from 0.5 in epoch 2 to 0.6 in epoch 3"));
  training.epochs[2].train = 0.505;
  EXPECT_EQ(found(training), Names{}) << "that is noise";
}

TEST(Verdict, ADivergedTrainingHadTooHighALearningRateUnlessItsGradientsExplode) {
  auto training = healthy();
  training.diverged = true;
  training.epochs.clear();
  EXPECT_EQ(found(training), Names{"learning rate too high"});
  for (auto& probe : training.probes) probe.passes = {pass_with(1.2)};
  EXPECT_EQ(found(training), Names{"exploding gradient"});
}

TEST(Verdict, ALearningRateIsTooLowWhenSmallUpdatesHaveNotArrived) {
  auto training = healthy();
  for (auto& probe : training.probes) probe.layers[0].update_norm = 10.0 * 0.5e-4;
  EXPECT_EQ(found(training), Names{}) << "the validation loss was lowest before the end";
  training.epochs.back().valid = 0.44;
  ASSERT_EQ(found(training), Names{"learning rate too low"});
  for (auto& probe : training.probes) probe.layers[0].update_norm = 10.0 * 2e-4;
  EXPECT_EQ(found(training), Names{});
}

// A training of two classes that ends where it began, at chance.
TrainingRecord at_chance() {
  auto training = healthy();
  for (auto& probe : training.probes) probe.layers[0].update_norm = 10.0 * 2e-3;
  training.chance_loss = 0.693;
  training.train_samples = 1000;
  training.epochs = {epoch(1, 0.698, 0.694), epoch(2, 0.695, 0.695), epoch(3, 0.696, 0.694),
                     epoch(4, 0.694, 0.694)};
  return training;
}

TEST(Verdict, NothingIsToBeLearntWhereNothingElseExplainsChance) {
  auto training = at_chance();
  EXPECT_EQ(found(training), Names{"nothing to learn"});
  training.chance_loss = 0.9;
  EXPECT_EQ(found(training), Names{}) << "the model is well below chance";
  training = at_chance();
  training.train_samples = 49;
  EXPECT_EQ(found(training), Names{"too few samples"});
  training = at_chance();
  training.dropout = {"dropout", 0.9};
  EXPECT_EQ(found(training), Names{"too much dropout"});
  training = at_chance();
  training.layers = 4;
  EXPECT_EQ(found(training), Names{"too many layers"});
}

TEST(Verdict, ALearningRateIsTooLowThatLeadsNowhere) {
  auto training = at_chance();
  for (auto& probe : training.probes) probe.layers[0].update_norm = 10.0 * 0.9e-3;
  training.epochs.back().train = 0.7;  // by the dropout of other samples
  EXPECT_EQ(found(training), Names{"learning rate too low"});
  training.probes[0].layers[0].update_norm = 10.0 * 1.1e-3;
  EXPECT_EQ(found(training), Names{"nothing to learn"});
}

TEST(Verdict, ALearningRateIsTooLowThatWasJustLeavingChance) {
  auto training = at_chance();
  training.epochs = {epoch(1, 0.696, 0.693), epoch(2, 0.694, 0.6926), epoch(3, 0.690, 0.6924),
                     epoch(4, 0.691, 0.692)};
  EXPECT_EQ(found(training), Names{"learning rate too low"});
  training.epochs.back().valid = 0.6925;
  EXPECT_EQ(found(training), Names{"nothing to learn"}) << "its validation loss did not fall";
}

TEST(Verdict, ALearningRateIsTooHighThatKeepsTheLossAtChance) {
  auto training = at_chance();
  training.probes[0].layers[0].update_norm = 10.0 * 0.5;
  EXPECT_EQ(found(training), Names{"learning rate too high"});
}

TEST(Verdict, GatesAreSaturatedThatLetNothingThrough) {
  auto training = healthy();
  const auto set = [&](const char* cell, const GateRecord& gate) {
    for (auto& probe : training.probes) {
      probe.passes[0].cell = cell;
      probe.passes[0].gates = {gate};
    }
  };
  set("lstm", {.name = "input", .low = 0.9, .stuck_low = 0.6});
  ASSERT_EQ(found(training), Names{"saturated gates"});
  EXPECT_TRUE(contains(judge(training)[0].what, "the input gate of 60% of the units"));
  set("lstm", {.name = "input", .low = 0.9, .stuck_low = 0.4});
  EXPECT_EQ(found(training), Names{}) << "they open at times";
  set("lstm", {.name = "forget", .high = 1.0, .stuck_high = 1.0});
  EXPECT_EQ(found(training), Names{}) << "a memory";
  set("gru", {.name = "update", .high = 1.0, .stuck_high = 1.0});
  EXPECT_EQ(found(training), Names{"saturated gates"});
  set("rnn", {.name = "state", .high = 0.6});
  EXPECT_EQ(found(training), Names{"saturated gates"});
  set("rnn", {.name = "state", .high = 0.4});
  EXPECT_EQ(found(training), Names{});
}

TEST(Verdict, DeadUnitsCountFromAQuarter) {
  auto training = healthy();
  for (auto& probe : training.probes) probe.passes[0].dead = 0.3;
  ASSERT_EQ(found(training), Names{"dead units"});
  EXPECT_TRUE(contains(judge(training)[0].what, "30% of the 64 units"));
  for (auto& probe : training.probes) probe.passes[0].dead = 0.2;
  EXPECT_EQ(found(training), Names{});
}

TEST(Verdict, OverfittingIsAValidationLossThatRisesWhileTheTrainingLossFalls) {
  auto training = healthy();
  training.epochs = {epoch(1, 0.7, 0.7), epoch(2, 0.5, 0.5), epoch(3, 0.3, 0.55),
                     epoch(4, 0.2, 0.6)};
  ASSERT_EQ(found(training), Names{"overfitting"});
  EXPECT_TRUE(contains(judge(training)[0].what, "from epoch 3 on: "));
  EXPECT_TRUE(contains(judge(training)[0].remedy, "`word-dropout`"));
  training.epochs.back().valid = 0.52;
  EXPECT_EQ(found(training), Names{}) << "Prechelt's 5% are not reached";
  training.epochs.back().valid = 0.6;
  training.epochs.back().train = 0.5;
  EXPECT_EQ(found(training), Names{}) << "nothing is learnt by heart";
  training.epochs = {epoch(1, 0.7, 0.7), epoch(2, 2e-3, 1e-3), epoch(3, 1e-3, 2e-3),
                     epoch(4, 1e-3, 2e-3)};
  EXPECT_EQ(found(training), Names{}) << "the last digits of a solved task";
}

TEST(Verdict, ModelsWithoutRecurrentLayersAreJudgedByTheRest) {
  auto training = healthy();
  for (auto& probe : training.probes) probe.passes.clear();
  EXPECT_EQ(found(training), Names{});
  EXPECT_TRUE(contains(to_text(training.probes), "encoder.l0"));
  EXPECT_TRUE(contains(to_text(judge(training), training.probes), "no recurrent layers"))
      << "nothing is said of gates that nobody saw";
}

TEST(UsualUpdate, IsThatOfTheLayersThatAreUpdated) {
  auto probe = probe_with(pass_with(0.99), 2e-3);
  probe.layers.push_back({.name = "embedding", .weight_norm = 10.0, .update_norm = 0.0});
  probe.layers.push_back({.name = "dense", .weight_norm = 10.0, .update_norm = 0.0});
  EXPECT_DOUBLE_EQ(usual_update(probe), 2e-3) << "the others wait, which is no small update";
}

TEST(Reach, IsTheFarthestStepWithAThousandthOfTheLargestGradient) {
  EXPECT_EQ(reach({0, 1, 5, 9}, {1.0, 0.5, 0.0011, 0.0009}), 5);
  EXPECT_EQ(reach({0, 1, 5, 9}, {0.0, 0.0, 0.0, 0.1}), 9) << "pooling need not look at the end";
  EXPECT_EQ(reach({0, 1}, {0.0, 0.0}), 0);
}

TEST(DiagnosisRecord, ComesBackFromItsLine) {
  auto record = probe_with(pass_with(0.5, 3));
  record.passes[0].gates = {{.name = "input", .low = 0.25, .high = 0.5, .stuck_low = 0.125}};
  record.loss = std::numeric_limits<double>::infinity();
  const auto line = to_json(record).dump();
  const auto found = diagnosis_records(line + "\n" + line + "\n", "run/diagnosis.jsonl");
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[1].passes[0].distances, record.passes[0].distances);
  EXPECT_EQ(found[1].passes[0].memory, record.passes[0].memory);
  EXPECT_EQ(found[1].passes[0].gates, record.passes[0].gates);
  EXPECT_EQ(found[1].layers[0].update_norm, record.layers[0].update_norm);
  EXPECT_TRUE(std::isnan(found[1].loss)) << "JSON has no infinity";
  EXPECT_TRUE(contains(message_of([&] { diagnosis_records(line + "\n{}\n", "run/d.jsonl"); }),
                       "run/d.jsonl:2"));
}

}  // namespace
}  // namespace mnemo
