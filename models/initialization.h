// Starting values of parameters, drawn from a generator that is passed in.
#pragma once

#include <cstdint>

#include "models/torch_api.h"

namespace mnemo {

// This fills the matrices that cells read their inputs with, and dense layers.
enum class DenseInit {
  pytorch,  // uniform, as PyTorch's modules are made
  xavier,   // Glorot and Bengio 2010, uniform, of the whole matrix, with zero biases, as Keras does
};

// This fills the matrices that cells read their own hidden state with.
enum class RecurrentInit {
  pytorch,
  orthogonal,  // each gate's matrix of its own (Saxe et al. 2014)
};

struct InitializationOptions {
  // Standard deviation of the embeddings' normal distribution; PyTorch's own is 1.
  double embedding_std = 1.0;
  // Added to the forget gate's bias of an LSTM (Jozefowicz et al. 2015 advise 1); PyTorch adds
  // none.
  double forget_bias = 0.0;
  DenseInit dense = DenseInit::pytorch;
  RecurrentInit recurrent = RecurrentInit::pytorch;
};

// Unless the options say otherwise PyTorch's distributions, by the parameters' names: embeddings
// N(0, std^2), with a zero padding row in a text's; recurrent parameters U(-1/sqrt(H), 1/sqrt(H));
// dense layers U(-1/sqrt(fan_in), 1/sqrt(fan_in)); attention Xavier uniform with zero biases; batch
// and layer norm 1 and 0; a Transformer's learned positions N(0, 0.02^2); biases without a weight
// 0. Draws in the order of named_parameters().
void initialize_parameters(torch::nn::Module& model, const InitializationOptions& options,
                           at::Generator generator);

}  // namespace mnemo
