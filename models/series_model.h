// Model of whole numeric series: classes, or numbers.
// scaling -> recurrent layers or Transformer -> pooling -> norm -> dropout -> dense, and beside
// these, if wanted, a linear map of all scaled steps, which is added to the answer.
#pragma once

#include <cstdint>

#include "models/column_scaling.h"
#include "models/forward_context.h"
#include "models/linear_part.h"
#include "models/norm.h"
#include "models/pooling.h"
#include "models/sequence_batch.h"
#include "models/sequence_encoder.h"
#include "models/torch_api.h"

namespace mnemo {

// Added to the variance of a series, so that one that hardly moves is not blown up.
inline constexpr double kLeastSeriesVariance = 1e-5;

struct SeriesModelOptions {
  int64_t features = 0;        // F
  int64_t outputs = 0;         // classes, at least 2; or numbers, at least 1
  bool z_normalize = false;    // each series' features by their own mean and standard deviation
  double step_dropout = 0.0;   // on whole steps of the input
  double input_dropout = 0.0;  // on elements of the scaled input
  RecurrentStackOptions encoder = {.hidden_sizes = {128}, .bidirectional = true};  // input_size: F
  TransformerOptions transformer = {};  // with Cell::transformer, beside what `encoder` says
  PoolingOptions pooling = {};
  double output_dropout = 0.0;  // on the encoder's hidden states
  double dropout = 0.3;         // on the pooled vector
  Norm norm = Norm::layer;      // of the pooled vector
  // Classes of a second label, whose head trains along and answers nothing; 0: none.
  int64_t aux_classes = 0;
  int64_t linear_steps = 0;  // that the linear map beside the layers reads; 0: there is none

  bool operator==(const SeriesModelOptions&) const = default;
};

// This is the answer of the layers alone.
struct SeriesOutput {
  at::Tensor answer;      // (B, outputs)
  at::Tensor aux_logits;  // (B, aux classes); undefined without
};

// Throws UsageError, naming the command line's options, for options that make no model.
void validate(const SeriesModelOptions& options);

class SeriesModelImpl : public torch::nn::Module {
 public:
  // Its parameters mean nothing yet: see initialization.h.
  explicit SeriesModelImpl(const SeriesModelOptions& options);

  // batch.values (N, F) in the data's units -> (B, outputs) in the caller's order: logits, or
  // scaled numbers.
  at::Tensor forward(const SequenceBatch& batch, const ForwardContext& context = {});

  // forward() without the linear map.
  SeriesOutput forward_layers(const SequenceBatch& batch, const ForwardContext& context = {});

  // (B, outputs), to be added to the layers'; undefined where there is no linear map.
  at::Tensor linear_answer(const SequenceBatch& batch);

  // (N, F) what the layers and the linear map read, without dropout.
  at::Tensor scaled_input(const SequenceBatch& batch);

  const SeriesModelOptions& options() const { return options_; }
  ColumnScalingImpl& feature_scaling() { return *feature_scaling_; }
  ColumnScalingImpl& target_scaling() { return *target_scaling_; }  // of numbers; else the identity
  LinearPart linear() const { return linear_; }                     // empty where there is none

 private:
  SeriesModelOptions options_;
  ColumnScaling feature_scaling_{nullptr}, target_scaling_{nullptr};
  SequenceEncoder encoder_;
  SequencePooling pooling_{nullptr};
  FeatureNorm norm_;
  torch::nn::Linear dense_{nullptr}, aux_dense_{nullptr};
  LinearPart linear_{nullptr};
};
// The short name belongs to the public library: mnemo/series_model.h.
TORCH_MODULE_IMPL(SeriesModule, SeriesModelImpl);

}  // namespace mnemo
