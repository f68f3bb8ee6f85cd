#include "models/token_embedding.h"

#include <ATen/CPUGeneratorImpl.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "models/torch_api.h"

namespace mnemo {
namespace {

ForwardContext context_of(KernelPath path, at::ScalarType type, uint64_t seed = 1) {
  return {.generator = at::make_generator<at::CPUGeneratorImpl>(seed),
          .compute_type = type,
          .kernel_path = path};
}

class TokenEmbedding : public testing::TestWithParam<KernelPath> {
 protected:
  void SetUp() override {
    try {
      vector_kernels(GetParam());
    } catch (const std::exception& error) {
      GTEST_SKIP() << error.what();
    }
  }

  at::Tensor embed(const EmbeddingDropout& dropout, at::ScalarType type = at::kFloat,
                   uint64_t seed = 1) const {
    return embed_tokens(weight_, ids_, dropout, /*training=*/true,
                        context_of(GetParam(), type, seed));
  }

  // 21 elements: a tail that fills no vector.
  const at::Tensor weight_ = at::randn({50, 21}).requires_grad_();
  const at::Tensor ids_ = at::randint(1, 50, {400}, at::kLong);
};

TEST_P(TokenEmbedding, IsTheRowsOfTheWeight) {
  const auto expected = weight_.detach().index_select(0, ids_);
  EXPECT_TRUE(at::equal(embed({}).detach(), expected));
  EXPECT_TRUE(at::equal(embed({}, at::kBFloat16).detach(), expected.to(at::kBFloat16)));
  const at::NoGradGuard no_grad;
  EXPECT_TRUE(at::equal(embed({}), expected));
}

TEST_P(TokenEmbedding, HasTheGradientOfTheOperatorButNoneForPadding) {
  const auto ids = at::cat({ids_, at::zeros({3}, at::kLong)});
  const auto grad = at::randn({403, 21});
  embed_tokens(weight_, ids, {}, true, context_of(GetParam(), at::kFloat)).backward(grad);
  ASSERT_TRUE(weight_.grad().is_sparse());
  const auto dense = weight_.grad().to_dense();
  const auto expected = at::embedding_dense_backward(grad, ids, 50, /*padding_idx=*/0,
                                                     /*scale_grad_by_freq=*/false);
  EXPECT_TRUE(at::allclose(dense, expected, 1e-5, 1e-5));
  EXPECT_EQ(dense[0].abs().sum().item<float>(), 0.0F);
}

TEST_P(TokenEmbedding, DropsElementsAndWholeWordsAtTheirRates) {
  const auto kept = [](const at::Tensor& output) { return output.ne(0).to(at::kFloat); };
  EXPECT_NEAR(kept(embed({.element = 0.3})).mean().item<float>(), 0.7F, 0.03F);
  const auto words = kept(embed({.word = 0.3})).mean(1);  // (N)
  EXPECT_TRUE(words.eq(0).logical_or(words.eq(1)).all().item<bool>());
  EXPECT_NEAR(words.mean().item<float>(), 0.7F, 0.08F);
  const auto output = embed({.word = 0.5, .element = 0.5}).detach();
  const auto all = weight_.detach().index_select(0, ids_) * 4;
  EXPECT_TRUE(at::allclose(output, all * kept(output)));
}

TEST_P(TokenEmbedding, HasTheGradientOfWhatWasKept) {
  const auto output = embed({.word = 0.2, .element = 0.4});
  const auto grad = at::randn({400, 21});
  output.backward(grad);
  const auto scale = at::where(output.ne(0), 1.0 / (0.8 * 0.6), 0.0);
  const auto expected = at::zeros({50, 21}).index_add(0, ids_, (grad * scale).to(at::kFloat));
  EXPECT_TRUE(at::allclose(weight_.grad().to_dense(), expected, 1e-4, 1e-5));
}

TEST_P(TokenEmbedding, DependsOnTheSeedAlone) {
  const EmbeddingDropout dropout{.word = 0.2, .element = 0.4};
  EXPECT_TRUE(at::equal(embed(dropout), embed(dropout)));
  EXPECT_FALSE(at::equal(embed(dropout), embed(dropout, at::kFloat, 2)));
}

TEST_P(TokenEmbedding, RefusesIdsOutOfTheVocabulary) {
  for (const int64_t id : {-1, 50}) {
    EXPECT_THROW(embed_tokens(weight_, at::full({1}, id, at::kLong), {}, true,
                              context_of(GetParam(), at::kFloat)),
                 c10::Error);
  }
}

INSTANTIATE_TEST_SUITE_P(OwnKernels, TokenEmbedding,
                         testing::Values(KernelPath::avx2, KernelPath::avx512),
                         [](const auto& path) {
                           return std::string(path.param == KernelPath::avx2 ? "avx2" : "avx512");
                         });

TEST(TokenEmbeddingByOperators, DropsAndHasADenseGradient) {
  const auto weight = at::randn({50, 21}).requires_grad_();
  const auto ids = at::randint(1, 50, {400}, at::kLong);
  const auto output = embed_tokens(weight, ids, {.word = 0.2, .element = 0.4}, true,
                                   context_of(KernelPath::stock, at::kFloat));
  EXPECT_NEAR(output.ne(0).to(at::kFloat).mean().item<float>(), 0.48F, 0.05F);
  output.sum().backward();
  EXPECT_FALSE(weight.grad().is_sparse());
}

}  // namespace
}  // namespace mnemo
