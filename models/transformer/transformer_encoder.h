// A Transformer encoder over packed sequences (Vaswani et al. 2017), its layers in the pre-norm
// form (Xiong et al. 2020): x + Attention(LN(x)), then x + FF(LN(x)), and a LayerNorm after the
// last.
//
// It is torch.nn.TransformerEncoder of torch.nn.TransformerEncoderLayer(norm_first=True,
// activation="gelu"), with its parameters' names and shapes and its places of dropout. Two parts
// are here beside it: `input_projection` where the input has another size, and `positions` where
// they are learned.
#pragma once

#include <torch/nn/modules/container/modulelist.h>
#include <torch/nn/modules/normalization.h>

#include <cstdint>

#include "models/forward_context.h"
#include "models/sequence_batch.h"
#include "models/torch_api.h"

namespace mnemo {

// How a step tells where in its sequence it stands: by a vector that is added to the input.
enum class Positions {
  sinusoidal,  // sines and cosines of wavelengths from 2 pi to 10000 * 2 pi (Vaswani et al. 2017)
  learned,     // a table of the longest sequence's steps (as in Devlin et al. 2019)
};

inline constexpr double kLayerNormEps = 1e-5;  // PyTorch's

struct TransformerOptions {
  // Models take these from what their cells share with a Transformer.
  int64_t input_size = 0;     // F; another than hidden_size is projected to it
  int64_t hidden_size = 128;  // D, d_model
  int64_t layers = 1;
  bool bidirectional = false;  // a step sees all steps; else only itself and those before it
  double dropout = 0.0;        // of attention weights, of both sums' terms, and inside the FF

  int64_t heads = 4;             // must divide hidden_size
  int64_t feedforward_size = 0;  // 0: 4 * hidden_size
  Positions positions = Positions::sinusoidal;

  // The data say the next one.
  int64_t longest = 0;       // rows of learned positions
  double input_scale = 1.0;  // of the input (after its projection), before positions are added

  int64_t feedforward() const { return feedforward_size == 0 ? 4 * hidden_size : feedforward_size; }
  bool projects() const { return input_size != hidden_size; }

  bool operator==(const TransformerOptions&) const = default;
};

// Throws UsageError, naming the command line's options, for options that make no Transformer.
void validate(const TransformerOptions& options);

// (steps, size) fp32: column 2 i is sin(t / 10000^(2 i / size)), column 2 i + 1 the cosine.
at::Tensor sinusoidal_positions(int64_t steps, int64_t size, at::Device device);

// The steps that a step sees.
struct Sight {
  bool causal = false;
  at::Tensor inside;  // (B, 1, 1, T) bool, the steps that exist; undefined where all do, or causal:
                      // padding then comes after all that a step sees
};

// Its parameters have the names and shapes of torch.nn.MultiheadAttention.
class SelfAttentionImpl : public torch::nn::Module {
 public:
  explicit SelfAttentionImpl(const TransformerOptions& options);

  // (N, D) -> (N, D), in the context's type.
  at::Tensor forward(const at::Tensor& packed, const SequenceLayout& layout, const Sight& sight,
                     const ForwardContext& context);

 private:
  int64_t heads_;
  double dropout_;
  at::Tensor in_proj_weight_;  // (3 D, D): query, key, value
  at::Tensor in_proj_bias_;    // (3 D)
  torch::nn::Linear out_proj_{nullptr};
};
TORCH_MODULE(SelfAttention);

class TransformerLayerImpl : public torch::nn::Module {
 public:
  explicit TransformerLayerImpl(const TransformerOptions& options);

  // (N, D) -> (N, D), fp32 both.
  at::Tensor forward(const at::Tensor& packed, const SequenceLayout& layout, const Sight& sight,
                     const ForwardContext& context);

 private:
  double dropout_;
  SelfAttention self_attn_{nullptr};
  torch::nn::Linear linear1_{nullptr}, linear2_{nullptr};
  torch::nn::LayerNorm norm1_{nullptr}, norm2_{nullptr};
};
TORCH_MODULE(TransformerLayer);

class TransformerEncoderImpl : public torch::nn::Module {
 public:
  // Its parameters mean nothing yet: see initialization.h.
  explicit TransformerEncoderImpl(const TransformerOptions& options);

  // packed (N, F) -> (N, D) in the context's type. Matrices multiply in that type; the sum that
  // layers add to, and layer norms, are fp32. Throws Error for a sequence longer than the table of
  // learned positions.
  at::Tensor forward(const at::Tensor& packed, const SequenceLayout& layout,
                     const ForwardContext& context = {});

  const TransformerOptions& options() const { return options_; }

 private:
  at::Tensor positioned(const at::Tensor& values, const SequenceLayout& layout) const;

  TransformerOptions options_;
  at::Tensor positions_;  // (longest, D), learned ones
  torch::nn::ModuleList layers_;
  torch::nn::LayerNorm norm_{nullptr};
  torch::nn::Linear input_projection_{nullptr};
};
TORCH_MODULE(TransformerEncoder);

}  // namespace mnemo
