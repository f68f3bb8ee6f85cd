#include "models/recurrent/recurrent_stack.h"

#include <string>

#include "models/dropout.h"

namespace mnemo {

RecurrentOptions RecurrentStackOptions::layer(size_t index) const {
  RecurrentOptions options{.input_size = input_size,
                           .hidden_size = hidden_sizes.at(index),
                           .bidirectional = bidirectional,
                           .cell = cell,
                           .activation = activation};
  if (index > 0) options.input_size = hidden_sizes[index - 1] * options.directions();
  return options;
}

RecurrentStackImpl::RecurrentStackImpl(const RecurrentStackOptions& options) : options_(options) {
  for (size_t i = 0; i < options.hidden_sizes.size(); ++i) {
    layers_.push_back(register_module(std::to_string(i), RecurrentEncoder(options.layer(i))));
  }
}

RecurrentStackOutput RecurrentStackImpl::forward(const at::Tensor& packed,
                                                 const SequenceLayout& layout,
                                                 const ForwardContext& context) {
  RecurrentOutput output{.values = packed, .state = {}};
  for (size_t i = 0; i < layers_.size(); ++i) {
    const auto input =
        i == 0 ? packed : dropout(output.values, options_.dropout, is_training(), context);
    output = layers_[i]->forward(input, layout, context);
  }
  const int64_t directions = options_.layer(0).directions();
  return {output.values, last_layer_hidden(output.state.hidden, directions)};
}

at::Tensor last_layer_hidden(const at::Tensor& hidden, int64_t directions) {
  return hidden.slice(0, -directions).transpose(0, 1).flatten(1);
}

}  // namespace mnemo
