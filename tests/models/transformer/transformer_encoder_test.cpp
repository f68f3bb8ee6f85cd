// Tests what parity with PyTorch (tests/parity) does not show: who sees whom, dropout, precision,
// refusals.
#include "models/transformer/transformer_encoder.h"

#include <gtest/gtest.h>

#include <cmath>
#include <string>

#include "models/sequence_encoder.h"
#include "tests/common/test_helpers.h"
#include "tests/models/test_support.h"

namespace mnemo {
namespace {

constexpr double kAttentionTolerance = 1e-5;
const std::vector<int64_t> kAttendedLengths = {4, 1, 7, 5};

TransformerOptions small_options(bool bidirectional) {
  return {.input_size = 3,
          .hidden_size = 8,
          .layers = 2,
          .bidirectional = bidirectional,
          .heads = 2,
          .feedforward_size = 12};
}

TransformerEncoder random_encoder(const TransformerOptions& options) {
  TransformerEncoder encoder(options);
  randomize(*encoder);
  return encoder;
}

// (T, D) of the caller's i-th sequence.
at::Tensor sequence_of(const at::Tensor& packed, const SequenceLayout& layout, size_t i) {
  const int64_t place = layout.caller_order()[static_cast<int64_t>(i)].item<int64_t>();
  return pad_steps(packed, layout).select(1, place).narrow(0, 0, kAttendedLengths[i]);
}

class TransformerDirections : public testing::TestWithParam<bool> {};

TEST_P(TransformerDirections, ASequenceGivesTheSameAloneAndInABatch) {
  const at::NoGradGuard no_grad;
  auto encoder = random_encoder(small_options(GetParam()));
  const auto layout = SequenceLayout::of(kAttendedLengths);
  const auto input = random_packed(layout, 3);
  const auto together = encoder->forward(input, layout);
  ASSERT_EQ(together.sizes(), (std::vector<int64_t>{layout.values(), 8}));
  for (size_t i = 0; i < kAttendedLengths.size(); ++i) {
    const auto alone = encoder->forward(sequence_of(input, layout, i),
                                        SequenceLayout::of(std::vector{kAttendedLengths[i]}));
    EXPECT_TRUE(at::allclose(alone, sequence_of(together, layout, i), kAttentionTolerance,
                             kAttentionTolerance))
        << i;
  }
}

TEST_P(TransformerDirections, SeesTheFutureOnlyWhereItLooksBothWays) {
  const at::NoGradGuard no_grad;
  auto encoder = random_encoder(small_options(GetParam()));
  const auto layout = SequenceLayout::of(std::vector<int64_t>{6});
  const auto input = random_packed(layout, 3);
  const auto before = encoder->forward(input, layout);
  input[4] += 1.0;
  const auto change = (encoder->forward(input, layout) - before).abs().amax(1);  // (6)
  EXPECT_GT(change[4].item<double>(), 1e-3);
  EXPECT_GT(change[5].item<double>(), 1e-3);
  for (int64_t t = 0; t < 4; ++t) {
    EXPECT_EQ(change[t].item<double>() > 1e-3, GetParam()) << "step " << t;
  }
}

// The way that training with dropout goes is another than LibTorch's fused attention; without a
// draw that falls they are the same.
TEST_P(TransformerDirections, DropoutsAttentionIsTheFusedOne) {
  const at::NoGradGuard no_grad;
  auto options = small_options(GetParam());
  auto expected = random_encoder(options);
  options.dropout = 1e-9;
  auto found = random_encoder(options);
  const auto layout = SequenceLayout::of(kAttendedLengths);
  const auto input = random_packed(layout, 3);
  EXPECT_TRUE(at::allclose(found->forward(input, layout, {.generator = test_generator()}),
                           expected->forward(input, layout), kAttentionTolerance,
                           kAttentionTolerance));
}

TEST_P(TransformerDirections, Bf16StaysWithinItsRounding) {
  const at::NoGradGuard no_grad;
  auto encoder = random_encoder(small_options(GetParam()));
  const auto layout = SequenceLayout::of(kAttendedLengths);
  const auto input = random_packed(layout, 3);
  const auto exact = encoder->forward(input, layout);
  const auto rounded = encoder->forward(input, layout, {.compute_type = at::kBFloat16});
  EXPECT_EQ(rounded.scalar_type(), at::kBFloat16);
  EXPECT_FALSE(at::equal(rounded, exact.to(at::kBFloat16))) << "computed in fp32";
  EXPECT_TRUE(at::allclose(rounded.to(at::kFloat), exact, 0.0, 0.05));
}

TEST_P(TransformerDirections, TheFinalStateIsThatOfTheLastStep) {
  const at::NoGradGuard no_grad;
  const auto options = small_options(GetParam());
  SequenceEncoder encoder(RecurrentOptions{.input_size = options.input_size,
                                           .hidden_size = options.hidden_size,
                                           .bidirectional = options.bidirectional,
                                           .cell = Cell::transformer},
                          options);
  randomize(*encoder.module());
  const auto layout = SequenceLayout::of(kAttendedLengths);
  const auto encoded =
      encoder.forward(random_packed(layout, 3), layout, {.compute_type = at::kBFloat16});
  EXPECT_EQ(encoded.final_hidden.scalar_type(), at::kFloat);
  for (int64_t i = 0; i < layout.sequences(); ++i) {
    const auto last = pad_steps(encoded.values, layout)[layout.lengths[static_cast<size_t>(i)] - 1];
    EXPECT_TRUE(at::equal(encoded.final_hidden[i], last[i].to(at::kFloat))) << i;
  }
}

INSTANTIATE_TEST_SUITE_P(Both, TransformerDirections, testing::Bool(),
                         [](const auto& test) { return test.param ? "both" : "causal"; });

TEST(TransformerEncoder, NamesItsParametersAsPyTorchDoes) {
  auto options = small_options(/*bidirectional=*/true);
  options.positions = Positions::learned;
  options.longest = 9;
  const auto parameters = TransformerEncoder(options)->named_parameters();
  const auto sizes = [&](const char* name) { return parameters[name].sizes().vec(); };
  using Sizes = std::vector<int64_t>;
  EXPECT_EQ(sizes("positions"), (Sizes{9, 8}));
  EXPECT_EQ(sizes("input_projection.weight"), (Sizes{8, 3}));
  EXPECT_EQ(sizes("layers.1.self_attn.in_proj_weight"), (Sizes{24, 8}));
  EXPECT_EQ(sizes("layers.1.self_attn.out_proj.bias"), (Sizes{8}));
  EXPECT_EQ(sizes("layers.0.linear1.weight"), (Sizes{12, 8}));
  EXPECT_EQ(sizes("layers.0.linear2.weight"), (Sizes{8, 12}));
  EXPECT_EQ(sizes("layers.0.norm2.bias"), (Sizes{8}));
  EXPECT_EQ(sizes("norm.weight"), (Sizes{8}));
  EXPECT_EQ(parameters.size(), 1U + 2U * 12U + 2U + 2U);
}

TEST(TransformerEncoder, SinusoidsAreThoseOfThePaper) {
  const auto table = sinusoidal_positions(50, 7, at::kCPU);
  ASSERT_EQ(table.sizes(), (std::vector<int64_t>{50, 7}));
  for (const auto& [t, column] : {std::pair{0, 1}, {3, 0}, {49, 5}, {17, 6}}) {
    const double angle = t / std::pow(10000.0, (column - column % 2) / 7.0);
    const double expected = column % 2 == 0 ? std::sin(angle) : std::cos(angle);
    EXPECT_NEAR(table[t][column].item<double>(), expected, 1e-5) << t << ", " << column;
  }
}

TEST(TransformerEncoder, DropoutFollowsTheGeneratorAlone) {
  auto options = small_options(/*bidirectional=*/true);
  options.dropout = 0.3;
  auto encoder = random_encoder(options);
  const auto layout = SequenceLayout::of(kAttendedLengths);
  const auto input = random_packed(layout, 3);
  const auto run = [&](uint64_t seed) {
    auto global = at::globalContext().defaultGenerator(at::kCPU);
    global.set_current_seed(seed + 100);
    return encoder->forward(input, layout, {.generator = test_generator(seed % 2)});
  };
  EXPECT_TRUE(at::equal(run(1), run(3))) << "something draws from the global generator";
  EXPECT_FALSE(at::equal(run(1), run(2)));
  EXPECT_THROW(encoder->forward(input, layout), Error) << "training needs a generator";
  encoder->eval();
  EXPECT_TRUE(at::equal(run(1), run(2)));
}

TEST(TransformerEncoder, LearnedPositionsEnd) {
  auto options = small_options(/*bidirectional=*/true);
  options.positions = Positions::learned;
  options.longest = 6;
  auto encoder = random_encoder(options);
  const auto layout = SequenceLayout::of(kAttendedLengths);
  const auto message = message_of([&] { encoder->forward(random_packed(layout, 3), layout); });
  EXPECT_TRUE(contains(message, "7 steps")) << message;
  EXPECT_TRUE(contains(message, "end at 6")) << message;
}

TEST(TransformerEncoder, RefusesSizesThatMakeNone) {
  auto options = small_options(/*bidirectional=*/true);
  options.heads = 3;
  EXPECT_TRUE(contains(message_of([&] { TransformerEncoder encoder(options); }),
                       "`attention-heads` 3 does not divide"));
  RecurrentStackOptions stack{.input_size = 3, .hidden_sizes = {8, 6}, .cell = Cell::transformer};
  EXPECT_TRUE(contains(message_of([&] { SequenceEncoder encoder(stack, {}); }),
                       "`hidden-sizes` 8,6: with `cell` transformer all layers have one size"));
}

}  // namespace
}  // namespace mnemo
