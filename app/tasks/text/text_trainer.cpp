#include "app/tasks/text/text_trainer.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "app/settings/model_scaling.h"
#include "app/support/seeds.h"
#include "app/tasks/frame/training_files.h"
#include "app/tasks/start/start_model.h"
#include "app/tasks/text/label_thresholds.h"
#include "app/tasks/text/ngram_training.h"
#include "app/tasks/text/pretrained_embedding.h"
#include "app/tasks/text/text_answers.h"
#include "app/tasks/text/text_data.h"
#include "app/tasks/text/text_new_parts.h"
#include "app/tasks/text/text_objective.h"
#include "app/tasks/text/text_pieces.h"
#include "app/tasks/text/text_settings.h"
#include "app/training/chance_loss.h"
#include "datasets/message_text.h"
#include "datasets/scaler.h"
#include "mnemo/error.h"

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
                       const Scaling& target_scaling, const Compute& compute,
                       const CacheFolder& cache, Reporter& reporter) {
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
      .labels = data.valid.labels,
      .lists = data.valid.lists,
      .numbers = data.valid.numbers};
  auto lengths = describe_text_lengths(*train, data.train, options.limit);
  const uint64_t seed = seed_for(options.seed, SeedUse::batches);
  const auto batches = [&](const std::shared_ptr<const TokenFile>& tokens, TextPart& part,
                           BatchOrder order) {
    TextRows rows{.rows = std::move(part.rows),
                  .labels = std::move(part.labels),
                  .aux_labels = std::move(part.aux_labels),
                  .lists = std::move(part.lists)};
    for (const double number : part.numbers) {
      rows.numbers.push_back(static_cast<float>(target_scaling.apply(number)));
    }
    return TextBatches(tokens, std::move(rows), options.batch_size, order, seed, compute.device,
                       options.model.classes);
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

// The loss that the layers, or n-grams, learn from.
ClassLoss loss_of(const ClassLossOptions& options, const TextClassifierOptions& model,
                  const std::vector<int32_t>& classes, const LabelLists& lists) {
  switch (model.answer) {
    case TextAnswer::classes:
      return make_class_loss(options, at::tensor(classes).to(at::kLong), model.classes);
    case TextAnswer::labels: {
      const auto positives = at::tensor(lists.numbers).bincount({}, model.classes);
      return make_label_loss(options, positives, lists.size());
    }
    case TextAnswer::numbers:
      return {};
  }
  throw Error("unhandled answer");
}

double chance_loss_of(const TextData& data, const Scaling& target_scaling) {
  const auto column = [](const std::vector<double>& numbers) {
    return at::tensor(numbers, at::kDouble).unsqueeze(1);  // (rows, 1)
  };
  switch (data.answer) {
    case TextAnswer::classes:
      return chance_loss_of_classes(at::tensor(data.train.labels), at::tensor(data.valid.labels),
                                    data.labels.size());
    case TextAnswer::labels:
      return chance_loss_of_labels(label_matrix(data.train.lists, data.labels.size()),
                                   label_matrix(data.valid.lists, data.labels.size()));
    case TextAnswer::numbers:
      return chance_loss_of_numbers(column(data.train.numbers), column(data.valid.numbers)) /
             (target_scaling.scale * target_scaling.scale);
  }
  throw Error("unhandled answer");
}

std::string describe_parts(const TextData& data) {
  const std::string answers =
      data.answer == TextAnswer::numbers
          ? std::string("a number to find for each")
          : counted(data.labels.size(), "label") +
                (data.answer == TextAnswer::labels ? ", any number of them a text" : "");
  return fmt::format("{}, {} for validation, {}", counted(data.train.size(), "training text"),
                     data.valid.size(), answers);
}

nlohmann::json describe_texts(const TrainTextOptions& options, const TextData& data) {
  auto description = describe_files({.train = options.train_file,
                                     .train_sha256 = data.train_sha256,
                                     .valid = options.valid_file,
                                     .valid_sha256 = data.valid_sha256});
  description["train_rows"] = data.train.size();
  description["valid_rows"] = data.valid.size();
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
    int64_t batches_an_epoch = 0;
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
  void warn_of_fit() const override;

  bool has_late_part() const override {
    return made_.options.ngrams.longest > 0 || answer() == TextAnswer::labels;
  }
  // N-grams, and labels' thresholds.
  std::optional<LateAddition> train_late_part(const FitResult&, const FitUntilStopped&) override;
  nlohmann::json answers(const std::filesystem::path& run) override {
    return text_answers(run, made_.parts.valid_rows, made_.options.compute);
  }

 private:
  TextAnswer answer() const { return made_.settings.model.answer; }
  std::optional<NgramResult> train_ngrams();
  void find_thresholds(LateAddition& addition);

  Made made_;
  Reporter& reporter_;
  TextObjective objective_;
};

// Layers that wait never begin to learn if the training ends before.
void TextTrainer::warn_of_fit() const {
  const auto& fit = made_.options.fit;
  const int64_t steps =
      fit.epochs * ((made_.batches_an_epoch + fit.accumulate - 1) / fit.accumulate);
  const auto waits = [&](const ParameterPace& pace) { return pace.waiting_steps >= steps; };
  if (std::ranges::none_of(paces(), waits)) return;
  reporter_.warn(
      fmt::format("`unfreeze-steps`: this training has {} steps, and some layers would learn only "
                  "after them; take fewer, or raise `epochs`",
                  steps));
}

std::optional<NgramResult> TextTrainer::train_ngrams() {
  const auto& options = made_.options;
  if (options.ngrams.longest == 0) return std::nullopt;
  auto& [train, valid, valid_rows, lengths] = made_.parts;
  auto of_ngrams = options.loss;  // they see each text once: samples are balanced by weights
  if (of_ngrams.sampling == Sampling::balanced) of_ngrams.class_weights = ClassWeights::balanced;
  const auto loss =
      loss_of(of_ngrams, options.model, train.texts().rows.labels, train.texts().rows.lists);
  return add_ngrams(made_.model, train, valid, loss, options.ngrams, made_.cache, reporter_);
}

// Asks the model as it is now about the rows held out.
void TextTrainer::find_thresholds(LateAddition& addition) {
  const at::NoGradGuard no_grad;
  auto& valid = made_.parts.valid;
  std::vector<at::Tensor> probabilities, truths;
  const int64_t batches = valid.start_epoch(1);
  addition.valid = {};
  for (int64_t i = 0; i < batches; ++i) {
    const auto batch = valid.batch(i);
    const auto logits = made_.model->forward(batch.inputs).logits;
    addition.valid += text_loss_sum(TextAnswer::labels, logits, batch.targets);
    probabilities.push_back(made_.model->answers(logits).to(at::kCPU));
    truths.push_back(batch.targets.to(at::kCPU));
  }
  made_.settings.thresholds = fit_thresholds(at::cat(probabilities), at::cat(truths));
  const auto [least, most] = std::ranges::minmax(made_.settings.thresholds);
  reporter_.note(
      fmt::format("a text has the labels whose probability is no less than {:.3f} to "
                  "{:.3f}, by the label, as {} texts held out have it",
                  least, most, made_.parts.valid_rows.rows.size()));
}

std::optional<LateAddition> TextTrainer::train_late_part(const FitResult&, const FitUntilStopped&) {
  const auto added = train_ngrams();
  if (!added && answer() != TextAnswer::labels) return std::nullopt;
  LateAddition addition{.settings = {}, .result = nlohmann::json::object(), .valid = {}};
  if (added) {
    addition.result = to_json(*added);
    addition.valid = added->valid;
    addition.parameters = added->ngrams.count * added->ngrams.outputs;
  }
  if (answer() == TextAnswer::labels) find_thresholds(addition);
  TextSettings settings = made_.settings;
  settings.model = made_.model->options();
  addition.settings = to_json(settings);
  return addition;
}

// Settles what the data say of the model.
void complete_text_model(TrainTextOptions& options, const Tokenizer& tokenizer,
                         const TextData& data) {
  options.model.vocab_size = tokenizer.vocab_size();
  options.model.answer = data.answer;
  options.model.classes = data.answer == TextAnswer::numbers ? 1 : data.labels.size();
  options.model.aux_classes = data.aux_labels.size();
  options.model.language_head = options.language_weight > 0.0;
  options.model.transformer.longest = options.limit.max_length;
}

// Makes the model as the training starts with it; notes in `description` what that is from.
TextClassifier started_model(const TrainTextOptions& options, const TextSettings& settings,
                             const Tokenizer& tokenizer, InitialWeights& initial_weights,
                             Reporter& reporter, nlohmann::json& description) {
  TextClassifier model(options.model);
  start_model(*model,
              {.initialization = options.initialization,
               .seed = options.seed,
               .new_parts = new_parts(initial_weights.run(), settings, reporter.as_warn())},
              initial_weights, reporter, description);
  load_word_vectors(*model, tokenizer, options.embedding, reporter, description);
  if (options.embedding.freeze) model->embedding_weight().set_requires_grad(false);
  return model;
}

}  // namespace

