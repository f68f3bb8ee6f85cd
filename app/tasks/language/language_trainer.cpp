#include "app/tasks/language/language_trainer.h"

#include <fmt/format.h>

#include <limits>
#include <utility>

#include "app/support/seeds.h"
#include "app/tasks/language/language_data.h"
#include "app/tasks/start/language_settings.h"
#include "app/tasks/start/start_model.h"
#include "app/tasks/text/text_pieces.h"
#include "app/training/language_objective.h"

namespace mnemo {
namespace {

class LanguageTrainer : public Trainer {
 public:
  // Its parts. `fit` has the seed of the steps.
  struct Made {
    FitOptions fit;
    LanguageBatches train, valid;
    std::string tokenizer;  // its bytes
    RunDescription description;
  };

  LanguageTrainer(Made made, LanguageObjective objective)
      : made_(std::move(made)), objective_(std::move(objective)) {}

  Objective& objective() override { return objective_; }
  BatchSource& train() override { return made_.train; }
  BatchSource& valid() override { return made_.valid; }
  const FitOptions& fit() const override { return made_.fit; }
  const RunDescription& description() const override { return made_.description; }
  std::string tokenizer() const override { return made_.tokenizer; }

 private:
  Made made_;
  LanguageObjective objective_;
};

nlohmann::json describe_language_files(const PretrainTextOptions& options,
                                       const LanguageData& data) {
  return {{"files", options.files},
          {"texts_sha256", data.train.texts->fingerprint()},
          {"train_rows", data.train.size()},
          {"valid_rows", data.valid.size()}};
}

}  // namespace

std::unique_ptr<Trainer> make_trainer(PretrainTextOptions options, const Compute& compute,
                                      Reporter& reporter) {
  const auto cache = CacheFolder::or_temporary(options.cache_folder, reporter.as_warn());
  LanguageData data = read_language_data(options.files, options.reader, options.valid_share,
                                         options.seed, cache.path(), reporter.as_warn());
  reporter.note(
      fmt::format("{} training texts, {} for validation", data.train.size(), data.valid.size()));
  auto description = describe_language_files(options, data);
  const Tokenizer tokenizer = make_tokenizer(
      {.file = options.tokenizer_file, .options = options.tokenizer, .seed = options.seed},
      data.train, cache, reporter);
  options.model.vocab_size = tokenizer.vocab_size();
  constexpr LengthLimit kWhole = {.max_length = std::numeric_limits<int32_t>::max(),
                                  .truncate = Truncate::head};
  const auto tokens = encode_all(data.train, tokenizer, kWhole, compute.threads, cache, reporter);
  data.train.texts = data.valid.texts = nullptr;  // done with, and leave the disk
  const auto batches_of = [&](const std::vector<int32_t>& rows) {
    return LanguageBatches(tokens, rows, options.sequence_length, options.batch_size,
                           seed_for(options.seed, SeedUse::batches), compute.device);
  };
  auto train = batches_of(data.train.rows), valid = batches_of(data.valid.rows);

  options.fit = resolve_epochs(options.fit, kLanguageEpochs, train.start_epoch(1));
  options.fit.seed = seed_for(options.seed, SeedUse::steps);
  LanguageModel model(options.model);
  draw_parameters(*model, options.initialization, options.seed);
  LanguageObjective objective(model, count_ids(*tokens, data.train.rows, options.model.vocab_size),
                              options.softmax_draws, compute.device, compute.type);
  return std::make_unique<LanguageTrainer>(
      LanguageTrainer::Made{
          .fit = options.fit,
          .train = std::move(train),
          .valid = std::move(valid),
          .tokenizer = tokenizer.bytes(),
          .description = {.settings = to_json(options.model), .data = std::move(description)}},
      std::move(objective));
}

}  // namespace mnemo
