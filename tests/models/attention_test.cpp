#include "models/attention.h"

#include <gtest/gtest.h>

#include <cmath>

#include "mnemo/error.h"
#include "tests/models/test_support.h"

namespace mnemo {
namespace {

// torch.nn.MultiheadAttention written out: every key and value projected, biases included.
AttentionOutput by_the_book(const SingleQueryAttention& attention, int64_t heads,
                            const at::Tensor& query, const at::Tensor& memory,
                            const at::Tensor& mask) {
  const auto parameters = attention->named_parameters();
  const auto weight = parameters["in_proj_weight"].chunk(3);
  const auto bias = parameters["in_proj_bias"].chunk(3);
  const auto split = [&](const at::Tensor& x) {  // (B, T, D) -> (B, heads, T, d)
    return x.view({x.size(0), x.size(1), heads, -1}).transpose(1, 2);
  };
  const auto q = split(at::linear(query.unsqueeze(1), weight[0], bias[0]));
  const auto k = split(at::linear(memory, weight[1], bias[1]));
  const auto v = split(at::linear(memory, weight[2], bias[2]));
  auto scores = at::matmul(q, k.transpose(2, 3)) / std::sqrt(static_cast<double>(q.size(3)));
  scores =
      scores.masked_fill(mask.logical_not().view({mask.size(0), 1, 1, mask.size(1)}), -INFINITY);
  const auto weights = scores.softmax(-1);
  const auto context = at::matmul(weights, v).transpose(1, 2).flatten(1);
  return {at::linear(context, parameters["out_proj.weight"], parameters["out_proj.bias"]),
          weights.squeeze(2)};
}

TEST(SingleQueryAttention, FoldingTheProjectionsChangesNothing) {
  constexpr int64_t kHeads = 3;
  SingleQueryAttention attention(AttentionOptions{.embed_dim = 12, .heads = kHeads});
  randomize(*attention);
  const auto query = at::randn({4, 12}, test_generator(1));
  const auto memory = at::randn({4, 6, 12}, test_generator(2));
  const auto mask = step_mask(SequenceLayout::of(std::vector<int64_t>{6, 4, 2, 1}), at::kCPU);
  const auto expected = by_the_book(attention, kHeads, query, memory, mask);
  const auto found = attention->forward(query, memory, mask);
  EXPECT_TRUE(at::allclose(found.weights, expected.weights, 1e-5, 1e-6));
  EXPECT_TRUE(at::allclose(found.context, expected.context, 1e-5, 1e-5));
}

TEST(SingleQueryAttention, GivesNoWeightToPaddingWhateverStandsThere) {
  SingleQueryAttention attention(AttentionOptions{.embed_dim = 8, .heads = 2});
  randomize(*attention);
  const auto query = at::randn({1, 8}, test_generator(1));
  auto memory = at::randn({1, 5, 8}, test_generator(2));
  const auto mask = at::tensor({1, 1, 1, 0, 0}).to(at::kBool).unsqueeze(0);
  const auto before = attention->forward(query, memory, mask);
  memory.narrow(1, 3, 2).fill_(100.0);
  const auto after = attention->forward(query, memory, mask);
  EXPECT_TRUE(at::equal(before.context, after.context));
  EXPECT_EQ(after.weights.narrow(2, 3, 2).abs().sum().item<float>(), 0.0F);
}

TEST(SingleQueryAttention, RefusesHeadsThatDoNotDivide) {
  EXPECT_THROW(SingleQueryAttention(AttentionOptions{.embed_dim = 10, .heads = 4}), UsageError);
}

}  // namespace
}  // namespace mnemo