std::unique_ptr<Trainer> make_trainer(TrainTextOptions options, const Compute& compute,
                                      Reporter& reporter) {
  const auto warn = reporter.as_warn();
  InitialWeights initial_weights(options.initial_weights, Task::text, Task::language);
  warn_of_foreign_pieces(options, warn);

  const auto cache = CacheFolder::or_temporary(options.cache_folder, warn);
  TextData data = read_text_data(options, cache.path(), warn);
  reporter.note(describe_parts(data));
  const Tokenizer tokenizer =
      choose_tokenizer(options, initial_weights.run(), data.train, cache, reporter);
  require_words(tokenizer, options.embedding);
  complete_text_model(options, tokenizer, data);
  const TextSettings settings{.model = options.model,
                              .limit = options.limit,
                              .labels = data.labels,
                              .reader = data.reading};
  auto description = describe_texts(options, data);
  const ClassLoss loss = loss_of(options.loss, options.model, data.train.labels, data.train.lists);
  Scaling target_scaling;
  if (data.answer == TextAnswer::numbers) {
    target_scaling = fit_scaling(data.train.numbers, ScalerKind::standard);
  }
  const std::string seen_rows = data.seen.text();
  const double chance_loss = chance_loss_of(data, target_scaling);
  auto parts =
      make_batches(std::move(data), tokenizer, options, target_scaling, compute, cache, reporter);

  const int64_t batches_an_epoch = parts.train.start_epoch(1);
  options.fit = resolve_epochs(options.fit, EpochPlan{}, batches_an_epoch);
  options.fit.seed = seed_for(options.seed, SeedUse::steps);
  auto model = started_model(options, settings, tokenizer, initial_weights, reporter, description);
  if (settings.model.answer == TextAnswer::numbers) {
    set_scaling(*model->target_scaling(), {target_scaling});
  }
  RunDescription run{.settings = to_json(settings),
                     .data = std::move(description),
                     .lengths = parts.lengths,
                     .seen_rows = seen_rows,
                     .chance_loss = chance_loss};
  return std::make_unique<TextTrainer>(TextTrainer::Made{.options = std::move(options),
                                                         .settings = settings,
                                                         .tokenizer = tokenizer.bytes(),
                                                         .loss = loss,
                                                         .parts = std::move(parts),
                                                         .model = std::move(model),
                                                         .description = std::move(run),
                                                         .cache = cache,
                                                         .batches_an_epoch = batches_an_epoch},
                                       compute, reporter);
}

}  // namespace mnemo
