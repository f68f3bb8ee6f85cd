#include "app/tasks/text/text_trainer.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "app/support/seeds.h"
#include "app/tasks/start/initial_weights.h"
#include "app/tasks/text/ngram_training.h"
#include "app/tasks/text/pretrained_embedding.h"
#include "app/tasks/text/text_answers.h"
#include "app/tasks/text/text_data.h"
#include "app/tasks/text/text_new_parts.h"
#include "app/tasks/text/text_objective.h"
#include "app/tasks/text/text_pieces.h"
#include "app/tasks/text/text_settings.h"

namespace mnemo {
namespace {

// `run`: an earlier one, to whose pieces its embedding belongs; or null.
Tokenizer choose_tokenizer(const TrainTextOptions& options, const StoredModel* run,
                           const TextPart& train, const CacheFolder& cache, Reporter& reporter) {
  if (run != nullptr) return Tokenizer::from_bytes(run->tokenizer(), run->path.string());
  return make_tokenizer(
      {.file = options.tokenizer_file, .options = options.tokenizer, .seed = options.seed}, train,
      cache, reporter);
}

struct TextParts {
  TextBatches train, valid;
  EncodedRows valid_rows;
  nlohmann::json lengths;  // of the training texts
};

// In pieces, as the model reads them.
nlohmann::json describe_text_lengths(const TokenFile& tokens, const TextPart& part,
                                     const LengthLimit& limit) {
  std::vector<int64_t> lengths;
  for (const int32_t row : part.rows) lengths.push_back(tokens.length(row));
  std::ranges::sort(lengths);
  const auto full = lengths.end() - std::ranges::lower_bound(lengths, limit.max_length);
  return {{"pieces_of_the_median_training_text", lengths[lengths.size() / 2]},
          {"pieces_of_the_longest", lengths.back()},
          {fmt::format("training_texts_of_{}_pieces_or_more", limit.max_length), full}};
}

// The texts themselves are done with when their ids are there, and leave the disk.
TextParts make_batches(TextData data, const Tokenizer& tokenizer, const TrainTextOptions& options,
                       const Compute& compute, const CacheFolder& cache, Reporter& reporter) {
  const auto encode = [&](const TextPart& part) {
    return encode_all(part, tokenizer, options.limit, compute.threads, cache, reporter);
  };
  const auto train = encode(data.train);
  const auto valid = data.valid.texts == data.train.texts ? train : encode(data.valid);
  data.train.texts = data.valid.texts = nullptr;
  EncodedRows valid_rows{
      .file = options.valid_file.empty() ? options.train_file : options.valid_file,
      .sha256 = options.valid_file.empty() ? data.train_sha256 : data.valid_sha256,
      .reader = options.reader,
      .tokens = valid,
      .rows = data.valid.rows,
      .labels = data.valid.labels};
  auto lengths = describe_text_lengths(*train, data.train, options.limit);
  const uint64_t seed = seed_for(options.seed, SeedUse::batches);
  const auto batches = [&](const std::shared_ptr<const TokenFile>& tokens, TextPart& part,
                           BatchOrder order) {
    TextRows rows{.rows = std::move(part.rows),
                  .labels = std::move(part.labels),
                  .aux_labels = std::move(part.aux_labels)};
    return TextBatches(tokens, std::move(rows), options.batch_size, order, seed, compute.device);
  };
  return {.train = batches(train, data.train, options.loss.order()),
          .valid = batches(valid, data.valid, BatchOrder::sorted),
          .valid_rows = std::move(valid_rows),
          .lengths = std::move(lengths)};
}

TextLoss make_loss(const TrainTextOptions& options, const ClassLoss& loss,
                   const TextBatches& train) {
  TextLoss made{.loss = loss,
                .adversarial_norm = options.adversarial_norm,
                .aux_weight = options.aux_weight,
                .language_weight = options.language_weight};
  if (options.language_weight > 0.0 && options.softmax_draws > 0) {
    made.sampler.emplace(train.id_counts(options.model.vocab_size), options.softmax_draws);
  }
  return made;
}

// Such layers never begin to learn if the training ends before.
void warn_of_layers_that_wait(const std::vector<ParameterPace>& paces, const FitOptions& fit,
                              int64_t batches, const Warn& warn) {
  const int64_t steps = fit.epochs * ((batches + fit.accumulate - 1) / fit.accumulate);
  const auto waits = [&](const ParameterPace& pace) { return pace.waiting_steps >= steps; };
  if (std::ranges::none_of(paces, waits)) return;
  warn(
      fmt::format("`unfreeze-steps`: this training has {} steps, and some layers would learn only "
                  "after them; take fewer, or raise `epochs`",
                  steps));
}

nlohmann::json describe_texts(const TrainTextOptions& options, const TextData& data) {
  nlohmann::json description = {{"train_file", options.train_file},
                                {"train_file_sha256", data.train_sha256},
                                {"train_rows", data.train.size()},
                                {"valid_rows", data.valid.size()}};
  if (!options.valid_file.empty()) {
    description["valid_file"] = options.valid_file;
    description["valid_file_sha256"] = data.valid_sha256;
  }
  if (data.aux_labels.size() > 0) description["aux_labels"] = data.aux_labels.names();
  return description;
}

void warn_of_foreign_pieces(const TrainTextOptions& options, const Warn& warn) {
  if (options.initial_weights.file.empty() || !options.tokenizer_file.empty()) return;
  warn(
      "`init-weights` without `tokenizer`: its embedding belongs to the pieces that it was "
      "trained with, and a tokenizer is trained anew; name theirs");
}

class TextTrainer : public Trainer {
 public:
  // Its parts. `options` holds what the data have settled, too.
  struct Made {
    TrainTextOptions options;
    TextSettings settings;
    std::string tokenizer;  // its bytes
    ClassLoss loss;
    TextParts parts;
    TextClassifier model;
    RunDescription description;
    CacheFolder cache;
  };

