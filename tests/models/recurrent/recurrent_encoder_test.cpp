// Against LibTorch's own packed operators, which are the definition.
#include "models/recurrent/recurrent_encoder.h"

#include <gtest/gtest.h>
#include <torch/csrc/autograd/autograd.h>

#include <algorithm>
#include <cmath>
#include <ostream>
#include <string>
#include <tuple>
#include <vector>

#include "mnemo/error.h"
#include "models/recurrent/recurrent_probe.h"
#include "tests/models/test_support.h"

namespace mnemo {
namespace {

constexpr double kTolerance = 1e-5;  // fp32, sums in another order

struct Stock {
  at::Tensor values;
  CellTensors states;
};

Stock stock(const RecurrentEncoder& encoder, const at::Tensor& packed, const SequenceLayout& layout,
            const RecurrentState& state) {
  const auto& options = encoder->options();
  const auto parameters = encoder->parameters();
  const auto& sizes = layout.batch_sizes;
  constexpr bool biases = true, train = false;
  if (options.cell == Cell::lstm) {
    auto [values, hidden, cell] = at::lstm(packed, sizes, state, parameters, biases, options.layers,
                                           0.0, train, options.bidirectional);
    return {values, {hidden, cell}};
  }
  const auto by = [&](auto function) -> Stock {
    auto [values, hidden] = function(packed, sizes, state.front(), parameters, biases,
                                     options.layers, 0.0, train, options.bidirectional);
    return {values, {hidden}};
  };
  if (options.cell == Cell::gru) return by([](auto&&... all) { return at::gru(all...); });
  if (options.activation == Activation::relu) {
    return by([](auto&&... all) { return at::rnn_relu(all...); });
  }
  return by([](auto&&... all) { return at::rnn_tanh(all...); });
}

RecurrentState random_state(const RecurrentOptions& options, int64_t sequences) {
  const std::vector<int64_t> shape = {options.layers * options.directions(), sequences,
                                      options.hidden_size};
  RecurrentState states;
  for (size_t i = 0; i < definition_of(options.cell).states.size(); ++i) {
    states.push_back(at::randn(shape, test_generator(31 + i)));
  }
  return states;
}

struct EncoderCase {
  Cell cell;
  Activation activation;
  int64_t layers;
  bool bidirectional;
  std::vector<int64_t> lengths;
  std::string name;
};

void PrintTo(const EncoderCase& p, std::ostream* out) { *out << p.name; }

RecurrentEncoder encoder_of(const EncoderCase& p) {
  RecurrentEncoder encoder(RecurrentOptions{.input_size = 5,
                                            .hidden_size = 7,
                                            .layers = p.layers,
                                            .bidirectional = p.bidirectional,
                                            .cell = p.cell,
                                            .activation = p.activation});
  randomize(*encoder);
  return encoder;
}

class RecurrentEncoderParity : public testing::TestWithParam<EncoderCase> {};

TEST_P(RecurrentEncoderParity, EqualsStockPackedOperators) {
  const auto& p = GetParam();
  auto encoder = encoder_of(p);
  const auto layout = SequenceLayout::of(p.lengths);
  const auto state = random_state(encoder->options(), layout.sequences());
  const auto input = random_packed(layout, 5).requires_grad_();
  std::vector<at::Tensor> leaves = {input};
  for (const auto& one : state) leaves.push_back(one.requires_grad_());
  for (const auto& parameter : encoder->parameters()) leaves.push_back(parameter);

  const auto weighted = [](const at::Tensor& tensor, uint64_t seed) {
    return (tensor * at::randn(tensor.sizes(), test_generator(seed))).sum();
  };
  // All outputs, and the gradients of all leaves by a weighted sum of them.
  const auto results = [&](const Stock& output) {
    std::vector<at::Tensor> all = {output.values};
    auto sum = weighted(output.values, 77);
    for (size_t i = 0; i < output.states.size(); ++i) {
      all.push_back(output.states[i]);
      sum = sum + weighted(output.states[i], 78 + i);
    }
    for (const auto& gradient : torch::autograd::grad({sum}, leaves)) all.push_back(gradient);
    return all;
  };
  const auto expected = results(stock(encoder, input, layout, state));
  RecurrentProbe probe;
  for (auto* looking : {static_cast<RecurrentProbe*>(nullptr), &probe}) {
    const auto output =
        encoder->forward(input, layout, {.probe = looking}, state, FinalStates::all);
    const auto found = results({output.values, output.state});
    ASSERT_EQ(found.size(), expected.size());
    for (size_t i = 0; i < found.size(); ++i) {
      // A tensor's Euclidean norm; one whose terms cancel, as if they did not.
      const double size = std::max(expected[i].norm().item<double>(),
                                   0.3 * std::sqrt(static_cast<double>(expected[i].numel())));
      EXPECT_LT((found[i] - expected[i]).norm().item<double>() / size, kTolerance)
          << "result " << i << (looking == nullptr ? "" : ", probed");
    }
  }
}

TEST_P(RecurrentEncoderParity, TheFastPathWithTheHiddenStateAloneGivesTheSame) {
  const auto& p = GetParam();
  auto encoder = encoder_of(p);
  const at::NoGradGuard no_grad;
  const auto layout = SequenceLayout::of(p.lengths);
  const auto input = random_packed(layout, 5);
  const auto state = random_state(encoder->options(), layout.sequences());
  const auto expected = stock(encoder, input, layout, state);
  const auto found = encoder->forward(input, layout, {}, state);
  EXPECT_TRUE(at::allclose(found.values, expected.values, kTolerance, kTolerance));
  EXPECT_TRUE(at::allclose(found.state.front(), expected.states.front(), kTolerance, kTolerance));
}

std::vector<EncoderCase> cases() {
  std::vector<EncoderCase> all;
  const std::vector<std::tuple<Cell, Activation, std::string>> kinds = {
      {Cell::lstm, Activation::tanh, "lstm"},
      {Cell::gru, Activation::tanh, "gru"},
      {Cell::rnn, Activation::tanh, "rnn_tanh"},
      {Cell::rnn, Activation::relu, "rnn_relu"}};
  const std::vector<std::pair<std::string, std::vector<int64_t>>> lengths = {
      {"unequal", {3, 1, 6, 4, 4}}, {"equal", {4, 4, 4}}, {"single_step", {1}}};
  for (const auto& [cell, activation, name] : kinds) {
    for (const int64_t layers : {1, 2}) {
      for (const bool bidirectional : {false, true}) {
        for (const auto& [length_name, length] : lengths) {
          all.push_back({cell, activation, layers, bidirectional, length,
                         name + "_" + std::to_string(layers) +
                             (bidirectional ? "_both_" : "_one_") + length_name});
        }
      }
    }
  }
  return all;
}

INSTANTIATE_TEST_SUITE_P(Grid, RecurrentEncoderParity, testing::ValuesIn(cases()),
                         [](const auto& test) { return test.param.name; });

TEST(RecurrentEncoder, NamesItsParametersAsPyTorchDoes) {
  RecurrentEncoder encoder(
      RecurrentOptions{.input_size = 5, .hidden_size = 7, .layers = 2, .bidirectional = true});
  const auto parameters = encoder->named_parameters();
  EXPECT_EQ(parameters["weight_ih_l0"].sizes(), (std::vector<int64_t>{28, 5}));
  EXPECT_EQ(parameters["weight_ih_l1_reverse"].sizes(), (std::vector<int64_t>{28, 14}));
  EXPECT_EQ(parameters["weight_hh_l1"].sizes(), (std::vector<int64_t>{28, 7}));
  EXPECT_EQ(parameters["bias_hh_l0_reverse"].sizes(), (std::vector<int64_t>{28}));
  EXPECT_EQ(parameters.size(), 16U);
}

TEST(RecurrentEncoder, Bf16StaysWithinItsRounding) {
  RecurrentEncoder encoder(
      RecurrentOptions{.input_size = 16, .hidden_size = 32, .bidirectional = true});
  randomize(*encoder);
  const at::NoGradGuard no_grad;
  const auto layout = SequenceLayout::of(std::vector<int64_t>{9, 4, 12});
  const auto input = random_packed(layout, 16);
  const auto exact = encoder->forward(input, layout);
  const auto rounded = encoder->forward(input, layout, {.compute_type = at::kBFloat16});
  EXPECT_EQ(rounded.values.scalar_type(), at::kBFloat16);
  EXPECT_FALSE(at::equal(rounded.values, exact.values.to(at::kBFloat16))) << "computed in fp32";
  EXPECT_TRUE(at::allclose(rounded.values.to(at::kFloat), exact.values, 0.0, 0.05));
}

TEST(RecurrentEncoder, AnLstmTakesTheKernelsWhereTheMachineHasThem) {
  RecurrentEncoder encoder(RecurrentOptions{.input_size = 4, .hidden_size = 8});
  randomize(*encoder);
  const auto layout = SequenceLayout::of(std::vector<int64_t>{5, 3});
  const auto function = [&](KernelPath path) {
    const auto output = encoder->forward(random_packed(layout, 4), layout, {.kernel_path = path});
    return output.values.grad_fn()->name();
  };
  const bool has_kernels = lstm_kernels(KernelPath::automatic, at::kFloat) != nullptr;
  EXPECT_EQ(function(KernelPath::automatic).find("LstmFunction") != std::string::npos, has_kernels);
  EXPECT_EQ(function(KernelPath::stock).find("LstmFunction"), std::string::npos);
}

TEST(RecurrentEncoder, AnLstmTakesLibTorchsOperatorsWhereThereIsNoMatrixProductForKernels) {
  RecurrentEncoder encoder(RecurrentOptions{.input_size = 4, .hidden_size = 8});
  randomize(*encoder);
  const auto layout = SequenceLayout::of(std::vector<int64_t>{5, 3});
  const auto input = random_packed(layout, 4);
  const auto expected = encoder->forward(input, layout, {.kernel_path = KernelPath::stock});
  const bool before = at::globalContext().userEnabledMkldnn();
  at::globalContext().setUserEnabledMkldnn(false);  // whose product block_matmul is
  const auto found = encoder->forward(input, layout);
  const auto* kernels = lstm_kernels(KernelPath::automatic, at::kFloat);
  at::globalContext().setUserEnabledMkldnn(before);
  EXPECT_EQ(kernels, nullptr);
  EXPECT_EQ(found.values.grad_fn()->name(), expected.values.grad_fn()->name());
  EXPECT_TRUE(at::allclose(found.values, expected.values, kTolerance, kTolerance));
}

TEST(RecurrentEncoder, DropoutBetweenLayersFollowsTheGeneratorAlone) {
  RecurrentEncoder encoder(
      RecurrentOptions{.input_size = 4, .hidden_size = 8, .layers = 2, .dropout = 0.5});
  randomize(*encoder);
  const auto layout = SequenceLayout::of(std::vector<int64_t>{5, 3});
  const auto input = random_packed(layout, 4);
  const auto run = [&](uint64_t seed) {
    return encoder->forward(input, layout, {.generator = test_generator(seed)}).values;
  };
  EXPECT_TRUE(at::equal(run(1), run(1)));
  EXPECT_FALSE(at::equal(run(1), run(2)));
  EXPECT_THROW(encoder->forward(input, layout), Error) << "training needs a generator";
  encoder->eval();
  EXPECT_TRUE(at::equal(run(1), run(2)));
}

}  // namespace
}  // namespace mnemo
