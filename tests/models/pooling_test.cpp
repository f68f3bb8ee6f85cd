#include "models/pooling.h"

#include <gtest/gtest.h>

#include "tests/models/test_support.h"

namespace mnemo {
namespace {

// One sequence pooled on its own, by definition.
at::Tensor pooled_alone(Pooling kind, const at::Tensor& steps, const at::Tensor& final_hidden) {
  switch (kind) {
    case Pooling::mean:
      return steps.mean(0);
    case Pooling::max:
      return steps.amax(0);
    default:
      return final_hidden;
  }
}

class PlainPooling : public testing::TestWithParam<Pooling> {};

TEST_P(PlainPooling, LooksAtEachSequencesOwnStepsAlone) {
  const auto layout = SequenceLayout::of(std::vector<int64_t>{2, 5, 1});
  // All negative: a padded zero would win the maximum.
  const auto packed = random_packed(layout, 4).abs().neg();
  const auto final_hidden = packed.index_select(0, layout.last_rows());
  SequencePooling pooling(PoolingOptions{.kinds = {GetParam()}}, 4);
  const auto found = pooling->forward(packed, final_hidden, layout);
  const auto padded = pad_steps(packed, layout);  // (T, B, D)
  for (int64_t b = 0; b < layout.sequences(); ++b) {
    const auto steps = padded.select(1, b).narrow(0, 0, layout.lengths[static_cast<size_t>(b)]);
    EXPECT_TRUE(at::allclose(found.values[b], pooled_alone(GetParam(), steps, final_hidden[b])));
  }
  EXPECT_FALSE(found.attention.defined());
}

INSTANTIATE_TEST_SUITE_P(Kinds, PlainPooling,
                         testing::Values(Pooling::last, Pooling::mean, Pooling::max));

TEST(SequencePooling, JoinsKindsInTheOrderGiven) {
  const auto layout = SequenceLayout::of(std::vector<int64_t>{3, 2});
  const auto packed = random_packed(layout, 4);
  const auto final_hidden = packed.index_select(0, layout.last_rows());
  SequencePooling both(PoolingOptions{.kinds = {Pooling::max, Pooling::last}}, 4);
  SequencePooling max(PoolingOptions{.kinds = {Pooling::max}}, 4);
  const auto found = both->forward(packed, final_hidden, layout).values;
  EXPECT_TRUE(at::equal(found.narrow(1, 0, 4), max->forward(packed, final_hidden, layout).values));
  EXPECT_TRUE(at::equal(found.narrow(1, 4, 4), final_hidden));
}

}  // namespace
}  // namespace mnemo
