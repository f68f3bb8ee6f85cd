// mnemo pretrain text: from texts without labels to a run folder that classifiers begin with.
#include <fmt/format.h>

#include <chrono>
#include <limits>
#include <nlohmann/json.hpp>
#include <utility>

#include "app/cli/commands.h"
#include "app/cli/pretrain_text_table.h"
#include "app/cli/text_pieces.h"
#include "app/cli/training_run.h"
#include "app/runs/stored_model.h"
#include "app/support/console.h"
#include "app/support/seeds.h"
#include "app/tasks/language/language_data.h"
#include "app/tasks/language/language_settings.h"
#include "app/training/language_objective.h"
#include "mnemo/error.h"

namespace mnemo {
namespace {

constexpr const char* kPretrainUsage =
    R"(usage: mnemo pretrain text --data FILE,... --out RUN [options]

  text       learn language from texts without labels, for mnemo train text --init-from RUN

mnemo pretrain text --help shows the options.
)";

int pretrain_text(const std::vector<std::string>& arguments) {
  const auto start = std::chrono::steady_clock::now();
  const auto request = parse_pretrain_text(arguments);
  if (request.answer) {
    print_result(*request.answer);
    return 0;
  }
  PretrainTextOptions options = request.options;
  Console console(request.quiet);
  const auto warn = [&](const std::string& text) { console.warn(text); };

  const Compute compute = apply_compute(options.compute, options.model.encoder.cell);
  RunFolder folder(options.out,
                   if_exists(options.overwrite, request.find_learning_rate, options.checkpoint));
  if (is_finished(folder, options.checkpoint, /*report=*/false, console)) return 0;

  const CacheFolder cache(options.cache_folder);
  LanguageData data = read_language_data(options.files, options.reader, options.valid_share,
                                         options.seed, cache.path(), warn);
  console.note(
      fmt::format("{} training texts, {} for validation", data.train.size(), data.valid.size()));
  const nlohmann::json description = {{"files", options.files},
                                      {"texts_sha256", data.train.texts->fingerprint()},
                                      {"train_rows", data.train.size()},
                                      {"valid_rows", data.valid.size()}};
  const Tokenizer tokenizer = make_tokenizer(
      {.file = options.tokenizer_file, .options = options.tokenizer, .seed = options.seed},
      data.train, cache, console);
  options.model.vocab_size = tokenizer.vocab_size();
  constexpr LengthLimit kWhole = {.max_length = std::numeric_limits<int32_t>::max(),
                                  .truncate = Truncate::head};
  const auto tokens = encode_all(data.train, tokenizer, kWhole, compute.threads, cache, console);
  data.train.texts = data.valid.texts = nullptr;  // done with, and leave the disk
  const uint64_t seed = seed_for(options.seed, SeedUse::batches);
  const auto batches_of = [&](const std::vector<int32_t>& rows) {
    return LanguageBatches(tokens, rows, options.sequence_length, options.batch_size, seed,
                           compute.device);
  };
  LanguageBatches train = batches_of(data.train.rows), valid = batches_of(data.valid.rows);

  options.fit.seed = seed_for(options.seed, SeedUse::steps);
  LanguageModel model(options.model);
  initialize_parameters(*model, options.initialization,
                        make_generator(at::kCPU, seed_for(options.seed, SeedUse::initialization)));
  LanguageObjective objective(model, count_ids(*tokens, data.train.rows, options.model.vocab_size),
                              options.softmax_draws, compute.device, compute.type);

  folder.add_file(kConfigFile, request.config_text);
  folder.add_file(kTokenizerFile, tokenizer.bytes());
  const TrainingPlan plan{.optimizer = options.optimizer,
                          .fit = options.fit,
                          .checkpoints = options.checkpoint,
                          .compute = compute,
                          .find_learning_rate = request.find_learning_rate,
                          .report = request.report,
                          .limits = request.limits};
  return run_training(
      objective, train, valid, plan,
      {.task = kPretrainedText, .settings = to_json(options.model), .data = description}, folder,
      console, start);
}

}  // namespace

int pretrain_command(const std::vector<std::string>& arguments) {
  if (arguments.empty() || arguments.front() == "--help" || arguments.front() == "-h") {
    print_result(kPretrainUsage);
    return arguments.empty() ? 2 : 0;
  }
  if (arguments.front() != "text") {
    throw UsageError(
        fmt::format("mnemo pretrain {}: only texts can be pretrained on: mnemo "
                    "pretrain text",
                    arguments.front()));
  }
  return pretrain_text({arguments.begin() + 1, arguments.end()});
}

}  // namespace mnemo
