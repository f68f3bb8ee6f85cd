// mnemo pretrain text: from texts without labels to a run folder that classifiers begin with.
#include <fmt/format.h>

#include "app/cli/commands.h"
#include "app/cli/common_options.h"
#include "app/cli/task_commands.h"
#include "app/settings/enum_tables.h"
#include "app/tasks/language/language_trainer.h"
#include "app/tasks/language/pretrain_text_options.h"
#include "app/tasks/start/language_settings.h"
#include "mnemo/error.h"

namespace mnemo {
namespace {

constexpr const char* kPretrainPurpose =
    "learn language from texts without labels, for mnemo train text --init-from RUN";

std::string pretrain_usage() {
  return fmt::format(
      "usage: mnemo pretrain text --data FILE,... --out RUN [options]\n\n{}\n"
      "mnemo pretrain text --help shows the options.\n",
      line_of_task(Task::text, kPretrainPurpose));
}

constexpr CommandSynopsis kPretrainSynopsis = {
    "mnemo pretrain text --data FILE,... --out RUN [options]",
    "Trains a language model on texts without labels: a start for classifiers, "
    "which mnemo train text --init-from RUN trains further."};

std::string describe_language(const StoredModel& stored) {
  const auto model = language_model_from_json(stored.settings, stored.path.string());
  return fmt::format(
      "model      language model, {}{} of {}, embedding of {}, {} pieces; begin a classifier with "
      "it: mnemo train text --init-from\n",
      model.encoder.bidirectional ? "bidirectional " : "", enum_name(model.encoder.cell),
      model.encoder.hidden_size, model.embedding_dim, model.vocab_size);
}

}  // namespace

TaskCommands language_commands() {
  return {.task = Task::language,
          .purpose = kPretrainPurpose,
          .in_overview =
              "  pretrain text    ... a start for text classifiers, on texts without labels\n"
              "                                                  "
              "mnemo pretrain text --data texts.csv --out runs/start\n",
          .training = training_commands<PretrainTextOptions, kPretrainSynopsis>(),
          .held_out_rows = nullptr,
          .predict = nullptr,
          .explain = nullptr,
          .describe = describe_language};
}

int pretrain_command(const std::vector<std::string>& arguments) {
  if (arguments.empty() || arguments.front() == "--help" || arguments.front() == "-h") {
    print_result(pretrain_usage());
    return arguments.empty() ? 2 : 0;
  }
  if (arguments.front() != "text") {
    throw UsageError(
        fmt::format("mnemo pretrain {}: only texts can be pretrained on: mnemo "
                    "pretrain text",
                    arguments.front()));
  }
  return commands_of(Task::language).training.train({arguments.begin() + 1, arguments.end()});
}

}  // namespace mnemo