  TextTrainer(Made made, const Compute& compute, Reporter& reporter)
      : made_(std::move(made)),
        reporter_(reporter),
        objective_(made_.model, make_loss(made_.options, made_.loss, made_.parts.train),
                   compute.device, compute.type) {}

  Objective& objective() override { return objective_; }
  BatchSource& train() override { return made_.parts.train; }
  BatchSource& valid() override { return made_.parts.valid; }
  const FitOptions& fit() const override { return made_.options.fit; }
  const RunDescription& description() const override { return made_.description; }
  std::vector<ParameterPace> paces() const override {
    return fine_tuning_paces(*made_.model, made_.options.fine_tuning);
  }
  std::string tokenizer() const override { return made_.tokenizer; }

  bool has_late_part() const override { return made_.options.ngrams.longest > 0; }
  std::optional<LateAddition> train_late_part() override;  // n-grams
  nlohmann::json answers(const std::filesystem::path& run) override {
    return text_answers(run, made_.parts.valid_rows, made_.options.compute);
  }

 private:
  Made made_;
  Reporter& reporter_;
  TextObjective objective_;
};

std::optional<LateAddition> TextTrainer::train_late_part() {
  const auto& options = made_.options;
  auto& [train, valid, valid_rows, lengths] = made_.parts;
  auto of_ngrams = options.loss;  // they see each text once: samples are balanced by weights
  if (of_ngrams.sampling == Sampling::balanced) of_ngrams.class_weights = ClassWeights::balanced;
  const auto labels = at::tensor(train.texts().rows.labels).to(at::kLong);
  const auto added = add_ngrams(made_.model, train, valid,
                                make_class_loss(of_ngrams, labels, options.model.classes),
                                options.ngrams, made_.cache, reporter_);
  if (!added) return std::nullopt;
  TextSettings settings = made_.settings;
  settings.model = made_.model->options();
  return LateAddition{.settings = to_json(settings),
                      .result = to_json(*added),
                      .valid = added->valid,
                      .parameters = added->ngrams.count * added->ngrams.outputs};
}

// Settles what the data say of the model.
void complete_text_model(TrainTextOptions& options, const Tokenizer& tokenizer,
                         const TextData& data) {
  options.model.vocab_size = tokenizer.vocab_size();
  options.model.classes = data.labels.size();
  options.model.aux_classes = data.aux_labels.size();
  options.model.language_head = options.language_weight > 0.0;
  options.model.transformer.longest = options.limit.max_length;
}

// Makes the model as the training starts with it; notes in `description` what that is from.
TextClassifier start_model(const TrainTextOptions& options, const TextSettings& settings,
                           const Tokenizer& tokenizer, InitialWeights& initial_weights,
                           Reporter& reporter, nlohmann::json& description) {
  const auto warn = [&](const std::string& text) { reporter.warn(text); };
  TextClassifier model(options.model);
  initialize_parameters(*model, options.initialization,
                        make_generator(at::kCPU, seed_for(options.seed, SeedUse::initialization)));
  initial_weights.load_into(*model, new_parts(initial_weights.run(), settings, warn), reporter);
  initial_weights.describe(description);
  load_word_vectors(*model, tokenizer, options.embedding, reporter, description);
  if (options.embedding.freeze) model->embedding_weight().set_requires_grad(false);
  return model;
}

}  // namespace

std::unique_ptr<Trainer> make_text_trainer(TrainTextOptions options, bool finds_rate,
                                           const Compute& compute, Reporter& reporter) {
  const auto warn = [&](const std::string& text) { reporter.warn(text); };
  InitialWeights initial_weights(options.initial_weights, Task::text);
  warn_of_foreign_pieces(options, warn);

  const CacheFolder cache(options.cache_folder);
  TextData data = read_text_data(options, cache.path(), warn);
  reporter.note(fmt::format("{} training texts, {} for validation, {} labels", data.train.size(),
                            data.valid.size(), data.labels.size()));
  const Tokenizer tokenizer =
      choose_tokenizer(options, initial_weights.run(), data.train, cache, reporter);
  require_words(tokenizer, options.embedding);
  complete_text_model(options, tokenizer, data);
  const TextSettings settings{options.model, options.limit, data.labels, data.reading};
  auto description = describe_texts(options, data);
  const ClassLoss loss = make_class_loss(options.loss, at::tensor(data.train.labels).to(at::kLong),
                                         options.model.classes);
  const std::string seen_rows = data.seen.text();
  auto parts = make_batches(std::move(data), tokenizer, options, compute, cache, reporter);

  const int64_t batches_an_epoch = parts.train.start_epoch(1);
  options.fit = resolve_epochs(options.fit, EpochPlan{}, batches_an_epoch);
  options.fit.seed = seed_for(options.seed, SeedUse::steps);
  auto model = start_model(options, settings, tokenizer, initial_weights, reporter, description);
  if (!finds_rate) {
    warn_of_layers_that_wait(fine_tuning_paces(*model, options.fine_tuning), options.fit,
                             batches_an_epoch, warn);
  }
  RunDescription run{
      .settings = to_json(settings),
      .data = std::move(description),
      .lengths = parts.lengths,
      .seen_rows = seen_rows};
  return std::make_unique<TextTrainer>(TextTrainer::Made{.options = std::move(options),
                                                         .settings = settings,
                                                         .tokenizer = tokenizer.bytes(),
                                                         .loss = loss,
                                                         .parts = std::move(parts),
                                                         .model = std::move(model),
                                                         .description = std::move(run),
                                                         .cache = cache},
                                       compute, reporter);
}

}  // namespace mnemo
