#include "app/tasks/text/text_predictor.h"

#include <fmt/format.h>

#include <algorithm>
#include <mutex>
#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

#include "datasets/length_buckets.h"
#include "mnemo/error.h"
#include "models/parallel.h"

namespace mnemo {
namespace {

constexpr int64_t kBatchSize = 64;

// Texts that are read before they are answered together.
class TextWindow {
 public:
  bool full() const { return texts_.size() >= kMostTexts || bytes_ >= kMostBytes; }
  void add(std::string text) {
    bytes_ += text.size();
    texts_.push_back(std::move(text));
  }
  const std::vector<std::string>& texts() const { return texts_; }

 private:
  static constexpr size_t kMostTexts = 8192;
  static constexpr size_t kMostBytes = 32 << 20;

  std::vector<std::string> texts_;
  size_t bytes_ = 0;
};

class EagerScorer : public TextScorer {
 public:
  EagerScorer(TextClassifier model, at::Device device, at::ScalarType compute_type)
      : model_(std::move(model)), device_(device) {
    context_.compute_type = compute_type;
    model_->to(device);
    model_->eval();
  }

  at::Tensor answers(std::span<const std::span<const int32_t>> ids) const override {
    const at::NoGradGuard no_grad;
    const auto output = model_->forward(pack_ids(ids).to(device_), context_);
    return model_->answers(output.logits).to(at::kCPU);
  }

  bool on_cpu() const override { return device_.is_cpu(); }

 private:
  // LibTorch's modules compute in methods that are not const; these write nothing.
  mutable TextClassifier model_;
  at::Device device_;
  ForwardContext context_;
};

class ExportedScorer : public TextScorer {
 public:
  ExportedScorer(TorchScriptModel model, at::Device device)
      : model_(std::move(model)), device_(device) {
    model_.to(device);
  }

  at::Tensor answers(std::span<const std::span<const int32_t>> ids) const override {
    const auto rows = static_cast<int64_t>(ids.size());
    const auto longest = std::ranges::max_element(ids, {}, &std::span<const int32_t>::size)->size();
    auto tokens = at::zeros({rows, static_cast<int64_t>(longest)}, at::kLong);  // (B, T)
    auto lengths = at::empty({rows}, at::kLong);
    auto token_at = tokens.accessor<int64_t, 2>();
    auto length_at = lengths.accessor<int64_t, 1>();
    for (int64_t b = 0; b < rows; ++b) {
      const auto& sequence = ids[static_cast<size_t>(b)];
      length_at[b] = static_cast<int64_t>(sequence.size());
      for (int64_t t = 0; t < length_at[b]; ++t) {
        token_at[b][t] = sequence[static_cast<size_t>(t)];
      }
    }
    return model_.forward({tokens.to(device_), lengths.to(device_)}).to(at::kCPU);
  }

  bool on_cpu() const override { return device_.is_cpu(); }

 private:
  TorchScriptModel model_;
  at::Device device_;
};

void require_matching(const TextSettings& settings, const Tokenizer& tokenizer,
                      const std::string& name) {
  if (settings.model.vocab_size != tokenizer.vocab_size()) {
    throw Error(
        fmt::format("{}: the model has {} embeddings but its tokenizer {} pieces; they do not "
                    "belong together",
                    name, settings.model.vocab_size, tokenizer.vocab_size()));
  }
}

}  // namespace

TextPredictor load_text_predictor(StoredModel stored, const ComputeOptions& compute) {
  require_computable(stored, compute);
  const std::string name = stored.path.string();
  const auto device = resolve_device(compute.device);
  auto settings = text_settings_from_json(stored.settings, name);
  auto tokenizer = Tokenizer::from_bytes(stored.tokenizer(), name);
  require_matching(settings, tokenizer, name);
  if (!stored.is_run()) {
    auto scorer = std::make_unique<ExportedScorer>(
        std::get<TorchScriptModel>(std::move(stored.content)), device);
    return {std::move(settings), std::move(tokenizer), std::move(scorer)};
  }
  TextClassifier model(settings.model);
  load_weights(stored, *model);
  const auto type = resolve_precision(compute.precision, settings.model.encoder.cell, device);
  auto scorer = std::make_unique<EagerScorer>(std::move(model), device, type);
  return {std::move(settings), std::move(tokenizer), std::move(scorer)};
}

at::Tensor predict_texts(const TextPredictor& predictor, std::span<const std::string> texts,
                         int64_t threads, const std::function<void(int64_t)>& progress) {
  const auto encoded = encode_texts(predictor.tokenizer, texts, predictor.settings.limit, threads);
  std::vector<int32_t> lengths;
  for (int64_t i = 0; i < encoded.size(); ++i) {
    lengths.push_back(static_cast<int32_t>(encoded.length(i)));
  }
  auto result = at::empty({encoded.size(), predictor.settings.model.classes});
  std::mutex mutex;
  int64_t done = 0;
  const auto classify = [&](const std::vector<int64_t>& rows) {
    std::vector<std::span<const int32_t>> ids;
    for (const int64_t row : rows) ids.push_back(encoded[row]);
    const auto answers = predictor.scorer->answers(ids);
    const std::lock_guard lock(mutex);
    result.index_copy_(0, at::tensor(rows, at::kLong), answers);
    done += std::ssize(rows);
    if (progress) progress(done);
  };
  const auto batches = sorted_batches(lengths, kBatchSize);
  if (predictor.scorer->on_cpu() && std::ssize(batches) >= threads) {
    for_each_on_threads(std::ssize(batches),
                        [&](int64_t i) { classify(batches[static_cast<size_t>(i)]); });
  } else {
    for (const auto& rows : batches) classify(rows);
  }
  return result;
}

void predict_stream(const TextPredictor& predictor, const TextStream& stream, int64_t threads,
                    const TakeTextAnswers& take, const std::function<void(int64_t)>& progress) {
  int64_t done = 0;
  for (bool more = true; more;) {
    TextWindow window;
    TextRecord record;
    while (!window.full() && (window.texts().empty() || stream.more_at_hand()) &&
           (more = stream.next(record))) {
      window.add(std::move(record.text));
    }
    if (window.texts().empty()) return;
    take(window.texts(), predict_texts(predictor, window.texts(), threads, [&](int64_t here) {
           if (progress) progress(done + here);
         }));
    done += std::ssize(window.texts());
  }
}

}  // namespace mnemo
