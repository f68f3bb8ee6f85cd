// A trained text classifier ready for use, from a run folder or an exported file.
#pragma once

#include <ATen/ATen.h>

#include <functional>
#include <memory>
#include <span>
#include <string>

#include "app/runs/stored_model.h"
#include "app/settings/compute.h"
#include "app/tasks/text/text_settings.h"
#include "datasets/text_reader.h"
#include "datasets/tokenizer.h"

namespace mnemo {

// Which numbers a trained model computes its answers from.
class TextScorer {
 public:
  virtual ~TextScorer() = default;
  // One batch of token ids -> (B, C) fp32 probabilities, or (B, 1) numbers, on the CPU, in the
  // order given. Safe to call from several threads.
  virtual at::Tensor answers(std::span<const std::span<const int32_t>> ids) const = 0;
  // True when it computes on the CPU, where a batch for each thread is faster than threads that
  // share a batch.
  virtual bool on_cpu() const = 0;
};

struct TextPredictor {
  TextSettings settings;
  Tokenizer tokenizer;
  std::unique_ptr<const TextScorer> scorer;
};

// Throws Error when model and tokenizer do not fit; UsageError for a precision that the model's
// form cannot compute in.
TextPredictor load_text_predictor(StoredModel stored, const ComputeOptions& compute);

// (texts, C) fp32: probabilities of every text, in order, or (texts, 1) numbers. Batches are made
// of texts of like length. `progress` (may be empty) hears how many are classified, from one thread
// at a time.
at::Tensor predict_texts(const TextPredictor& predictor, std::span<const std::string> texts,
                         int64_t threads, const std::function<void(int64_t)>& progress = {});

// Texts that come one after another.
struct TextStream {
  std::function<bool(TextRecord& record)> next;  // false at the end
  // False when the next text may have to be waited for: those before are answered first.
  std::function<bool()> more_at_hand = [] { return true; };
};

// Takes the answers to texts that were read together, as predict_texts() returns them.
using TakeTextAnswers =
    std::function<void(std::span<const std::string> texts, const at::Tensor& answers)>;

// Answers all texts of the stream in their order, some thousand at a time: enough of them to make
// batches of like lengths, and a bound on memory. `progress` as of predict_texts().
void predict_stream(const TextPredictor& predictor, const TextStream& stream, int64_t threads,
                    const TakeTextAnswers& take, const std::function<void(int64_t)>& progress = {});

}  // namespace mnemo
