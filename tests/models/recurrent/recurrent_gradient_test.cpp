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

class StockPathGradient : public testing::TestWithParam<std::tuple<Cell, FinalStates>> {};

TEST_P(StockPathGradient, EqualsCentralDifferences) {
  const auto cell = std::get<Cell>(GetParam());
  const auto final_states = std::get<FinalStates>(GetParam());
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
  RecurrentState initial;
  for (size_t i = 0; i < definition_of(cell).states.size(); ++i) {
    initial.push_back(random(state_size, 20 + i).requires_grad_());
  }

  const auto sum = [&] {
    const auto output = encoder->forward(
        input, layout, {.compute_type = at::kDouble, .kernel_path = KernelPath::stock}, initial,
        final_states);
    auto total = (output.values * random(output.values.sizes(), 4)).sum();
    for (size_t i = 0; i < output.state.size(); ++i) {
      EXPECT_EQ(output.state[i].scalar_type(), at::kDouble) << "rounded on the way";
      total = total + (output.state[i] * random(state_size, 5 + i)).sum();
    }
    EXPECT_EQ(total.scalar_type(), at::kDouble);
    return total;
  };
  std::vector<at::Tensor> leaves = {input};
  leaves.insert(leaves.end(), initial.begin(), initial.end());
  for (const auto& parameter : encoder->parameters()) leaves.push_back(parameter);
  const auto found = torch::autograd::grad({sum()}, leaves);
  for (size_t i = 0; i < leaves.size(); ++i) {
    const auto expected = central_differences(sum, leaves[i]);
    EXPECT_LT(((found[i] - expected).norm() / expected.norm()).item<double>(), 1e-8)
        << "leaf " << i << " of " << leaves[i].sizes();
  }
}

INSTANTIATE_TEST_SUITE_P(Cells, StockPathGradient,
                         testing::Combine(testing::ValuesIn(all_cells()),
                                          testing::Values(FinalStates::hidden, FinalStates::all)),
                         [](const auto& test) {
                           return cell_name(std::get<0>(test.param)) +
                                  (std::get<1>(test.param) == FinalStates::all ? "_all_states"
                                                                               : "_hidden_state");
                         });

}  // namespace
}  // namespace mnemo
