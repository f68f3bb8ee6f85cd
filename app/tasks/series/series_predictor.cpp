#include "app/tasks/series/series_predictor.h"

#include <utility>
#include <vector>

#include "app/tasks/series/series_objective.h"
#include "models/safetensors.h"

namespace mnemo {
namespace {

constexpr int64_t kSeriesAtOnce = 64;

class EagerSeriesScorer : public SeriesScorer {
 public:
  EagerSeriesScorer(SeriesModule model, SeriesAnswer answer, at::Device device,
                    at::ScalarType compute_type)
      : model_(std::move(model)), answer_(answer), device_(device) {
    context_.compute_type = compute_type;
    model_->to(device);
    model_->eval();
  }

  at::Tensor answers(const SequenceBatch& batch) const override {
    const at::NoGradGuard no_grad;
    return series_answer(model_, answer_, batch.to(device_), context_).to(at::kCPU);
  }

 private:
  // LibTorch's modules compute in methods that are not const; these write nothing.
  mutable SeriesModule model_;
  SeriesAnswer answer_;
  at::Device device_;
  ForwardContext context_;
};

class ExportedSeriesScorer : public SeriesScorer {
 public:
  ExportedSeriesScorer(TorchScriptModel model, at::Device device)
      : model_(std::move(model)), device_(device) {
    model_.to(device);
  }

  at::Tensor answers(const SequenceBatch& batch) const override {
    const auto& layout = batch.layout;
    const auto padded = pad_steps(batch.values, layout).transpose(0, 1).contiguous();  // (B, T, F)
    const auto answers =
        model_.forward({padded.to(device_), layout.lengths_tensor().to(device_)}).to(at::kCPU);
    return answers.index_select(0, layout.caller_order());
  }

 private:
  TorchScriptModel model_;
  at::Device device_;
};

}  // namespace

SeriesPredictor load_series_predictor(StoredModel stored, const ComputeOptions& compute) {
  require_computable(stored, compute);
  const auto device = resolve_device(compute.device);
  auto settings = series_settings_from_json(stored.settings, stored.path.string());
  if (!stored.is_run()) {
    auto scorer = std::make_unique<ExportedSeriesScorer>(
        std::get<TorchScriptModel>(std::move(stored.content)), device);
    return {std::move(settings), std::move(scorer)};
  }
  SeriesModule model(settings.model);
  load_weights(stored, *model);
  const auto type = resolve_precision(compute.precision, settings.model.encoder.cell, device);
  auto scorer =
      std::make_unique<EagerSeriesScorer>(std::move(model), settings.answer(), device, type);
  return {std::move(settings), std::move(scorer)};
}

at::Tensor predict_series(const SeriesPredictor& predictor, const LabelledSeries& data,
                          const std::function<void(int64_t)>& progress) {
  std::vector<int32_t> lengths;
  for (int64_t i = 0; i < data.size(); ++i) lengths.push_back(static_cast<int32_t>(data.length(i)));
  auto result = at::empty({data.size(), predictor.settings.model.outputs});
  int64_t done = 0;
  for (const auto& series : sorted_batches(lengths, kSeriesAtOnce)) {
    const auto answers = predictor.scorer->answers(pack_some(data, series));
    result.index_copy_(0, at::tensor(series, at::kLong), answers);
    done += std::ssize(series);
    if (progress) progress(done);
  }
  return result;
}

}  // namespace mnemo
