#include "app/inference/text_predictor.h"

#include <fmt/format.h>

#include <algorithm>
#include <mutex>
#include <nlohmann/json.hpp>
#include <vector>

#include "app/training/run_folder.h"
#include "common/files.h"
#include "datasets/length_buckets.h"
#include "mnemo/error.h"
#include "models/export/torchscript.h"
#include "models/parallel.h"
#include "models/safetensors.h"

namespace mnemo {
namespace {

constexpr int64_t kBatchSize = 64;

class EagerScorer : public TextScorer {
 public:
  EagerScorer(TextClassifier model, at::Device device, at::ScalarType compute_type)
      : model_(std::move(model)), device_(device) {
    context_.compute_type = compute_type;
    model_->to(device);
    model_->eval();
  }

  at::Tensor probabilities(std::span<const std::span<const int32_t>> ids) override {
    const at::NoGradGuard no_grad;
    const auto output = model_->forward(pack_ids(ids).to(device_), context_);
    return class_probabilities(output.logits).to(at::kCPU);
  }

  bool on_cpu() const override { return device_.is_cpu(); }

 private:
  TextClassifier model_;
  at::Device device_;
  ForwardContext context_;
};

class ExportedScorer : public TextScorer {
 public:
  ExportedScorer(TorchScriptClassifier model, at::Device device)
      : model_(std::move(model)), device_(device) {
    model_.to(device);
  }

  at::Tensor probabilities(std::span<const std::span<const int32_t>> ids) override {
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
    return model_.probabilities(tokens.to(device_), lengths.to(device_)).to(at::kCPU);
  }

  bool on_cpu() const override { return device_.is_cpu(); }

 private:
  TorchScriptClassifier model_;
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

TextPredictor load_run(const std::filesystem::path& path, const ComputeOptions& compute) {
  const auto run = read_run(path);
  auto settings = text_settings_from_json(run.settings(), (path / kMetaFile).string());
  auto tokenizer = Tokenizer::from_bytes(run.tokenizer, (path / kTokenizerFile).string());
  require_matching(settings, tokenizer, path.string());
  TextClassifier model(settings.model);
  const std::string weights = (path / kWeightsFile).string();
  load_tensors(*model, from_safetensors(run.weights, weights), weights);

  const auto device = resolve_device(compute.device);
  const auto type = resolve_precision(compute.precision, settings.model.encoder.cell, device);
  auto scorer = std::make_unique<EagerScorer>(std::move(model), device, type);
  return {ModelForm::run_folder, std::move(settings), std::move(tokenizer), std::move(scorer)};
}

TextPredictor load_export(const std::filesystem::path& path, const ComputeOptions& compute) {
  if (compute.precision == Precision::bf16) {
    throw UsageError(fmt::format(
        "--precision bf16: {} is an exported model, which computes in fp32; name the run folder "
        "instead, or leave the option out",
        path.string()));
  }
  TorchScriptClassifier model(read_file(path), {kExportSettingsFile, kTokenizerFile},
                              path.string());
  const auto meta = parse_meta(model.extra_files().at(kExportSettingsFile), path.string());
  auto settings = text_settings_from_json(meta, path.string());
  auto tokenizer = Tokenizer::from_bytes(model.extra_files().at(kTokenizerFile), path.string());
  require_matching(settings, tokenizer, path.string());
  auto scorer = std::make_unique<ExportedScorer>(std::move(model), resolve_device(compute.device));
  return {ModelForm::exported_file, std::move(settings), std::move(tokenizer), std::move(scorer)};
}

}  // namespace

TextPredictor load_text_predictor(const std::filesystem::path& path,
                                  const ComputeOptions& compute) {
  if (!std::filesystem::exists(path)) {
    throw Error(fmt::format("{}: no such run folder or exported model", path.string()));
  }
  return std::filesystem::is_directory(path) ? load_run(path, compute) : load_export(path, compute);
}

at::Tensor predict_texts(TextPredictor& predictor, std::span<const std::string> texts,
                         int64_t threads, const std::function<void(int64_t)>& progress) {
  const auto encoded = encode_texts(predictor.tokenizer, texts, predictor.settings.limit, threads);
  std::vector<int32_t> lengths;
  for (int64_t i = 0; i < encoded.size(); ++i) {
    lengths.push_back(static_cast<int32_t>(encoded.length(i)));
  }
  auto result = at::empty({encoded.size(), predictor.settings.labels.size()});
  std::mutex mutex;
  int64_t done = 0;
  const auto classify = [&](const std::vector<int64_t>& rows) {
    std::vector<std::span<const int32_t>> ids;
    for (const int64_t row : rows) ids.push_back(encoded[row]);
    const auto probabilities = predictor.scorer->probabilities(ids);
    const std::lock_guard lock(mutex);
    result.index_copy_(0, at::tensor(rows, at::kLong), probabilities);
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

}  // namespace mnemo
