// Tests what a probe finds; that a probed pass computes the same is recurrent_encoder_test.cpp's.
#include "models/recurrent/unrolled.h"

#include <gtest/gtest.h>

#include "tests/models/test_support.h"

namespace mnemo {
namespace {

RecurrentProbe probed(Cell cell, Activation activation = Activation::tanh) {
  RecurrentEncoder encoder(RecurrentOptions{.input_size = 5,
                                            .hidden_size = 7,
                                            .layers = 2,
                                            .bidirectional = true,
                                            .cell = cell,
                                            .activation = activation});
  randomize(*encoder);
  const std::vector<int64_t> lengths = {2, 4, 1};
  const auto layout = SequenceLayout::of(lengths);
  RecurrentProbe probe;
  encoder->forward(random_packed(layout, 5), layout, {.probe = &probe});
  return probe;
}

TEST(Unrolled, LeavesTheStatesOfEachStepDirectionAndLayer) {
  const auto probe = probed(Cell::lstm);
  ASSERT_EQ(probe.passes.size(), 4U);
  for (const auto& pass : probe.passes) {
    ASSERT_EQ(pass.hidden.size(), 4U);
    for (const auto& [step, sequences] : {std::pair{0, 3}, {1, 2}, {2, 1}, {3, 1}}) {
      EXPECT_EQ(pass.hidden[static_cast<size_t>(step)].sizes(), at::IntArrayRef({sequences, 7}));
      EXPECT_TRUE(pass.hidden[static_cast<size_t>(step)].requires_grad());
    }
    ASSERT_EQ(pass.gates.size(), 4U);
    for (const auto& gate : pass.gates) {
      EXPECT_EQ(gate.values.sizes(), at::IntArrayRef({7, 7})) << gate.name;
      EXPECT_FALSE(gate.values.requires_grad()) << gate.name;
    }
  }
  EXPECT_FALSE(probe.passes[0].parameter.is_same(probe.passes[1].parameter));
}

TEST(Unrolled, GatesAreWhatTheyAreCalled) {
  const auto names = [](const RecurrentProbe& probe) {
    std::vector<std::string> found;
    for (const auto& gate : probe.passes[0].gates) {
      found.emplace_back(gate.name);
      const double least = gate.values.min().item<double>();
      EXPECT_EQ(gate.squash == Squash::tanh, least < 0.0) << gate.name;
    }
    return found;
  };
  using Names = std::vector<std::string>;
  EXPECT_EQ(names(probed(Cell::lstm)), (Names{"input", "forget", "candidate", "output"}));
  EXPECT_EQ(names(probed(Cell::gru)), (Names{"reset", "update", "candidate"}));
  EXPECT_EQ(names(probed(Cell::rnn)), Names{"state"});
  EXPECT_EQ(names(probed(Cell::rnn, Activation::relu)), Names{"state"});
}

TEST(Unrolled, TheForgetGateIsTheSecond) {
  RecurrentEncoder encoder(RecurrentOptions{.input_size = 1, .hidden_size = 2});
  const at::NoGradGuard no_grad;
  encoder->named_parameters()["bias_ih_l0"].slice(0, 2, 4).fill_(20.0);
  const auto layout = SequenceLayout::of(std::vector<int64_t>{3});
  RecurrentProbe probe;
  encoder->forward(at::zeros({3, 1}), layout, {.probe = &probe});
  const auto& gates = probe.passes.at(0).gates;
  EXPECT_NEAR(gates[1].values.min().item<double>(), 1.0, 1e-6);
  EXPECT_NEAR(gates[0].values.max().item<double>(), 0.5, 1e-6);
}

// The interface has room for what no cell of the table has: three states, and no recurrent matrix.
// Two states sum up the step's inputs and count the steps; the hidden one is their quotient.
CellDefinition mean_so_far() {
  return {.parameters = {{.name = "weight", .role = CellRole::input, .rows = 1}},
          .states = {"state", "sum", "count"},
          .gates = [](Activation) -> std::vector<CellGate> { return {}; },
          .read = [](const at::Tensor& packed,
                     const CellTensors& weights) { return at::linear(packed, weights[0]); },
          .step = [](const CellStepInput& in) -> CellStep {
            const auto sum = in.states[1] + in.input, count = in.states[2] + 1.0;
            return {.states = {sum / count, sum, count}, .gates = {}};
          }};
}

TEST(Unrolled, CarriesThreeStatesWithoutARecurrentMatrix) {
  const auto cell = mean_so_far();
  const auto layout = SequenceLayout::of(std::vector<int64_t>{3, 1});
  const auto input = at::tensor({3.0, 8.0, 5.0, 10.0}).view({4, 1});  // 3, 5, 10 and 8
  const CellTensors zeros(3, at::zeros({2, 1}, at::kDouble)),
      weights = {at::ones({1, 1}, at::kDouble)};
  const auto found = unrolled_pass(cell,
                                   {.input = input.to(at::kDouble),
                                    .layout = layout,
                                    .states = zeros,
                                    .weights = weights,
                                    .wants_all_states = true},
                                   nullptr);
  const auto close = [](const at::Tensor& a, std::vector<double> b) {
    return at::allclose(a.flatten(), at::tensor(b, at::kDouble));
  };
  EXPECT_TRUE(close(found.values, {3.0, 8.0, 4.0, 6.0}));
  ASSERT_EQ(found.other_states.size(), 2U);
  EXPECT_TRUE(close(found.other_states[0], {18.0, 8.0}));
  EXPECT_TRUE(close(found.other_states[1], {3.0, 1.0}));
  EXPECT_FALSE(has_recurrent_matrix(cell));
}

TEST(FirstSequences, AreTheCallersFirstInTheirOwnOrder) {
  const auto all = make_batch(sample_ids());
  const auto first = first_sequences(all, 3);
  auto ids = sample_ids();
  ids.pop_back();
  const auto expected = make_batch(ids);
  EXPECT_TRUE(first.values.equal(expected.values));
  EXPECT_EQ(first.layout.order, expected.layout.order);
  EXPECT_EQ(first.layout.lengths, expected.layout.lengths);
  EXPECT_TRUE(first_sequences(all, 9).values.equal(all.values));
}

}  // namespace
}  // namespace mnemo
