// mnemo train TASK.
#include "app/cli/commands.h"
#include "app/cli/common_options.h"
#include "app/cli/train_forecast_table.h"
#include "app/cli/train_series_table.h"
#include "app/cli/train_text_table.h"
#include "app/cli/training_host.h"
#include "app/tasks/forecast/forecast_trainer.h"
#include "app/tasks/series/series_trainer.h"
#include "app/tasks/text/text_trainer.h"
#include "mnemo/error.h"

namespace mnemo {
namespace {

constexpr const char* kTrainUsage = R"(usage: mnemo train TASK --train FILE --out RUN [options]

  text       classify texts
  series     classify numeric series, or find numbers for them
  forecast   forecast time series

mnemo train TASK --help shows the options of each.
)";

int train_text(const std::vector<std::string>& arguments) {
  const auto request = parse_train_text(arguments);
  if (request.answer) return print_answer(*request.answer);
  Console console(request.quiet);
  const auto make = [&](const Compute& compute) {
    return make_text_trainer(request.options, request.find_learning_rate, compute, console);
  };
  return train(plan_of(request, enum_name(Task::text), request.options.model.encoder.cell), make,
               console);
}

int train_series(const std::vector<std::string>& arguments) {
  const auto request = parse_train_series(arguments);
  if (request.answer) return print_answer(*request.answer);
  Console console(request.quiet);
  const auto make = [&](const Compute& compute) {
    return make_series_trainer(request.options, compute, console);
  };
  return train(plan_of(request, enum_name(Task::series), request.options.model.encoder.cell), make,
               console);
}

int train_forecast(const std::vector<std::string>& arguments) {
  const auto request = parse_train_forecast(arguments);
  if (request.answer) return print_answer(*request.answer);
  Console console(request.quiet);
  const auto make = [&](const Compute& compute) {
    return make_forecast_trainer(request.options, compute, console);
  };
  return train(plan_of(request, enum_name(Task::forecast), request.options.model.cell), make,
               console);
}

int train_task(Task task, const std::vector<std::string>& arguments) {
  switch (task) {
    case Task::text:
      return train_text(arguments);
    case Task::series:
      return train_series(arguments);
    case Task::forecast:
      return train_forecast(arguments);
  }
  throw Error("unhandled task");
}

}  // namespace

int train_command(const std::vector<std::string>& arguments) {
  if (arguments.empty() || arguments.front() == "--help" || arguments.front() == "-h") {
    print_result(kTrainUsage);
    return arguments.empty() ? 2 : 0;
  }
  const Task task = task_named("train", arguments.front());
  return train_task(task, {arguments.begin() + 1, arguments.end()});
}

}  // namespace mnemo
