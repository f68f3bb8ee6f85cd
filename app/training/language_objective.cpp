#include "app/training/language_objective.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <span>
#include <utility>

#include "app/settings/compute.h"
#include "mnemo/error.h"

namespace mnemo {
namespace {

// A piece that both directions predict counts once, with the mean of its losses.
LossSum count(const LanguageLoss& loss, const LabelledBatch& batch) {
  const int64_t pieces = batch.targets.size(0);
  const double mean = loss.sum.item<double>() / static_cast<double>(loss.predicted);
  const double sum = mean * static_cast<double>(pieces);
  return {.loss = sum,
          .metric = sum / std::log(2.0),
          .samples = pieces,
          .units = batch.inputs.values.size(0)};
}

}  // namespace

LanguageObjective::LanguageObjective(LanguageModel model, const at::Tensor& counts, int64_t draws,
                                     at::Device device, at::ScalarType compute_type)
    : model_(std::move(model)) {
  model_->to(device);
  if (draws > 0) sampler_.emplace(counts, draws);
  training_ = {.generator = make_generator(device, 0), .compute_type = compute_type};
}

LossSum LanguageObjective::step(const LabelledBatch& batch, uint64_t seed, double weight) {
  training_.generator->set_current_seed(seed);
  std::mt19937_64 random(seed);
  const auto sample =
      sampler_ ? sampler_->draw(random) : SoftmaxSample::whole(model_->options().vocab_size);
  const auto loss = model_->loss(batch.inputs, sample, training_);
  (loss.sum / (static_cast<double>(loss.predicted) / weight)).backward();
  return count(loss, batch);
}

LossSum LanguageObjective::evaluate(const LabelledBatch& batch) {
  const at::NoGradGuard no_grad;
  const auto whole = SoftmaxSample::whole(model_->options().vocab_size);
  return count(model_->loss(batch.inputs, whole), batch);
}

at::Tensor LanguageObjective::probe(const LabelledBatch& batch, RecurrentProbe& probe) {
  const auto whole = SoftmaxSample::whole(model_->options().vocab_size);
  return model_->loss(batch.inputs, whole, {.probe = &probe}).sum;
}

at::Tensor count_ids(const TokenFile& tokens, std::span<const int32_t> rows, int64_t vocab_size) {
  auto counts = at::zeros({vocab_size}, at::kLong);
  int64_t* count = counts.mutable_data_ptr<int64_t>();
  std::vector<int32_t> ids;
  for (const int32_t row : rows) {
    tokens.read(row, ids);
    for (const int32_t id : ids) ++count[id];
  }
  return counts;
}

LanguageBatches::LanguageBatches(std::shared_ptr<const TokenFile> tokens,
                                 const std::vector<int32_t>& rows, int64_t length,
                                 int64_t batch_size, uint64_t seed, at::Device device)
    : tokens_(std::move(tokens)), batch_size_(batch_size), seed_(seed), device_(device) {
  for (const int32_t row : rows) {
    const int64_t all = tokens_->length(row);
    for (int64_t begin = 0; begin < all; begin += length) {
      const int64_t some = std::min(length, all - begin);
      if (some < 2) continue;  // has no neighbour to predict
      spans_.push_back({.row = row, .begin = static_cast<int32_t>(begin)});
      lengths_.push_back(static_cast<int32_t>(some));
    }
  }
  if (spans_.empty()) {
    throw Error(
        fmt::format("none of {} texts (a training or validation part, see `valid-share`) has two "
                    "pieces, of which one could predict the other; give longer texts, or more",
                    rows.size()));
  }
}

int64_t LanguageBatches::start_epoch(int64_t epoch) {
  plan_ = shuffled_batches(lengths_, batch_size_, seed_, epoch);
  return std::ssize(plan_);
}

LabelledBatch LanguageBatches::batch(int64_t index) {
  const auto& samples = plan_.at(static_cast<size_t>(index));
  std::vector<std::vector<int32_t>> texts(samples.size());
  std::vector<std::span<const int32_t>> ids;
  for (size_t i = 0; i < samples.size(); ++i) {
    const auto sample = static_cast<size_t>(samples[i]);
    const auto [row, begin] = spans_[sample];
    tokens_->read(row, texts[i]);
    ids.push_back(std::span<const int32_t>(texts[i]).subspan(
        static_cast<size_t>(begin), static_cast<size_t>(lengths_[sample])));
  }
  auto inputs = pack_ids(ids).to(device_);
  return {.inputs = inputs, .targets = inputs.values.slice(0, inputs.layout.sequences())};
}

}  // namespace mnemo
