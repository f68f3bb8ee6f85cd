// The figures of a probe, on recurrent layers whose gradients can be worked out by hand.
#include "app/diagnosis/recorder.h"

#include <gtest/gtest.h>

#include <cmath>

#include "app/settings/compute.h"
#include "app/tasks/series/series_objective.h"
#include "app/training/optimizers/adam.h"
#include "models/initialization.h"

namespace mnemo {
namespace {

constexpr int64_t kUnits = 4;

// A plain RNN whose recurrent matrix is `factor` times the identity, on its way to one number.
SeriesModule chain(double factor, const std::vector<Pooling>& pooling = {Pooling::last}) {
  SeriesModelOptions options{.features = 1, .outputs = 1, .norm = Norm::none};
  options.encoder = {.hidden_sizes = {kUnits},
                     .bidirectional = false,
                     .cell = Cell::rnn,
                     .activation = Activation::relu};
  options.pooling.kinds = pooling;
  SeriesModule model(options);
  const at::NoGradGuard no_grad;
  auto parameters = model->named_parameters();
  parameters["encoder.0.weight_hh_l0"].copy_(factor * at::eye(kUnits));
  parameters["encoder.0.weight_ih_l0"].fill_(1.0);
  parameters["encoder.0.bias_ih_l0"].fill_(1.0);  // every unit is active
  parameters["dense.bias"].zero_();
  parameters["dense.weight"].copy_(at::arange(1, kUnits + 1, at::kFloat).view({1, -1}));
  return model;
}

LabelledBatch batch_of(const std::vector<int64_t>& lengths) {
  const auto layout = SequenceLayout::of(lengths);
  return {.inputs = {.values = at::rand({layout.values(), 1}, make_generator(at::kCPU, 3)),
                     .layout = layout},
          .targets = at::full({std::ssize(lengths), 1}, -1.0)};
}

struct Looking {
  explicit Looking(SeriesModule of) : model(std::move(of)) {}

  DiagnosisRecord look(const LabelledBatch& batch) {
    model->train();
    for (auto& parameter : model->parameters()) parameter.mutable_grad() = at::Tensor();
    objective.step(batch, 1, 1.0);
    recorder.before_update({.epoch = 2,
                            .step = 7,
                            .learning_rate = 0.1,
                            .gradient_norm = gradient_norm(model->parameters()),
                            .gradient_scale = 0.5,
                            .batch = batch});
    update();
    return recorder.after_update();
  }

