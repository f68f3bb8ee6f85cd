#include "models/recurrent/recurrent_stack.h"

#include <string>

#include "models/dropout.h"

namespace mnemo {

RecurrentOptions RecurrentStackOptions::layer(size_t index) const {
  RecurrentOptions options{.input_size = input_size,
                           .hidden_size = hidden_sizes.at(index),
                           .bidirectional = bidirectional,
                           .cell = cell,
                           .activation = activation,
                           .recurrent_dropout = recurrent_dropout};
  if (index > 0) options.input_size = hidden_sizes[index - 1] * options.directions();
  return options;
}

RecurrentStackImpl::RecurrentStackImpl(const RecurrentStackOptions& options) : options_(options) {
  for (size_t i = 0; i < options.hidden_sizes.size(); ++i) {
    const auto layer = options.layer(i);
    norms_.push_back(
        i == 0 ? FeatureNorm()
               : FeatureNorm(*this, options.inner_norm, layer.input_size, "_" + std::to_string(i)));
    layers_.push_back(register_module(std::to_string(i), RecurrentEncoder(layer)));
  }
}

RecurrentStackOutput RecurrentStackImpl::forward(const at::Tensor& packed,
                                                 const SequenceLayout& layout,
                                                 const ForwardContext& context) {
  RecurrentOutput output{.values = packed, .state = {}};
  for (size_t i = 0; i < layers_.size(); ++i) {
    auto input = output.values;
    if (i > 0) {
      input = norms_[i](input, is_training()).to(input.scalar_type());
      input = step_dropout(input, layout, {options_.dropout, options_.variational}, is_training(),
                           context);
    }
    output = layers_[i]->forward(input, layout, context);
  }
  const int64_t directions = options_.layer(0).directions();
  return {output.values, last_layer_hidden(output.state.front(), directions)};
}

RecurrentStackOutput drop_hidden(const RecurrentStackOutput& output, const SequenceLayout& layout,
                                 int64_t directions, const StepDropout& drop, bool training,
                                 const ForwardContext& context) {
  if (!training || drop.p == 0.0) return output;
  const auto values = step_dropout(output.values, layout, drop, training, context);  // (N, D)
  const auto last = layout.last_rows().to(values.device());
  const int64_t size = values.size(1) / directions;
  auto final_hidden = values.index_select(0, last);  // (B, D)
  if (directions == 2) {                             // the reverse direction ends at the first step
    const auto first = values.narrow(0, 0, layout.sequences());
    final_hidden = at::cat({final_hidden.narrow(1, 0, size), first.narrow(1, size, size)}, 1);
  }
  return {values, final_hidden.to(output.final_hidden.scalar_type())};
}

at::Tensor last_layer_hidden(const at::Tensor& hidden, int64_t directions) {
  return hidden.slice(0, -directions).transpose(0, 1).flatten(1);
}

}  // namespace mnemo
