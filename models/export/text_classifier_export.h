// Text classifiers as TorchScript files.
#pragma once

#include <string>

#include "models/export/torchscript.h"
#include "models/text_classifier.h"

namespace mnemo {

// forward(tokens (B, T) int64, right-padded with 0; lengths (B) int64) -> probabilities (B, C).
// Before it returns, the bytes are loaded again and compared with the model at three batch sizes
// and lengths; a difference throws Error.
std::string export_text_classifier(TextClassifier& model, const ExtraFiles& extra_files);

}  // namespace mnemo
