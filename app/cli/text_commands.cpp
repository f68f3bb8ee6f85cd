// The commands for classifiers of texts.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <nlohmann/json.hpp>
#include <utility>

#include "app/cli/commands.h"
#include "app/cli/model_words.h"
#include "app/cli/task_commands.h"
#include "app/cli/training_host.h"
#include "app/runs/weights_file.h"
#include "app/settings/enum_tables.h"
#include "app/tasks/text/text_settings.h"
#include "app/tasks/text/text_trainer.h"
#include "app/tasks/text/train_text_options.h"
#include "common/white_space.h"
#include "mnemo/error.h"

namespace mnemo {
namespace {

constexpr CommandSynopsis kTextSynopsis = {
    "mnemo train text --train FILE --out RUN [options]",
    "Trains a text classifier and keeps the best weights in the folder RUN."};

int train_text(const std::vector<std::string>& arguments) {
  const auto request = parse_train<TrainTextOptions>(arguments, kTextSynopsis);
  if (request.answer) return print_answer(*request.answer);
  Console console(request.switches.quiet);
  const auto make = [&](const Compute& compute) {
    return make_text_trainer(request.options, request.switches.find_learning_rate, compute,
                             console);
  };
  return train(plan_of(request, enum_name(Task::text)), make, console);
}

Settings held_out_texts(const Settings&) { return {}; }  // some always are

std::string describe_text(const StoredModel& stored) {
  const auto settings = text_settings_from_json(stored.settings, stored.path.string());
  const auto& model = settings.model;
  return fmt::format(
      "labels     {}\n"
      "model      embedding {} x {}, {} {}{} of {}{}, pooling {}, {} logit{}\n"
      "{}"
      "texts      at most {} pieces, of longer ones stays: {}\n",
      fmt::join(settings.labels.names(), ", "), model.vocab_size, model.embedding_dim,
      model.encoder.layers, model.encoder.bidirectional ? "bidirectional " : "",
      enum_name(model.encoder.cell), model.encoder.hidden_size,
      transformer_parts(model.encoder.cell, model.transformer),
      stored.settings.at("model").at("pooling").dump(), model.logits(),
      model.logits() == 1 ? "" : "s",
      model.ngrams == 0 ? std::string()
                        : fmt::format("n-grams    {} of 1 to {} pieces, beside the above\n",
                                      model.ngram_count, model.ngrams),
      settings.limit.max_length, enum_name(settings.limit.truncate));
}

// Counts those of a classifier whose settings say that it has some.
int64_t count_ngrams(const std::string& path) {
  const auto tensors = read_weights_file(path).tensors;
  const auto keys = tensors.find("ngrams.keys");
  if (keys == tensors.end() || keys->second.dim() != 1 || keys->second.size(0) == 0 ||
      keys->second.scalar_type() != at::kLong) {
    throw Error(
        fmt::format("{}: the settings have --ngrams, and the file has no list of int64 numbers "
                    "named ngrams.keys; give it those, or settings with --ngrams 0",
                    path));
  }
  return keys->second.size(0);
}

void import_text(const ImportOptions& options, RunFolder& folder, const Warn& warn) {
  for (const auto& label : options.labels) {
    if (!label.empty() && trimmed(label) == label) continue;
    throw UsageError(fmt::format(
        "--labels: \"{}\" is empty or has blanks around it; join the labels by commas alone",
        label));
  }
  Settings given = {{"embedding-vectors", ""}, {"freeze-embedding", "false"}};
  if (!options.tokenizer.empty()) given.emplace("tokenizer", options.tokenizer);
  TrainTextOptions like;  // there is no training file to ask for, so they are only read
  const std::string config = settings_of_import(options, given, /*is_checked=*/false, like);
  validate_model(like);
  const std::string& tokenizer_file = like.tokenizer_file;
  if (tokenizer_file.empty()) {
    throw UsageError(
        "--tokenizer is missing: name the SentencePiece model whose ids the model reads");
  }
  const Tokenizer tokenizer = Tokenizer::load(tokenizer_file);
  const bool keeps_html = tokenizer.normalize("a<br />b").find('<') != std::string::npos;
  if (like.tokenizer.strip_html && keeps_html) {
    warn(fmt::format(
        "{} says strip-html, and {} leaves HTML in: a model that was trained on texts without it "
        "should be given such texts, too",
        options.config, tokenizer_file));
  }
  TextSettings settings{like.model, like.limit, LabelSet(options.labels),
                        remembered(like.reader, like.reader.format, "")};
  settings.model.vocab_size = tokenizer.vocab_size();
  settings.model.classes = settings.labels.size();
  settings.model.transformer.longest = settings.limit.max_length;
  settings.model.ngrams = like.ngrams.longest;
  if (settings.model.ngrams > 0) settings.model.ngram_count = count_ngrams(options.weights);
  TextClassifier model(settings.model);
  auto data = load_file(*model, options.weights);
  if (settings.model.ngrams > 0) model->ngrams()->require_ascending(options.weights);
  data["train_file_sha256"] = "";  // unknown
  folder.add_file(kConfigFile, config);
  folder.add_file(kTokenizerFile, tokenizer.bytes());
  save_imported_run(Task::text, *model, to_json(settings), std::move(data), folder);
}

}  // namespace

TaskCommands text_commands() {
  const auto resolved = [](const std::vector<std::string>& arguments) {
    return parse_train<TrainTextOptions>(arguments, kTextSynopsis).config_text;
  };
  return {.task = Task::text,
          .train = train_text,
          .resolved_settings = resolved,
          .default_settings = default_settings<TrainTextOptions>,
          .held_out_rows = held_out_texts,
          .predict = predict_texts_of,
          .explain = explain_texts,
          .describe = describe_text,
          .import_run = import_text};
}

}  // namespace mnemo
