#include "models/sequence_encoder.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "mnemo/error.h"

namespace mnemo {
namespace {

EncodedSequences encode(RecurrentEncoder& layers, const at::Tensor& packed,
                        const SequenceLayout& layout, const ForwardContext& context) {
  const auto output = layers->forward(packed, layout, context);
  return {.values = output.values,
          .final_hidden = last_layer_hidden(output.state.front(), layers->options().directions())};
}

EncodedSequences encode(RecurrentStack& layers, const at::Tensor& packed,
                        const SequenceLayout& layout, const ForwardContext& context) {
  const auto output = layers->forward(packed, layout, context);
  return {.values = output.values, .final_hidden = output.final_hidden};
}

EncodedSequences encode(TransformerEncoder& layers, const at::Tensor& packed,
                        const SequenceLayout& layout, const ForwardContext& context) {
  const auto values = layers->forward(packed, layout, context);
  const auto last = values.index_select(0, layout.last_rows().to(values.device()));  // (B, D)
  return {.values = values,
          .final_hidden = last.to(at::promote_types(last.scalar_type(), at::kFloat))};
}

}  // namespace

TransformerOptions transformer_of(const RecurrentOptions& shared, TransformerOptions own) {
  own.input_size = shared.input_size;
  own.hidden_size = shared.hidden_size;
  own.layers = shared.layers;
  own.bidirectional = shared.bidirectional;
  own.dropout = shared.dropout;
  validate(own);
  return own;
}

TransformerOptions transformer_of(const RecurrentStackOptions& shared, TransformerOptions own) {
  const auto& sizes = shared.hidden_sizes;
  if (std::ranges::any_of(sizes, [&](int64_t size) { return size != sizes.front(); })) {
    throw SettingError("hidden-sizes",
                       fmt::format("{}: with `cell` transformer all layers have one size; name it "
                                   "once for each layer, as in {},{}",
                                   fmt::join(sizes, ","), sizes.front(), sizes.front()));
  }
  return transformer_of(RecurrentOptions{.input_size = shared.input_size,
                                         .hidden_size = sizes.front(),
                                         .layers = static_cast<int64_t>(sizes.size()),
                                         .bidirectional = shared.bidirectional,
                                         .dropout = shared.dropout},
                        own);
}

SequenceEncoder::SequenceEncoder(const RecurrentOptions& shared, const TransformerOptions& own) {
  if (shared.cell == Cell::transformer) {
    layers_ = TransformerEncoder(transformer_of(shared, own));
  } else {
    layers_ = RecurrentEncoder(shared);
  }
}

SequenceEncoder::SequenceEncoder(const RecurrentStackOptions& shared,
                                 const TransformerOptions& own) {
  if (shared.cell == Cell::transformer) {
    layers_ = TransformerEncoder(transformer_of(shared, own));
  } else {
    layers_ = RecurrentStack(shared);
  }
}

int64_t SequenceEncoder::state_directions() const {
  struct Directions {
    int64_t operator()(const RecurrentEncoder& layers) { return layers->options().directions(); }
    int64_t operator()(const RecurrentStack& layers) {
      return layers->options().layer(0).directions();
    }
    int64_t operator()(const TransformerEncoder&) { return 1; }
  };
  return std::visit(Directions{}, layers_);
}

std::shared_ptr<torch::nn::Module> SequenceEncoder::module() const {
  return std::visit(
      [](const auto& layers) -> std::shared_ptr<torch::nn::Module> { return layers.ptr(); },
      layers_);
}

EncodedSequences SequenceEncoder::forward(const at::Tensor& packed, const SequenceLayout& layout,
                                          const ForwardContext& context) {
  return std::visit([&](auto& layers) { return encode(layers, packed, layout, context); }, layers_);
}

}  // namespace mnemo
