#include "models/sequence_batch.h"

#include <gtest/gtest.h>

#include "mnemo/error.h"
#include "tests/models/test_support.h"

namespace mnemo {
namespace {

std::vector<int64_t> values_of(const at::Tensor& tensor) {
  const auto flat = tensor.contiguous();
  return {flat.const_data_ptr<int64_t>(), flat.const_data_ptr<int64_t>() + flat.numel()};
}

TEST(SequenceBatch, PacksStepByStepLongestFirst) {
  const auto batch = make_batch({{1, 2}, {3, 4, 5}, {6}});
  EXPECT_EQ(values_of(batch.values), (std::vector<int64_t>{3, 1, 6, 4, 2, 5}));
  EXPECT_EQ(batch.layout.lengths, (std::vector<int64_t>{3, 2, 1}));
  EXPECT_EQ(batch.layout.order, (std::vector<int64_t>{1, 0, 2}));
  EXPECT_EQ(values_of(batch.layout.batch_sizes), (std::vector<int64_t>{3, 2, 1}));
}

TEST(SequenceBatch, KnowsWhereEachSequenceEndsAndWhereTheCallerPutIt) {
  const auto batch = make_batch({{1, 2}, {3, 4, 5}, {6}});
  EXPECT_EQ(values_of(batch.values.index_select(0, batch.layout.last_rows())),
            (std::vector<int64_t>{5, 2, 6}));
  EXPECT_EQ(values_of(batch.layout.caller_order()), (std::vector<int64_t>{1, 0, 2}));
}

TEST(SequenceBatch, PaddingAndPackingAreInverse) {
  const auto layout = SequenceLayout::of(std::vector<int64_t>{2, 5, 1});
  const auto packed = random_packed(layout, 3);
  const auto padded = pad_steps(packed, layout, 7.0);
  EXPECT_EQ(padded.sizes(), (std::vector<int64_t>{5, 3, 3}));
  EXPECT_EQ(padded[4][1][0].item<float>(), 7.0F);
  EXPECT_TRUE(at::equal(pack_steps(padded, layout), packed));
}

TEST(SequenceBatch, EqualLengthsNeedNoPaddingAndGiveTheSame) {
  const auto layout = SequenceLayout::of(std::vector<int64_t>{2, 2});
  const auto packed = random_packed(layout, 3);
  const auto padded = pad_steps(packed, layout);
  EXPECT_TRUE(at::equal(padded[1][0], packed[2]));
  EXPECT_TRUE(at::equal(pack_steps(padded, layout), packed));
}

TEST(SequenceBatch, ReversesEachSequenceWithinItsOwnLength) {
  const auto batch = make_batch({{1, 2}, {3, 4, 5}, {6}});
  const auto reversed = reverse_steps(batch.values.to(at::kFloat), batch.layout).to(at::kLong);
  EXPECT_EQ(values_of(reversed), (std::vector<int64_t>{5, 2, 6, 4, 1, 3}));
}

TEST(SequenceBatch, ReversingPassesTheGradientBackToWhereItCameFrom) {
  const auto layout = SequenceLayout::of(std::vector<int64_t>{2, 3, 1});
  const auto input = random_packed(layout, 2).requires_grad_();
  const auto weight = random_packed(layout, 2, 21);
  (reverse_steps(input, layout) * weight).sum().backward();
  EXPECT_TRUE(at::equal(input.grad(), weight.index_select(0, layout.reversed_rows())));
}

TEST(SequenceBatch, MaskIsTrueWhereAStepExists) {
  const auto layout = SequenceLayout::of(std::vector<int64_t>{1, 3});
  EXPECT_EQ(values_of(step_mask(layout, at::kCPU).to(at::kLong)),
            (std::vector<int64_t>{1, 1, 1, 1, 0, 0}));
}

TEST(SequenceBatch, RefusesNoSequenceAndEmptyOnes) {
  EXPECT_THROW(SequenceLayout::of(std::vector<int64_t>{}), Error);
  EXPECT_THROW(SequenceLayout::of(std::vector<int64_t>{3, 0}), Error);
}

}  // namespace
}  // namespace mnemo
