#include "app/tasks/text/ngram_training.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <functional>
#include <nlohmann/json.hpp>
#include <utility>

#include "app/support/wording.h"
#include "app/tasks/text/ngram_cache.h"
#include "app/training/linear/ngram_regression.h"
#include "mnemo/error.h"

namespace mnemo {
namespace {

// So many held-out texts are enough to fit the mix to; of fewer a half of each is taken.
constexpr int64_t kLeastToMix = 50;

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

// Each label of a text is told apart as two classes are.
LogitMix mix_of(TextAnswer answer, const HeldOutLogits& held_out) {
  const auto& [recurrent, ngrams, targets] = held_out;
  if (answer == TextAnswer::classes) return fit_mix(recurrent, ngrams, targets);
  return fit_mix(recurrent.reshape({-1, 1}), ngrams.reshape({-1, 1}),
                 targets.to(at::kLong).flatten());
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
          .labels = rows.labels,
          .lists = rows.lists};
}

namespace {

// A regression learns from this, whatever the labels.
struct NgramData {
  std::vector<int64_t> keys = {};
  SparseRows train = {}, valid = {};
};

struct FoundNgrams {
  NgramModel model = {};
  double strength = 0.0;
  LossSum valid = {};
};

// Raises the strength until the held-out texts are told apart no better.
FoundNgrams find_strength(NgramRegression& regression, const NgramData& data,
                          const at::Tensor& targets, std::span<const double> strengths,
                          const std::function<void(double)>& progress) {
  std::optional<FoundNgrams> best;
  for (const double strength : strengths) {
    progress(strength);
    auto model = regression.solve(strength);
    const auto measured = text_loss_sum(TextAnswer::classes, model.logits(data.valid), targets);
    if (best && !(measured.loss < best->valid.loss)) break;
    best = {.model = std::move(model), .strength = strength, .valid = measured};
  }
  if (!best) throw Error("n-grams: there is no strength to try");
  return *std::move(best);
}

// (texts) 1 for those that have the label.
std::vector<int32_t> texts_with(const LabelLists& lists, int32_t label) {
  std::vector<int32_t> has;
  for (int64_t text = 0; text < lists.size(); ++text) {
    has.push_back(std::ranges::count(lists.of(text), label) > 0 ? 1 : 0);
  }
  return has;
}

TrainedNgrams train_label_by_label(const LabelledIds& train, const LabelledIds& valid,
                                   int64_t labels, const ClassLoss& loss, const NgramData& data,
                                   const NgramOptions& options, std::span<const double> strengths,
                                   Reporter& reporter) {
  const auto width = static_cast<size_t>(labels);
  NgramModel all{.weight = std::vector<float>(data.keys.size() * width), .bias = {}};
  double sum_of_strengths = 0.0;
  for (int64_t label = 0; label < labels; ++label) {
    const auto number = static_cast<int32_t>(label);
    NgramRegression regression(data.train, texts_with(train.lists, number), std::ssize(data.keys),
                               /*classes=*/2, loss_of_label(loss, label));
    const auto targets = at::tensor(texts_with(valid.lists, number)).to(at::kLong);
    const auto found = find_strength(regression, data, targets, strengths, [&](double strength) {
      reporter.progress(
          fmt::format("n-grams: label {} of {}, strength {}", label + 1, labels, strength));
    });
    for (size_t i = 0; i < data.keys.size(); ++i) {
      all.weight[i * width + static_cast<size_t>(label)] = found.model.weight[i];
    }
    all.bias.push_back(found.model.bias.front());
    sum_of_strengths += found.strength;
  }
  const auto targets = label_matrix(valid.lists, labels);
  return {.scorer = make_scorer(data.keys, all, options.longest),
          .bias = at::tensor(all.bias, at::kDouble),
          .strength = sum_of_strengths / static_cast<double>(labels),
          .valid = text_loss_sum(TextAnswer::labels, all.logits(data.valid), targets)};
}

}  // namespace

std::optional<TrainedNgrams> train_ngrams(const LabelledIds& train, const LabelledIds& valid,
                                          int64_t classes, const ClassLoss& loss,
                                          const NgramOptions& options, Reporter& reporter,
                                          std::span<const double> strengths) {
  const at::NoGradGuard no_grad;
  reporter.progress("n-grams: counting");
  NgramData data{.keys = shared_ngrams(train.texts, options.longest, kLeastTextsOfNgram)};
  if (data.keys.empty()) return std::nullopt;
  data.train = ngram_rows(train.texts, options.longest, data.keys);
  data.valid = ngram_rows(valid.texts, options.longest, data.keys);
  if (!train.lists.empty()) {
    auto trained =
        train_label_by_label(train, valid, classes, loss, data, options, strengths, reporter);
    reporter.end_progress();
    return trained;
  }
  NgramRegression regression(std::move(data.train), train.labels, std::ssize(data.keys), classes,
                             loss);
  const auto targets = at::tensor(valid.labels).to(at::kLong);
  const auto found = find_strength(regression, data, targets, strengths, [&](double strength) {
    reporter.progress(fmt::format("n-grams: training {} of them, strength {}",
                                  format_count(static_cast<double>(data.keys.size())), strength));
  });
  reporter.end_progress();
  return TrainedNgrams{.scorer = make_scorer(data.keys, found.model, options.longest),
                       .bias = at::tensor(found.model.bias, at::kDouble),
                       .strength = found.strength,
                       .valid = found.valid};
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
  if (enough) result.mix = mix_of(model->options().answer, held_out);
  const auto measure = [&](const at::Tensor& logits) {
    return text_loss_sum(model->options().answer, logits, held_out.targets);
  };
  result.recurrent_valid = measure(held_out.recurrent);
  result.valid = measure(result.mix.of(held_out.recurrent, held_out.ngrams));
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
