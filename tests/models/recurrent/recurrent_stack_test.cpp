// Dropout and norms inside recurrent encoders, which must not leave mnemo's own layer.
#include "models/recurrent/recurrent_stack.h"

#include <gtest/gtest.h>
#include <torch/csrc/autograd/autograd.h>

#include "tests/models/test_support.h"

namespace mnemo {
namespace {

const std::vector<int64_t> kDroppedLengths = {5, 2, 7};

RecurrentEncoder make_encoder(const RecurrentOptions& options) {
  RecurrentEncoder encoder(options);
  randomize(*encoder);
  return encoder;
}

class DropConnect : public testing::TestWithParam<Cell> {};

TEST_P(DropConnect, IsThePlainEncoderWithSomeRecurrentWeightsGone) {
  const auto layout = SequenceLayout::of(kDroppedLengths);
  const auto input = random_packed(layout, 3);
  RecurrentOptions options{
      .input_size = 3, .hidden_size = 6, .layers = 2, .bidirectional = true, .cell = GetParam()};
  options.recurrent_dropout = 0.4;
  auto encoder = make_encoder(options);
  const auto drawn = encoder->draw_weights({.generator = test_generator(8)});
  const auto output =
      encoder(input, layout, ForwardContext{.generator = test_generator(8)}).values.detach();

  options.recurrent_dropout = 0.0;
  auto plain = make_encoder(options);
  const auto parameters = plain->parameters();
  int64_t gone = 0, all = 0;
  {
    const at::NoGradGuard no_grad;
    for (size_t i = 0; i < drawn.size(); ++i) {
      const auto recurrent = drawn[i][1];
      const auto kept = recurrent.ne(0.0);
      EXPECT_TRUE(at::allclose(recurrent, parameters[4 * i + 1] / 0.6 * kept));
      gone += kept.logical_not().sum().item<int64_t>();
      all += kept.numel();
      parameters[4 * i + 1].copy_(recurrent);
    }
  }
  EXPECT_NEAR(static_cast<double>(gone) / static_cast<double>(all), 0.4, 0.1);
  EXPECT_TRUE(at::allclose(output, plain(input, layout).values.detach(), 0.0, 1e-6));
}

TEST_P(DropConnect, DroppedWeightsGetNoGradient) {
  const auto layout = SequenceLayout::of(kDroppedLengths);
  RecurrentOptions options{.input_size = 3, .hidden_size = 6, .cell = GetParam()};
  options.recurrent_dropout = 0.5;
  auto encoder = make_encoder(options);
  const auto drawn = encoder->draw_weights({.generator = test_generator(8)});
  encoder(random_packed(layout, 3), layout, ForwardContext{.generator = test_generator(8)})
      .values.square()
      .sum()
      .backward();
  const auto gradient = encoder->parameters()[1].grad();
  EXPECT_TRUE(at::equal(gradient.ne(0.0), drawn[0][1].ne(0.0)));
}

TEST_P(DropConnect, EvaluationDropsNothing) {
  const auto layout = SequenceLayout::of(kDroppedLengths);
  const auto input = random_packed(layout, 3);
  RecurrentOptions options{.input_size = 3, .hidden_size = 6, .cell = GetParam()};
  auto plain = make_encoder(options);
  options.recurrent_dropout = 0.5;
  auto encoder = make_encoder(options);
  encoder->eval();
  EXPECT_TRUE(at::equal(encoder(input, layout).values, plain(input, layout).values));
}

INSTANTIATE_TEST_SUITE_P(Cells, DropConnect, testing::Values(Cell::lstm, Cell::gru, Cell::rnn));

TEST(RecurrentDropout, StaysOnMnemosOwnLayer) {
  if (lstm_kernels(KernelPath::automatic, at::kFloat) == nullptr) {
    GTEST_SKIP() << "this machine has no kernels";
  }
  const auto layout = SequenceLayout::of(kDroppedLengths);
  RecurrentOptions options{
      .input_size = 3, .hidden_size = 6, .layers = 2, .dropout = 0.3, .variational = true};
  options.recurrent_dropout = 0.5;
  options.inner_norm = Norm::layer;
  auto encoder = make_encoder(options);
  const auto values =
      encoder(random_packed(layout, 3), layout, ForwardContext{.generator = test_generator(8)})
          .values;
  EXPECT_NE(values.grad_fn()->name().find("LstmFunction"), std::string::npos)
      << values.grad_fn()->name();
}

TEST(DropHidden, TheFinalStatesMeetTheMasksOfTheirSteps) {
  const auto layout = SequenceLayout::of(kDroppedLengths);
  const ForwardContext context{.generator = test_generator(2)};
  auto encoder = make_encoder({.input_size = 3, .hidden_size = 6, .bidirectional = true});
  const auto encoded = encoder(random_packed(layout, 3), layout);
  const RecurrentStackOutput plain{encoded.values, last_layer_hidden(encoded.state.front(), 2)};
  const auto dropped = drop_hidden(plain, layout, 2, {.p = 0.5}, /*training=*/true, context);
  const auto mask = dropped.values.ne(0.0);  // (N, 12)
  EXPECT_TRUE(at::allclose(dropped.values, plain.values * mask * 2.0));
  const auto last = mask.index_select(0, layout.last_rows()).narrow(1, 0, 6);
  const auto first = mask.narrow(0, 0, 3).narrow(1, 6, 6);
  const auto expected = plain.final_hidden * at::cat({last, first}, 1) * 2.0;
  EXPECT_TRUE(at::allclose(dropped.final_hidden, expected, 1e-5, 1e-6));
  EXPECT_TRUE(drop_hidden(plain, layout, 2, {.p = 0.5}, /*training=*/false, context)
                  .values.is_same(plain.values));
}

}  // namespace
}  // namespace mnemo
