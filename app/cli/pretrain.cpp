// mnemo pretrain text: from texts without labels to a run folder that classifiers begin with.
#include <fmt/format.h>

#include "app/cli/commands.h"
#include "app/cli/training_host.h"
#include "app/runs/stored_model.h"
#include "app/tasks/language/language_trainer.h"
#include "app/tasks/language/pretrain_text_options.h"
#include "mnemo/error.h"

namespace mnemo {
namespace {

constexpr const char* kPretrainUsage =
    R"(usage: mnemo pretrain text --data FILE,... --out RUN [options]

  text       learn language from texts without labels, for mnemo train text --init-from RUN

mnemo pretrain text --help shows the options.
)";

constexpr CommandSynopsis kPretrainSynopsis = {
    "mnemo pretrain text --data FILE,... --out RUN [options]",
    "Trains a language model on texts without labels: a start for classifiers, "
    "which mnemo train text --init-from RUN trains further."};

int pretrain_text(const std::vector<std::string>& arguments) {
  const auto request = parse_train<PretrainTextOptions>(arguments, kPretrainSynopsis);
  if (request.answer) return print_answer(*request.answer);
  Console console(request.switches.quiet);
  auto plan = plan_of(request, kPretrainedText);
  plan.gives_answers = false;
  const auto make = [&](const Compute& compute) {
    return make_language_trainer(request.options, compute, console);
  };
  return train(plan, make, console);
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
