// Dispatch, and the one place where exceptions end.
#include <c10/util/Exception.h>
#include <fmt/format.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <new>

#include "app/cli/commands.h"
#include "app/cli/flags.h"
#include "app/cli/task_commands.h"
#include "app/support/command_result.h"
#include "app/support/memory.h"
#include "app/training/model_limits.h"
#include "common/nearest.h"
#include "common/version.h"
#include "mnemo/error.h"

namespace mnemo {
namespace {

constexpr const char* kUsageHead = R"(mnemo trains, evaluates and ships LSTM sequence models.

usage: mnemo COMMAND ...

)";

// The rest of it, below the trainings, which the tasks say for themselves.
constexpr const char* kUsageTail =
    R"(  tune             find the settings by itself    mnemo tune text --train reviews.csv --out runs/best --budget 30m
  compare          variants of a training, side by side
                                                  mnemo compare text --train reviews.csv --out runs/cells --variants cells
  evaluate         measure it on known answers    mnemo evaluate runs/reviews --data test.csv
  backtest         a forecaster beside Theta, ETS and naive forecasts
                                                  mnemo backtest runs/load --input load.csv
  predict          classify, or forecast          mnemo predict runs/reviews --input texts.txt
  explain          why it answers so              mnemo explain runs/reviews --text "A film to remember"
  export           make one self-contained file   mnemo export runs/reviews --out reviews.pt
  import           a run of weights from PyTorch  mnemo import text w.safetensors --config c.ini ...
  info             tell what a run or export is   mnemo info runs/reviews
  report           the page of a run, or several  mnemo report runs/a runs/b --out compared.html
  diagnose         what --diagnose has recorded   mnemo diagnose runs/reviews
  formats          what files can be read         mnemo formats
  generate         make up data to try models on  mnemo generate adding-problem --out adding.ts

mnemo COMMAND --help shows the options of each. mnemo --version shows the version.
)";

std::string program_usage() { return kUsageHead + overview_of_trainings() + kUsageTail; }

constexpr const char* kOutOfMemory =
    "out of memory; try a smaller --batch-size, --hidden-size, or --max-length or --lookback";

struct Command {
  const char* name;
  int (*run)(const std::vector<std::string>&);
};
constexpr std::array kCommands = {
    Command{"train", train_command},       Command{"pretrain", pretrain_command},
    Command{"tune", tune_command},         Command{"compare", compare_command},
    Command{"evaluate", evaluate_command}, Command{"backtest", backtest_command},
    Command{"predict", predict_command},   Command{"explain", explain_command},
    Command{"export", export_command},     Command{"import", import_command},
    Command{"report", report_command},     Command{"info", info_command},
    Command{"diagnose", diagnose_command}, Command{"formats", formats_command},
    Command{"generate", generate_command}};

int dispatch(const std::vector<std::string>& arguments) {
  if (arguments.empty()) {
    std::fputs(program_usage().c_str(), stderr);
    return 2;
  }
  const std::string& name = arguments.front();
  if (name == "help" && arguments.size() > 1) {  // `help train text` is `train text --help`
    std::vector<std::string> asked(arguments.begin() + 1, arguments.end());
    asked.emplace_back("--help");
    return dispatch(asked);
  }
  if (name == "--help" || name == "-h" || name == "help") {
    print_result(program_usage());
    return 0;
  }
  if (name == "--version") {
    print_result(fmt::format("mnemo {}\n", kVersion));
    return 0;
  }
  std::vector<std::string> names;
  for (const auto& command : kCommands) {
    if (name == command.name) return command.run({arguments.begin() + 1, arguments.end()});
    names.emplace_back(command.name);
  }
  const std::string nearest = nearest_name(name, names);
  throw UsageError(fmt::format(
      "unknown command {}{}", name,
      nearest.empty() ? "; see mnemo --help" : fmt::format("; did you mean {}?", nearest)));
}

int fail(int code, const std::string& message, CommandEnd end = CommandEnd::failed) {
  // A broken stderr, or disk, must not turn a failure into a crash, so what comes of these is
  // ignored.
  std::fputs(fmt::format("mnemo: {}\n", message).c_str(), stderr);
  try {
    write_command_result({.end = end});
  } catch (const std::exception&) {
  }
  return code;
}

}  // namespace

int run_command_line(const std::vector<std::string>& arguments) {
  try {
    return dispatch(arguments);
  } catch (const UsageError& error) {
    return fail(2, in_flags(error));
  } catch (const LockedError& error) {
    return fail(1, in_flags(error), CommandEnd::locked);
  } catch (const LimitError& error) {
    return fail(1, in_flags(error), CommandEnd::over_limit);
  } catch (const Error& error) {
    return fail(1, in_flags(error));
  } catch (const c10::Error& error) {
    const std::string message = error.what_without_backtrace();
    return fail(1, is_out_of_memory(message) ? kOutOfMemory : message);
  } catch (const std::bad_alloc&) {
    return fail(1, kOutOfMemory);
  } catch (const std::exception& error) {
    return fail(1, with_flags(error.what()));
  }
}

void print_result(const std::string& text) {
  if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size() || std::fflush(stdout) != 0) {
    throw Error(fmt::format("cannot write to standard output: {}", std::strerror(errno)));
  }
}

int print_answer(const std::string& text) {
  print_result(text);
  return 0;
}

}  // namespace mnemo
