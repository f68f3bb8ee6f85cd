#include "models/series_model.h"

#include <fmt/format.h>

#include "mnemo/error.h"
#include "models/dropout.h"

namespace mnemo {
namespace {

// (N, F) packed: each sequence's columns by their own mean and deviation over its steps.
at::Tensor z_normalized(const at::Tensor& packed, const SequenceLayout& layout) {
  const auto steps = pad_steps(packed, layout);  // (T, B, F), 0 past the end
  const auto lengths =
      layout.lengths_tensor().to(packed.device(), packed.scalar_type()).view({1, -1, 1});
  const auto mask = step_mask(layout, packed.device()).t().unsqueeze(2);  // (T, B, 1)
  const auto centred = (steps - steps.sum({0}, /*keepdim=*/true) / lengths) * mask;
  const auto variance = (centred * centred).sum({0}, /*keepdim=*/true) / lengths;
  return pack_steps(centred / (variance + kLeastSeriesVariance).sqrt(), layout);
}

}  // namespace

void validate(const SeriesModelOptions& options) {
  if (options.encoder.cell == Cell::transformer) {
    (void)transformer_of(options.encoder, options.transformer);
  }
  validate(
      options.pooling, options.encoder.output_size(),
      fmt::format("the last of `hidden-sizes`{}",
                  options.encoder.layer(0).directions() == 2 ? ", twice for `bidirectional`" : ""));
}

SeriesModelImpl::SeriesModelImpl(const SeriesModelOptions& options) : options_(options) {
  validate(options);
  options_.encoder.input_size = options.features;
  const int64_t encoded = options_.encoder.output_size();
  const int64_t pooled = encoded * static_cast<int64_t>(options.pooling.kinds.size());
  feature_scaling_ = register_module("feature_scaling", ColumnScaling(options.features));
  target_scaling_ = register_module("target_scaling", ColumnScaling(options.outputs));
  encoder_ = SequenceEncoder(options_.encoder, options_.transformer);
  register_module("encoder", encoder_.module());
  pooling_ = register_module("pooling", SequencePooling(options.pooling, encoded));
  norm_ = FeatureNorm(*this, options.norm, pooled);
  dense_ = register_module("dense", torch::nn::Linear(pooled, options.outputs));
  if (options.aux_classes > 0) {
    aux_dense_ = register_module("aux_dense", torch::nn::Linear(pooled, options.aux_classes));
  }
  if (options.linear_steps > 0) {
    linear_ = register_module("linear",
                              LinearPart(options.linear_steps, options.features, options.outputs));
  }
}

at::Tensor SeriesModelImpl::forward(const SequenceBatch& batch, const ForwardContext& context) {
  const auto layers = forward_layers(batch, context).answer;
  const auto linear = linear_answer(batch);
  return linear.defined() ? layers + linear : layers;
}

at::Tensor SeriesModelImpl::linear_answer(const SequenceBatch& batch) {
  if (linear_.is_empty()) return {};
  const auto answer = linear_->forward(scaled_input(batch), batch.layout);
  return answer.index_select(0, batch.layout.caller_order().to(answer.device()));
}

at::Tensor SeriesModelImpl::scaled_input(const SequenceBatch& batch) {
  const auto input = feature_scaling_->scale(batch.values);
  return options_.z_normalize ? z_normalized(input, batch.layout) : input;
}

SeriesOutput SeriesModelImpl::forward_layers(const SequenceBatch& batch,
                                             const ForwardContext& context) {
  const auto& layout = batch.layout;
  auto input = row_dropout(scaled_input(batch), options_.step_dropout, is_training(), context);
  const bool variational = options_.encoder.variational;
  input =
      step_dropout(input, layout, {options_.input_dropout, variational}, is_training(), context);
  const auto encoded = encoder_.forward(input, layout, context);
  const auto hidden =
      drop_hidden({encoded.values, encoded.final_hidden}, layout, encoder_.state_directions(),
                  {options_.output_dropout, variational}, is_training(), context);
  auto pooled = pooling_(hidden.values, hidden.final_hidden, layout, context).values;
  pooled = norm_(pooled, is_training());
  pooled = dropout(pooled, options_.dropout, is_training(), context);  // (B, pooled)
  const auto order = layout.caller_order().to(batch.values.device());
  pooled = pooled.index_select(0, order);
  return {.answer = dense_(pooled),
          .aux_logits = aux_dense_.is_empty() ? at::Tensor() : aux_dense_(pooled)};
}

}  // namespace mnemo
