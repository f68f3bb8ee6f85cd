// Models of series as TorchScript files.
#pragma once

#include <string>

#include "models/export/series_model_source.h"
#include "models/export/torchscript.h"

namespace mnemo {

// forward(values (B, T, F) float in the data's units, right-padded with anything; lengths (B)
// int64)
// -> probabilities (B, C), or numbers (B, outputs) in the data's units. Before it returns, the
// bytes are loaded again and compared with the model at three batch sizes and lengths; a difference
// throws Error.
std::string export_series_model(SeriesModule& model, SeriesAnswer answer,
                                const ExtraFiles& extra_files);

// The model's answer to a batch, as the export gives it.
at::Tensor series_answer(SeriesModule& model, SeriesAnswer answer, const SequenceBatch& batch,
                         const ForwardContext& context = {});

}  // namespace mnemo
