#include "app/training/adversarial.h"

#include <gtest/gtest.h>
#include <torch/csrc/autograd/autograd.h>

#include "app/tasks/text/text_objective.h"
#include "tests/models/test_support.h"

namespace mnemo {
namespace {

TEST(AdversarialPerturbation, HasItsShareOfEachSequencesNormAndTheGradientsDirection) {
  const std::vector<int64_t> lengths = {2, 4, 1};
  const auto layout = SequenceLayout::of(lengths);
  const auto embedded = random_packed(layout, 5) * 3.0;
  auto gradient = random_packed(layout, 5, /*seed=*/10);
  const auto sequence = layout.sequence_of_rows();
  gradient.masked_fill_(sequence.eq(2).unsqueeze(1), 0.0);  // has none
  const auto change = adversarial_perturbation(embedded, gradient, layout, 0.07);
  for (int64_t b = 0; b < 2; ++b) {
    const auto rows = sequence.eq(b).nonzero().squeeze(1);
    const auto own = change.index_select(0, rows), of = gradient.index_select(0, rows);
    const double norm = 0.07 * embedded.index_select(0, rows).norm().item<double>();
    EXPECT_NEAR(own.norm().item<double>(), norm, 1e-5);
    EXPECT_NEAR((own * of).sum().item<double>(), norm * of.norm().item<double>(), 1e-4);
  }
  EXPECT_EQ(change.masked_select(sequence.eq(2).unsqueeze(1)).abs().sum().item<float>(), 0.0F);
}

class AdversarialStep : public testing::Test {
 protected:
  AdversarialStep() {
    options.vocab_size = 12;
    options.classes = 3;
    options.embedding_dim = 6;
    options.encoder = {.hidden_size = 8, .bidirectional = true};
    options.pooling = {.kinds = {Pooling::last, Pooling::max}};
    model = TextClassifier(options);
    randomize(*model);
    batch = {.inputs = make_batch(sample_ids()),
             .targets = at::tensor(std::vector<int64_t>{0, 2, 1, 1})};
  }
  std::vector<at::Tensor> gradients(double norm, double& loss) {
    TextObjective objective(model, {.loss = {}, .adversarial_norm = norm}, at::kCPU, at::kFloat);
    model->train();
    model->zero_grad();
    loss = objective.step(batch, /*seed=*/7, /*weight=*/1.0).loss;
    std::vector<at::Tensor> found;
    for (const auto& parameter : model->parameters()) {
      const auto& gradient = parameter.grad();
      found.push_back(gradient.is_sparse() ? gradient.to_dense() : gradient.clone());
    }
    return found;
  }

  TextClassifierOptions options;
  TextClassifier model{nullptr};
  LabelledBatch batch;
};

// Everything without dropout, so that the sum of both losses can be written down.
TEST_F(AdversarialStep, DifferentiatesTheSumOfBothLosses) {
  options.word_dropout = options.embedding_dropout = options.dropout = 0.0;
  model = TextClassifier(options);
  randomize(*model);
  double loss = 0.0;
  const auto found = gradients(0.1, loss);

  const auto parameters = model->parameters();
  const auto loss_of = [&](const at::Tensor& embedded) {
    return cross_entropy_sum(model->classify(embedded, batch.inputs.layout).logits, batch.targets) /
           4.0;
  };
  const auto embedded = model->embed(batch.inputs);
  const auto clean = loss_of(embedded);
  const auto leaf = embedded.detach().requires_grad_();
  const auto gradient = torch::autograd::grad({loss_of(leaf)}, {leaf})[0];
  const auto change = adversarial_perturbation(leaf, gradient, batch.inputs.layout, 0.1);
  const auto perturbed = loss_of(embedded + change);
  EXPECT_GT(perturbed.item<double>(), clean.item<double>()) << "the change is a bad one";
  model->zero_grad();
  (clean + perturbed).backward();
  EXPECT_NEAR(loss, 4.0 * clean.item<double>(), 1e-5) << "the loss told is the texts' own";
  for (size_t i = 0; i < parameters.size(); ++i) {
    const auto& grad = parameters[i].grad();
    const auto expected = grad.is_sparse() ? grad.to_dense() : grad;
    EXPECT_TRUE(at::allclose(found[i], expected, 1e-4, 1e-6)) << i;
  }
}

TEST_F(AdversarialStep, BothPassesMeetTheSameDropout) {
  double plain_loss = 0.0, tiny_loss = 0.0;
  const auto plain = gradients(0.0, plain_loss);
  const auto tiny = gradients(1e-7, tiny_loss);  // the two passes all but agree
  EXPECT_NEAR(plain_loss, tiny_loss, 1e-6);
  for (size_t i = 0; i < plain.size(); ++i) {
    EXPECT_TRUE(at::allclose(tiny[i], 2.0 * plain[i], 1e-3, 1e-5)) << i;
  }
}

}  // namespace
}  // namespace mnemo
