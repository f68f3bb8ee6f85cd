// mnemo backtest: a forecaster beside forecasts by formula, over rows whose future is known.
#include "app/tasks/forecast/backtest.h"

#include <fmt/format.h>

#include <memory>
#include <optional>
#include <utility>

#include "app/classics/classic_forecasts.h"
#include "app/cli/commands.h"
#include "app/cli/common_options.h"
#include "app/cli/console.h"
#include "app/cli/forecast_lines.h"
#include "app/cli/interrupt.h"
#include "app/cli/option_table.h"
#include "app/library/file_reading.h"
#include "app/library/model_evaluation.h"
#include "app/metrics/forecast_metrics.h"
#include "app/settings/data_options.h"
#include "app/support/memory.h"
#include "app/tasks/forecast/forecast_comparison.h"
#include "app/tasks/forecast/forecast_windows.h"
#include "common/files.h"

namespace mnemo {
namespace {

struct BacktestCommand {
  std::string model;
  std::string input;
  bool json = false;
  std::string output;  // empty: the forecasts are not kept
  bool quiet = false;
  RollingOptions windows;
  bool classics = true;
  NumberTableOptions table;  // parsing checks what is given; FileReading hands it to the reader
  ComputeOptions compute;
};

OptionTable make_table(BacktestCommand& options) {
  OptionTable table(
      "mnemo backtest RUN|MODEL --input FILE [options]",
      "Forecasts over a file from many rows on and compares with what came: the model beside the "
      "naive forecast, that of each season that the rows' step suggests, drift, Naive2, Theta and "
      "exponential smoothing (ETS), each of them fitted to all rows before each forecast.");
  table.positional("model", options.model);
  table.group("Input and output");
  table.text("input", options.input, "rows of a time series");
  table.flag("json", options.json, "one JSON object instead of a table");
  table.text("output", options.output, "file for the model's forecasts and what came, as CSV");
  table.flag("quiet", options.quiet, "say nothing but results, warnings and errors");
  table.group("Forecasts");
  describe_stride(table, options.windows,
                  "rows between two forecasts of a series; auto: the horizon");
  describe_windows(table, options.windows, "forecasts of each series, the last of them; auto: all");
  describe_part(table, options.windows,
                "rows that are forecast; auto: the test part of the file trained on, of another "
                "all that training has not seen");
  table.flag("refit", options.windows.refit,
             "train anew, as the run was, on all rows before each forecast: as many trainings as "
             "there are times to forecast from, so limit them by `windows` or `stride`");
  table.flag("classics", options.classics,
             "compare with drift, Theta and exponential smoothing, too, which take longer than the "
             "model does on long series");
  table.group("Reading");
  describe_reading(table, options.table);
  describe(table, options.compute);
  return table;
}

void require_forecaster(const StoredModel& model) {
  if (model.task == Task::forecast) return;
  throw UsageError(fmt::format("{} is a {} model; only forecasters are tested so (see evaluate)",
                               model.path.string(), enum_name(model.task)));
}

// Writes forecasts to a file, which appears when all are there.
class ForecastFile {
 public:
  ForecastFile(const std::string& path, const ForecastSettings& settings, const NumberTable& table,
               const ForecastRows& rows)
      : file_(path), lines_(settings, table, ForecastLines::Kind::rolling), rows_(rows) {
    file_.write(lines_.header());
  }

  void add(const RolledForecast& one) {
    file_.write(
        lines_.lines(one.forecasts, one.index, one.series, one.origin, rows_.targets.data()));
  }
  void commit() { file_.commit(); }

 private:
  AtomicFile file_;
  ForecastLines lines_;
  const ForecastRows& rows_;
};

ForecastMetrics run_backtest(const BacktestCommand& options, const OptionTable& option_table,
                             StoredModel model, Console& console) {
  const auto trained = trained_rows(model.meta);
  const auto settings = forecast_settings_from_json(model.settings, model.path.string());
  const auto refit = options.windows.refit ? refit_of(model, settings, options.compute,
                                                      console.as_warn(), InterruptGuard::requested)
                                           : Refit();
  auto predictor = load_forecast_predictor(std::move(model), options.compute);
  const auto reading = FileReading(option_table.given_values()).table(settings.table);
  const auto table = read_table_for(settings, reading, options.input, console.as_warn());
  const auto windows =
      rolling_windows(table, settings, options.windows, trained, options.input, console.as_warn());
  const auto rows = make_rows(table, predictor);
  std::optional<ForecastFile> file;
  if (!options.output.empty()) file.emplace(options.output, settings, table, rows);
  const auto hear = [&](const RolledForecast& one) {
    if (file) file->add(one);
  };
  const auto metrics = backtest(
      predictor, table, windows,
      options.classics ? all_classics(settings) : usual_classics(settings), refit, hear,
      [&](int64_t done) {
        if (InterruptGuard::requested()) throw Error("it was stopped");
        console.progress(fmt::format("{} of {} windows forecast", done, windows.origins.size()));
      });
  console.end_progress();
  if (file) file->commit();
  return metrics;
}

}  // namespace

int backtest_command(const std::vector<std::string>& arguments) {
  BacktestCommand options;
  auto table = make_table(options);
  if (!table.parse(arguments)) {
    print_result(table.help());
    return 0;
  }
  if (options.model.empty()) throw UsageError("name a run folder or an exported model");
  if (options.input.empty()) throw UsageError("--input is missing: name a file to forecast over");
  Console console(options.quiet);
  options.compute.threads = apply_threads(options.compute.threads);
  auto model = open_model(options.model);
  require_forecaster(model);
  keep_freed_memory();
  // A refit has a folder of its own, which an end at once would leave behind.
  std::optional<InterruptGuard> interrupt;
  if (options.windows.refit) interrupt.emplace();
  try {
    const auto evaluation = evaluation_of(run_backtest(options, table, std::move(model), console));
    print_result(options.json ? evaluation.json.dump(2) + "\n" : evaluation.text);
    return 0;
  } catch (const Error&) {
    if (!InterruptGuard::requested()) throw;
    console.end_progress();
    return InterruptGuard::exit_code();
  }
}

}  // namespace mnemo
