// The layers that read a model's sequences: recurrent ones, or a Transformer. The cell says which,
// and only here.
#pragma once

#include <memory>
#include <variant>

#include "models/recurrent/recurrent_stack.h"
#include "models/transformer/transformer_encoder.h"

namespace mnemo {

// The Transformer of a model whose cell is one: sizes, direction and dropout are those that the
// cell would have, the rest is in `own`. Sizes of layers that differ throw UsageError, as do heads
// that do not divide them.
TransformerOptions transformer_of(const RecurrentOptions& shared, TransformerOptions own);
TransformerOptions transformer_of(const RecurrentStackOptions& shared, TransformerOptions own);

struct EncodedSequences {
  at::Tensor values;  // (N, D) the last layer's output at every step, in the context's type
  // (B, D), fp32 at least: recurrent layers' state after each sequence's last step, directions
  // joined; a Transformer's output at that step, whether it looks ahead or not.
  at::Tensor final_hidden;
};

class SequenceEncoder {
 public:
  SequenceEncoder() = default;  // none
  SequenceEncoder(const RecurrentOptions& shared, const TransformerOptions& own);
  SequenceEncoder(const RecurrentStackOptions& shared, const TransformerOptions& own);

  // The module that holds the parameters, to be registered.
  std::shared_ptr<torch::nn::Module> module() const;

  // Ends of a sequence that the final hidden state is made of: 2 where one direction ends at the
  // first step, 1 where all is of the last.
  int64_t state_directions() const;

  // packed (N, input_size)
  EncodedSequences forward(const at::Tensor& packed, const SequenceLayout& layout,
                           const ForwardContext& context = {});

 private:
  std::variant<RecurrentEncoder, RecurrentStack, TransformerEncoder> layers_ =
      RecurrentEncoder(nullptr);
};

}  // namespace mnemo
