// A trained text classifier ready for use, from a run folder or an exported file.
#pragma once

#include <ATen/ATen.h>

#include <filesystem>
#include <functional>
#include <memory>
#include <span>
#include <string>

#include "app/compute.h"
#include "app/inference/text_settings.h"
#include "datasets/tokenizer.h"

namespace mnemo {

// Which numbers a trained model computes its probabilities from.
class TextScorer {
 public:
  virtual ~TextScorer() = default;
  // One batch of token ids -> (B, C) fp32 on the CPU, in the order given. Safe to call from several
  // threads.
  virtual at::Tensor probabilities(std::span<const std::span<const int32_t>> ids) = 0;
  // Whether it computes on the CPU, where a batch for each thread is faster than threads that share
  // a batch.
  virtual bool on_cpu() const = 0;
};

enum class ModelForm { run_folder, exported_file };

struct TextPredictor {
  ModelForm form;
  TextSettings settings;
  Tokenizer tokenizer;
  std::unique_ptr<TextScorer> scorer;
};

// A folder is read as a run, a file as an export. Throws Error when it is neither, is damaged, or
// was made by a newer version; UsageError for a precision that the form cannot compute in.
TextPredictor load_text_predictor(const std::filesystem::path& path, const ComputeOptions& compute);

// (texts, C) fp32: probabilities of every text, in order. Batches are made of texts of like length.
// `progress` (may be empty) hears how many are classified, from one thread at a time.
at::Tensor predict_texts(TextPredictor& predictor, std::span<const std::string> texts,
                         int64_t threads, const std::function<void(int64_t)>& progress = {});

}  // namespace mnemo
