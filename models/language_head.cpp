#include "models/language_head.h"

#include "mnemo/error.h"

namespace mnemo {
namespace {

// (N - B) int64: for each packed row but those of first steps the row of the step before.
at::Tensor rows_before(const SequenceLayout& layout) {
  const auto offsets = layout.step_offsets();
  auto rows = at::empty({offsets.back() - layout.sequences()}, at::kLong);
  int64_t* row = rows.mutable_data_ptr<int64_t>();
  for (size_t t = 1; t + 1 < offsets.size(); ++t) {
    for (int64_t b = 0; b < offsets[t + 1] - offsets[t]; ++b) *row++ = offsets[t - 1] + b;
  }
  return rows;
}

}  // namespace

void validate_language_head(const RecurrentOptions& encoder) {
  const bool looks_ahead =
      encoder.bidirectional && (encoder.layers > 1 || encoder.cell == Cell::transformer);
  if (!looks_ahead) return;
  throw UsageError(
      "a language model of layers that look in both directions would see the pieces that it is to "
      "predict: take one recurrent layer, or `bidirectional` false");
}

LanguageHeadImpl::LanguageHeadImpl(const LanguageHeadOptions& options) : options_(options) {
  const auto projection = [&] {
    return torch::nn::Linear(options.hidden_size, options.embedding_dim);
  };
  forward_ = register_module("forward_projection", projection());
  if (options.directions == 2) reverse_ = register_module("reverse_projection", projection());
  bias_ = register_parameter("bias", torch::zeros({options.vocab_size}));
}

LanguageLoss LanguageHeadImpl::loss(const at::Tensor& hidden, const at::Tensor& ids,
                                    const SequenceLayout& layout, const at::Tensor& embedding,
                                    const SoftmaxSample& sample) {
  const int64_t size = options_.hidden_size, first = layout.sequences();
  const auto before = rows_before(layout);
  LanguageLoss loss{.sum = at::zeros({}), .predicted = before.numel() * options_.directions};
  if (before.numel() == 0) return loss;
  const auto of = [&](torch::nn::Linear& projection, const at::Tensor& states,
                      const at::Tensor& targets) {
    const auto projected = at::linear(states, projection->weight.to(states.scalar_type()),
                                      projection->bias.to(states.scalar_type()));  // (N - B, E)
    return sampled_softmax_loss_sum(projected, embedding, bias_, targets, sample);
  };
  loss.sum = of(forward_, hidden.narrow(1, 0, size).index_select(0, before), ids.slice(0, first));
  if (!reverse_.is_empty()) {
    loss.sum = loss.sum + of(reverse_, hidden.narrow(1, size, size).slice(0, first),
                             ids.index_select(0, before));
  }
  return loss;
}

}  // namespace mnemo
