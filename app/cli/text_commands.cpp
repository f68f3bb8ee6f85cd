// The commands for classifiers of texts.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <nlohmann/json.hpp>
#include <utility>

#include "app/cli/model_words.h"
#include "app/cli/task_commands.h"
#include "app/settings/enum_tables.h"
#include "app/tasks/text/text_settings.h"
#include "app/tasks/text/text_trainer.h"
#include "app/tasks/text/train_text_options.h"
#include "mnemo/error.h"

namespace mnemo {
namespace {

constexpr CommandSynopsis kTextSynopsis = {
    "mnemo train text --train FILE --out RUN [options]",
    "Trains a text classifier and keeps the best weights in the folder RUN."};

Settings held_out_texts(const Settings&) { return {}; }  // some always are

std::string describe_answers(const TextSettings& settings) {
  const auto names = fmt::format("{}", fmt::join(settings.labels.names(), ", "));
  switch (settings.model.answer) {
    case TextAnswer::classes:
      return fmt::format("labels     {}\n", names);
    case TextAnswer::labels:
      return fmt::format("labels     any number of {}\nthresholds {:.3f}\n", names,
                         fmt::join(thresholds_of(settings), ", "));
    case TextAnswer::numbers:
      return fmt::format("answers    a number, {}\n", settings.reader.label_column);
  }
  throw Error("unhandled answer");
}

std::string describe_text(const StoredModel& stored) {
  const auto settings = text_settings_from_json(stored.settings, stored.path.string());
  const auto& model = settings.model;
  return fmt::format(
      "{}"
      "model      embedding {} x {}, {} {}{} of {}{}, pooling {}, {} logit{}\n"
      "{}"
      "texts      at most {} pieces, of longer ones stays: {}\n",
      describe_answers(settings), model.vocab_size, model.embedding_dim, model.encoder.layers,
      model.encoder.bidirectional ? "bidirectional " : "", enum_name(model.encoder.cell),
      model.encoder.hidden_size, transformer_parts(model.encoder.cell, model.transformer),
      stored.settings.at("model").at("pooling").dump(), model.logits(),
      model.logits() == 1 ? "" : "s",
      model.ngrams == 0 ? std::string()
                        : fmt::format("n-grams    {} of 1 to {} pieces, beside the above\n",
                                      model.ngram_count, model.ngrams),
      settings.limit.max_length, enum_name(settings.limit.truncate));
}

}  // namespace

TaskCommands text_commands() {
  return {.task = Task::text,
          .purpose = "classify texts",
          .in_overview =
              "  train text       train a text classifier        "
              "mnemo train text --train reviews.csv --out runs/reviews\n",
          .training = training_commands<TrainTextOptions, kTextSynopsis>(),
          .held_out_rows = held_out_texts,
          .predict = predict_texts_of,
          .explain = explain_texts,
          .describe = describe_text};
}

}  // namespace mnemo
