// The portable path, LibTorch's operators with what mnemo puts around them, in double: autograd's
// gradients against central differences.
#include <gtest/gtest.h>
#include <torch/csrc/autograd/autograd.h>

#include <functional>
#include <string>
#include <tuple>
#include <vector>

#include "models/recurrent/recurrent_encoder.h"
#include "tests/models/test_support.h"

namespace mnemo {
namespace {

// The gradient of `sum` with respect to `leaf`, by two evaluations for each number.
at::Tensor central_differences(const std::function<at::Tensor()>& sum, const at::Tensor& leaf) {
  constexpr double kStep = 1e-5;
  const at::NoGradGuard no_grad;
  auto gradient = at::empty_like(leaf);
  auto* const numbers = leaf.data_ptr<double>();
  for (int64_t i = 0; i < leaf.numel(); ++i) {
    const double number = numbers[i];
    numbers[i] = number + kStep;
    const double above = sum().item<double>();
    numbers[i] = number - kStep;
    const double below = sum().item<double>();
    numbers[i] = number;
    gradient.view(-1)[i] = (above - below) / (2.0 * kStep);
  }
  return gradient;
}

class StockPathGradient : public testing::TestWithParam<std::tuple<Cell, FinalCellState>> {};

TEST_P(StockPathGradient, EqualsCentralDifferences) {
  const auto [cell, final_cell] = GetParam();
  RecurrentEncoder encoder(RecurrentOptions{
      .input_size = 2, .hidden_size = 3, .layers = 2, .bidirectional = true, .cell = cell});
  randomize(*encoder);
  encoder->to(at::kDouble);
  const auto layout = SequenceLayout::of(std::vector<int64_t>{3, 1, 4});
  const auto random = [](at::IntArrayRef sizes, uint64_t seed) {
    return at::randn(sizes, test_generator(seed), at::kDouble);
  };
  const std::vector<int64_t> state_size = {4, 3, 3};
  const auto input = random({layout.values(), 2}, 1).requires_grad_();
  RecurrentState initial{.hidden = random(state_size, 2).requires_grad_(), .cell = {}};
  if (cell == Cell::lstm) initial.cell = random(state_size, 3).requires_grad_();

  const auto sum = [&] {
    const auto output = encoder->forward(
        input, layout, {.compute_type = at::kDouble, .kernel_path = KernelPath::stock}, initial,
        final_cell);
    auto total = (output.values * random(output.values.sizes(), 4)).sum() +
                 (output.state.hidden * random(state_size, 5)).sum();
    if (output.state.cell.defined()) {
      total = total + (output.state.cell * random(state_size, 6)).sum();
    }
    EXPECT_EQ(total.scalar_type(), at::kDouble);
    EXPECT_EQ(output.state.hidden.scalar_type(), at::kDouble) << "rounded on the way";
    return total;
  };
  std::vector<at::Tensor> leaves = {input, initial.hidden};
  if (initial.cell.defined()) leaves.push_back(initial.cell);
  for (const auto& parameter : encoder->parameters()) leaves.push_back(parameter);
  const auto found = torch::autograd::grad({sum()}, leaves);
  for (size_t i = 0; i < leaves.size(); ++i) {
    const auto expected = central_differences(sum, leaves[i]);
    EXPECT_LT(((found[i] - expected).norm() / expected.norm()).item<double>(), 1e-8)
        << "leaf " << i << " of " << leaves[i].sizes();
  }
}

INSTANTIATE_TEST_SUITE_P(Cells, StockPathGradient,
                         testing::Values(std::tuple{Cell::lstm, FinalCellState::compute},
                                         std::tuple{Cell::lstm, FinalCellState::skip},
                                         std::tuple{Cell::gru, FinalCellState::skip},
                                         std::tuple{Cell::rnn, FinalCellState::skip}));

}  // namespace
}  // namespace mnemo