  SeriesModule model;
  SeriesObjective objective{model, TargetKind::number, {}, at::kCPU, at::kFloat};
  DiagnosisRecorder recorder{objective};
  std::function<void()> update = [] {};
};

TEST(DiagnosisRecorder, MeasuresHowTheGradientGoesBackInTime) {
  for (const double factor : {0.5, 1.5}) {
    Looking looking(chain(factor));
    const auto record = looking.look(batch_of({5, 3, 5}));
    ASSERT_EQ(record.passes.size(), 1U);
    const auto& pass = record.passes[0];
    EXPECT_EQ(pass.name, "encoder.0.l0");
    EXPECT_EQ(pass.cell, "rnn");
    EXPECT_EQ(pass.steps, 5);
    EXPECT_EQ(pass.distances, (std::vector<int64_t>{0, 1, 2, 3, 4}));
    for (size_t d = 0; d < 5; ++d) {
      EXPECT_NEAR(pass.memory.at(d), std::pow(factor, d), 1e-5) << "distance " << d;
    }
    // Only the two long sequences are left.
    EXPECT_NEAR(pass.gradient[4], pass.gradient[3] * factor, 1e-4 * pass.gradient[3]);
  }
}

TEST(DiagnosisRecorder, GradientsAreThoseOfASequencesOwnLoss) {
  Looking looking(chain(0.5));
  const auto batch = batch_of({4});
  const auto record = looking.look(batch);
  // Loss (y + 1)^2 -> dL/dh = 2 (y + 1) w.
  const double w = std::sqrt(1.0 + 4.0 + 9.0 + 16.0);
  EXPECT_NEAR(record.passes[0].gradient[0], 2.0 * std::sqrt(record.loss) * w, 1e-3);
}

TEST(DiagnosisRecorder, TellsPoolingFromMemory) {
  Looking looking(chain(0.5, {Pooling::mean}));
  const auto& pass = looking.look(batch_of({6, 6})).passes.at(0);
  EXPECT_NEAR(pass.memory[5], std::pow(0.5, 5), 1e-5) << "the recurrence forgets";
  EXPECT_GT(pass.gradient[5], pass.gradient[0]) << "the loss sees each step";
}

TEST(DiagnosisRecorder, CountsUnitsThatHardlyVary) {
  auto model = chain(0.5);
  {
    const at::NoGradGuard no_grad;
    model->named_parameters()["encoder.0.bias_ih_l0"].slice(0, 0, 1).fill_(-100.0);  // never active
  }
  Looking looking(model);
  EXPECT_NEAR(looking.look(batch_of({9, 9})).passes.at(0).dead, 1.0 / kUnits, 1e-6);
}

TEST(DiagnosisRecorder, CountsOpenClosedAndStuckGates) {
  SeriesModelOptions options{.features = 1, .outputs = 1, .norm = Norm::none};
  options.encoder = {.hidden_sizes = {kUnits}, .bidirectional = false};
  options.pooling.kinds = {Pooling::last};
  SeriesModule model(options);
  {
    const at::NoGradGuard no_grad;
    const auto bias = model->named_parameters()["encoder.0.bias_ih_l0"];  // i f g o
    bias.slice(0, 0, 1).fill_(-10.0);
    bias.slice(0, kUnits, 2 * kUnits).fill_(10.0);
  }
  Looking looking(model);
  const auto gates = looking.look(batch_of({3, 2})).passes.at(0).gates;
  ASSERT_EQ(gates.size(), 4U);
  EXPECT_EQ(gates[0], (GateRecord{.name = "input", .low = 0.25, .stuck_low = 0.25}));
  EXPECT_EQ(gates[1], (GateRecord{.name = "forget", .high = 1.0, .stuck_high = 1.0}));
  EXPECT_EQ(gates[3], GateRecord{.name = "output"});
}

TEST(DiagnosisRecorder, ComparesTheUpdateWithTheWeights) {
  Looking looking(chain(0.5));
  looking.update = [&] {
    const at::NoGradGuard no_grad;
    for (auto& parameter : looking.model->parameters()) parameter.mul_(1.01);
  };
  const auto record = looking.look(batch_of({3}));
  EXPECT_EQ(record.step, 7);
  EXPECT_EQ(record.epoch, 2);
  ASSERT_EQ(record.layers.size(), 2U);
  double squares = 0.0;
  for (const auto& layer : record.layers) {
    EXPECT_NEAR(layer.update_ratio(), 0.01, 1e-5) << layer.name;
    squares += layer.gradient_norm * layer.gradient_norm;
  }
  EXPECT_EQ(record.layers[1].name, "dense");
  EXPECT_NEAR(record.layers[1].weight_norm, std::sqrt(30.0), 1e-4);
  EXPECT_NEAR(std::sqrt(squares), 0.5 * record.gradient_norm, 1e-3) << "scaled";
}

TEST(DiagnosisRecorder, ChangesNothing) {
  auto model = chain(0.5);
  Looking looking(model);
  const auto batch = batch_of({5, 3, 5});
  model->train();
  looking.objective.step(batch, 1, 1.0);
  std::vector<at::Tensor> before;
  for (const auto& parameter : model->parameters()) {
    before.push_back(parameter.detach().clone());
    before.push_back(parameter.grad().clone());
  }
  looking.recorder.before_update({.epoch = 1, .step = 1, .batch = batch});
  looking.recorder.after_update();
  size_t i = 0;
  for (const auto& parameter : model->parameters()) {
    EXPECT_TRUE(parameter.detach().equal(before[i++]));
    EXPECT_TRUE(parameter.grad().equal(before[i++]));
  }
  EXPECT_TRUE(model->is_training());
}

TEST(ParameterGroups, AreLayersAndDirections) {
  SeriesModelOptions options{.features = 3, .outputs = 2};
  options.encoder.hidden_sizes = {8, 4};
  const SeriesModule model(options);
  std::vector<std::string> names;
  for (const auto& group : parameter_groups(*model)) names.push_back(group.name);
  EXPECT_EQ(names, (std::vector<std::string>{"encoder.0.l0", "encoder.0.l0_reverse", "encoder.1.l0",
                                             "encoder.1.l0_reverse", "pooling.attention",
                                             "pooling.attention.out_proj", "layer_norm", "dense"}));
}

TEST(ProbedDistances, GrowApartAndEndAtTheFarthest) {
  EXPECT_EQ(probed_distances(1), std::vector<int64_t>{0});
  EXPECT_EQ(probed_distances(4), (std::vector<int64_t>{0, 1, 2, 3}));
  const auto distances = probed_distances(400);
  EXPECT_EQ(distances.back(), 399);
  EXPECT_LT(distances.size(), 50U);
}

}  // namespace
}  // namespace mnemo
