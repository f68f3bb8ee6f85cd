#include "app/tasks/text/ngram_training.h"

#include <fmt/format.h>

#include <chrono>
#include <nlohmann/json.hpp>
#include <utility>

#include "app/support/wording.h"
#include "app/tasks/text/ngram_cache.h"
#include "app/training/linear/ngram_regression.h"

namespace mnemo {
namespace {

// So many held-out texts are enough to fit the mix to; of fewer a half of each is taken.
constexpr int64_t kLeastToMix = 50;

// logits (V, C), targets (V)
LossSum measure(const at::Tensor& logits, const at::Tensor& targets) {
  return {.loss = cross_entropy_sum(logits, targets).item<double>(),
          .metric = predicted_classes(logits).eq(targets).sum().item<double>(),
          .samples = targets.size(0)};
}

std::string accuracy_in_words(const LossSum& valid) {
  return fmt::format("validation loss {:.4f}, accuracy {:.4f}", valid.mean_loss(),
                     valid.mean_metric());
}

NgramScorer make_scorer(const std::vector<int64_t>& keys, const NgramModel& model,
                        int64_t longest) {
  const auto outputs = std::ssize(model.bias);
  NgramScorer scorer(
      NgramScorerOptions{.longest = longest, .count = std::ssize(keys), .outputs = outputs});
  scorer->keys().copy_(at::tensor(keys, at::kLong));
  scorer->weight()
      .narrow(0, 0, std::ssize(keys))
      .copy_(at::tensor(model.weight).view({-1, outputs}));
  return scorer;
}

struct HeldOutLogits {
  at::Tensor recurrent, ngrams;  // (V, C) logits of each
  at::Tensor targets;            // (V)
};

HeldOutLogits answer(TextClassifier& model, const TrainedNgrams& trained, TextBatches& valid) {
  const at::NoGradGuard no_grad;
  std::vector<at::Tensor> recurrent, ngrams, targets;
  const int64_t batches = valid.start_epoch(1);
  for (int64_t i = 0; i < batches; ++i) {
    const auto batch = valid.batch(i);
    recurrent.push_back(model->forward(batch.inputs).logits.to(at::kCPU, at::kDouble));
    ngrams.push_back(trained.scorer->forward(batch.inputs.to(at::kCPU)) + trained.bias);
    targets.push_back(batch.targets.to(at::kCPU));
  }
  return {.recurrent = at::cat(recurrent), .ngrams = at::cat(ngrams), .targets = at::cat(targets)};
}

}  // namespace

LabelledIds labelled_ids(const TextBatches& batches) {
  const auto& [tokens, rows] = batches.texts();
  return {.texts = {.size = std::ssize(rows.rows),
                    .read =
                        [tokens = tokens, numbers = rows.rows](int64_t text,
                                                               std::vector<int32_t>& ids) {
                          tokens->read(numbers[static_cast<size_t>(text)], ids);
                        }},
          .labels = rows.labels};
}

std::optional<TrainedNgrams> train_ngrams(const LabelledIds& train, const LabelledIds& valid,
                                          int64_t classes, const ClassLoss& loss,
                                          const NgramOptions& options, Reporter& reporter) {
  const at::NoGradGuard no_grad;
  reporter.progress("n-grams: counting");
  const auto keys = shared_ngrams(train.texts, options.longest, kLeastTextsOfNgram);
  if (keys.empty()) return std::nullopt;
  NgramRegression regression(ngram_rows(train.texts, options.longest, keys), train.labels,
                             std::ssize(keys), classes, loss);
  const auto valid_rows = ngram_rows(valid.texts, options.longest, keys);
  const auto targets = at::tensor(valid.labels).to(at::kLong);
  std::optional<TrainedNgrams> best;
  for (const double strength : options.strengths) {
    reporter.progress(fmt::format("n-grams: training {} of them, strength {}",
                                  format_count(static_cast<double>(keys.size())), strength));
    const auto model = regression.solve(strength);
    const auto measured = measure(model.logits(valid_rows), targets);
    if (best && !(measured.loss < best->valid.loss)) break;
    best = {.scorer = make_scorer(keys, model, options.longest),
            .bias = at::tensor(model.bias, at::kDouble),
            .strength = strength,
            .valid = measured};
  }
  reporter.end_progress();
  return best;
}

std::optional<NgramResult> add_ngrams(TextClassifier& model, TextBatches& train, TextBatches& valid,
                                      const ClassLoss& loss, const NgramOptions& options,
                                      const CacheFolder& cache, Reporter& reporter) {
  const auto start = std::chrono::steady_clock::now();
  const auto trained = train_ngrams_once(labelled_ids(train), labelled_ids(valid),
                                         model->options().classes, loss, options, cache, reporter);
  if (!trained) {
    reporter.warn(
        fmt::format("`ngrams`: no n-gram stands in {} training texts; the model goes without them",
                    kLeastTextsOfNgram));
    return std::nullopt;
  }
  NgramResult result{.ngrams = trained->scorer->options(),
                     .strength = trained->strength,
                     .ngram_valid = trained->valid};
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
  reporter.note(fmt::format("n-grams: {} of 1 to {} pieces; {}; {}",
                            format_count(static_cast<double>(result.ngrams.count)),
                            result.ngrams.longest, accuracy_in_words(result.ngram_valid),
                            format_duration(seconds.count())));

  const auto held_out = answer(model, *trained, valid);
  const bool enough = held_out.targets.size(0) >= kLeastToMix;
  if (enough) result.mix = fit_mix(held_out.recurrent, held_out.ngrams, held_out.targets);
  result.recurrent_valid = measure(held_out.recurrent, held_out.targets);
  result.valid = measure(result.mix.of(held_out.recurrent, held_out.ngrams), held_out.targets);
  const at::NoGradGuard no_grad;
  trained->scorer->weight().mul_(result.mix.second);
  model->add_ngrams(trained->scorer, result.mix.first, trained->bias * result.mix.second);
  reporter.note(fmt::format(
      "together: {:.2f} of the {} logits and {:.2f} of the n-grams'{}; {}", result.mix.first,
      model->options().encoder.cell == Cell::transformer ? "Transformer's" : "recurrent layers'",
      result.mix.second,
      enough ? "" : fmt::format(", since fewer than {} texts are held out", kLeastToMix),
      accuracy_in_words(result.valid)));
  return result;
}

nlohmann::json to_json(const NgramResult& result) {
  return {{"valid_loss", result.valid.mean_loss()},
          {"valid_accuracy", result.valid.mean_metric()},
          {"ngrams",
           {{"count", result.ngrams.count},
            {"longest", result.ngrams.longest},
            {"strength", result.strength},
            {"share", result.mix.second},
            {"valid_loss", result.ngram_valid.mean_loss()},
            {"valid_accuracy", result.ngram_valid.mean_metric()},
            {"recurrent_share", result.mix.first},
            {"recurrent_valid_loss", result.recurrent_valid.mean_loss()},
            {"recurrent_valid_accuracy", result.recurrent_valid.mean_metric()}}}};
}

}  // namespace mnemo
