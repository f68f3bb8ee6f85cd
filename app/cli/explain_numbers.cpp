// mnemo explain of models of series, and of forecasters.
#include <fmt/format.h>

#include <algorithm>
#include <span>
#include <string>
#include <vector>

#include "app/cli/commands.h"
#include "app/cli/common_options.h"
#include "app/cli/explain.h"
#include "app/explain/heat_page.h"
#include "app/explain/number_explainer.h"
#include "app/explain/number_writer.h"
#include "app/tasks/forecast/forecast_rows.h"
#include "mnemo/error.h"

namespace mnemo {
namespace {

std::string file_of(const ExplainOptions& options) {
  return options.input == "-" ? "/dev/stdin" : options.input;
}

// Prints explanations one after the other, as one document.
class Printer {
 public:
  Printer(const ExplainOptions& options, Console& console) : options_(options), console_(console) {
    if (options.format == ExplainFormat::html) {
      print_result(begin_number_page(options.method, options.model));
    }
  }
  void print(const NumberExplanation& explanation, const NumberTitle& title) {
    warn_of_error(explanation.error.value_or(0.0), title.name, console_);
    print_result(number_text(explanation, title, options_.format, options_.colours));
  }
  void end() const {
    if (options_.format == ExplainFormat::html) print_result(end_heat_page());
  }

 private:
  const ExplainOptions& options_;
  Console& console_;
};

int64_t asked_output(const SeriesSettings& settings, const ExplainOptions& options) {
  const bool labels = settings.target_kind == TargetKind::label;
  if (labels && !options.target.empty()) {
    throw UsageError("--target is for models that answer with numbers; take --label");
  }
  if (!labels && !options.label.empty()) {
    throw UsageError("--label is for models that answer with labels; take --target");
  }
  if (labels) {
    return options.label.empty() ? -1 : number_of("label", options.label, settings.labels.names());
  }
  return options.target.empty() ? 0 : number_of("target", options.target, target_names(settings));
}

// Of the last `rows` of a series; none where the file has no times.
std::vector<std::string> times_of(const NumberTable& table, const TableSeries& series,
                                  int64_t rows) {
  std::vector<std::string> times;
  if (table.times.empty()) return times;
  for (int64_t row = series.end - rows; row < series.end; ++row) {
    times.push_back(format_time(table.times[static_cast<size_t>(row)], table.time_format));
  }
  return times;
}

}  // namespace

void explain_series(const StoredModel& model, const ExplainOptions& options,
                    const OptionTable& table, Console& console) {
  SeriesExplainer explainer(model);
  const auto& settings = explainer.settings();
  const SeriesQuestion question{.output = asked_output(settings, options)};
  const auto reader =
      series_options_for(table, options.series, settings.reader, options.table.missing);
  const auto data = read_series_for(settings, reader, file_of(options), Targets::ignored);
  for (const auto& warning : data.warnings) console.warn(warning);
  Printer printer(options, console);
  for (int64_t i = 0; i < data.size(); ++i) {
    const auto begin = data.offsets[static_cast<size_t>(i)] * data.width();
    const auto values = at::tensor(std::span(data.values)
                                       .subspan(static_cast<size_t>(begin),
                                                static_cast<size_t>(data.length(i) * data.width())))
                            .view({data.length(i), data.width()});
    printer.print(
        explainer.explain(values, options.method, question),
        {.name = "series " + data.ids[static_cast<size_t>(i)], .last_step = data.length(i)});
  }
  printer.end();
}

void explain_forecast(const StoredModel& model, const ExplainOptions& options,
                      const OptionTable& option_table, Console& console) {
  ForecastExplainer explainer(model);
  const auto& settings = explainer.settings();
  ForecastQuestion question{.step = options.step};
  if (options.step > settings.model.horizon) {
    throw UsageError(fmt::format("--step {}: the model forecasts {} steps", options.step,
                                 settings.model.horizon));
  }
  if (!options.target.empty()) {
    question.target = number_of("target", options.target, settings.targets);
  }
  const auto table =
      read_table_for(settings, table_options_for(option_table, options.table, settings.table),
                     file_of(options), [&](const std::string& text) { console.warn(text); });
  const auto rows = make_rows(table, settings);
  const int64_t lookback = settings.model.lookback;
  const std::string what = question.step == 0
                               ? fmt::format("mean of the next {} steps", settings.model.horizon)
                               : fmt::format("step {} after the end", question.step);
  const auto is_short = [&](const TableSeries& series) { return series.rows() < lookback; };
  const auto left_out = std::ranges::count_if(table.series, is_short);
  if (left_out == std::ssize(table.series)) {
    throw Error(
        fmt::format("{}: no series has the {} rows that the model looks back over; give it at "
                    "least so many",
                    options.input, lookback));
  }
  if (left_out > 0) {
    console.warn(
        fmt::format("{}: {} of {} series have fewer rows than the model looks back over, "
                    "{}; they are left out",
                    options.input, left_out, table.series.size(), lookback));
  }
  Printer printer(options, console);
  for (const auto& series : table.series) {
    if (is_short(series)) continue;
    const std::vector<int64_t> end = {series.end};
    const auto history = histories(rows, end, lookback)[0];
    const bool named = !settings.table.series_column.empty();
    printer.print(explainer.explain(history, options.method, question),
                  {.name = named ? series.name + ", " + what : what,
                   .last_step = series.rows(),
                   .times = times_of(table, series, lookback)});
  }
  printer.end();
}

}  // namespace mnemo
