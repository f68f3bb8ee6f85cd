#include "app/tasks/text/ngram_cache.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "common/sha256.h"
#include "common/version.h"
#include "models/safetensors.h"

namespace mnemo {
namespace {

template <typename Number>
std::string_view bytes_of(const std::vector<Number>& numbers) {
  return {reinterpret_cast<const char*>(numbers.data()), numbers.size() * sizeof(Number)};
}

void hash_texts(const LabelledIds& part, Sha256& hash) {
  hash.update(fmt::format("{} texts\n", part.texts.size));
  hash.update(bytes_of(part.labels));
  hash.update(bytes_of(part.lists.ends));
  hash.update(bytes_of(part.lists.numbers));
  std::vector<int32_t> ids;
  for (int64_t text = 0; text < part.texts.size; ++text) {
    part.texts.read(text, ids);
    hash.update(fmt::format("{}\n", ids.size()));
    hash.update(bytes_of(ids));
  }
}

std::string name_of(const LabelledIds& train, const LabelledIds& valid, int64_t classes,
                    const ClassLoss& loss, const NgramOptions& options) {
  // (C, C) fp64; of labels (C, 2, 2)
  std::vector<at::Tensor> of_labels;
  for (int64_t label = 0; !train.lists.empty() && label < classes; ++label) {
    of_labels.push_back(class_loss_targets(loss_of_label(loss, label), 2));
  }
  const auto targets =
      (of_labels.empty() ? class_loss_targets(loss, classes) : at::stack(of_labels)).contiguous();
  Sha256 hash;
  hash.update(fmt::format(
      "n-grams {} {} {} {} {} {}\n", kVersion, options.longest, kLeastTextsOfNgram,
      fmt::join(kNgramStrengths, " "), classes,
      fmt::join(std::span(targets.const_data_ptr<double>(), static_cast<size_t>(targets.numel())),
                " ")));
  hash_texts(train, hash);
  hash_texts(valid, hash);
  return hash.hex() + ".ngrams";
}

std::string to_bytes(const TrainedNgrams& trained) {
  const auto& valid = trained.valid;
  return to_safetensors(
      {{"keys", trained.scorer->keys()},
       {"weight", trained.scorer->weight()},
       {"bias", trained.bias},
       {"strength", at::tensor({trained.strength}, at::kDouble)},
       {"valid",
        at::tensor({valid.loss, valid.metric, static_cast<double>(valid.samples)}, at::kDouble)}});
}

TrainedNgrams from_bytes(std::string_view bytes, const std::string& name, int64_t longest) {
  const auto tensors = from_safetensors(bytes, name);
  const auto& weight = tensors.at("weight");  // (K + 1, C)
  TrainedNgrams trained{
      .scorer = NgramScorer(NgramScorerOptions{
          .longest = longest, .count = weight.size(0) - 1, .outputs = weight.size(1)}),
      .bias = tensors.at("bias"),
      .strength = tensors.at("strength").item<double>()};
  trained.scorer->keys().copy_(tensors.at("keys"));
  trained.scorer->weight().copy_(weight);
  const auto& valid = tensors.at("valid");
  trained.valid = {.loss = valid[0].item<double>(),
                   .metric = valid[1].item<double>(),
                   .samples = static_cast<int64_t>(valid[2].item<double>())};
  return trained;
}

}  // namespace

std::optional<TrainedNgrams> train_ngrams_once(const LabelledIds& train, const LabelledIds& valid,
                                               int64_t classes, const ClassLoss& loss,
                                               const NgramOptions& options,
                                               const CacheFolder& cache, Reporter& reporter) {
  const at::NoGradGuard no_grad;
  const std::string name = name_of(train, valid, classes, loss, options);
  if (const auto bytes = cache.read(name)) {
    try {
      return from_bytes(*bytes, cache.entry(name).string(), options.longest);
    } catch (const std::exception&) {  // of another version; they are trained anew
    }
  }
  auto trained = train_ngrams(train, valid, classes, loss, options, reporter);
  try {
    if (trained) cache.write(name, to_bytes(*trained));
  } catch (const std::exception& error) {
    reporter.warn(fmt::format("the n-grams are not kept for the next training: {}", error.what()));
  }
  return trained;
}

}  // namespace mnemo
