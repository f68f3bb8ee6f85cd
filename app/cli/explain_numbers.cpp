// mnemo explain of models of series, and of forecasters.
#include <string>

#include "app/cli/commands.h"
#include "app/cli/common_options.h"
#include "app/cli/explain.h"
#include "app/cli/file_reading_options.h"
#include "app/explain/heat_page.h"
#include "app/library/model_explanation.h"
#include "app/tasks/forecast/forecast_rows.h"

namespace mnemo {
namespace {

std::string file_of(const ExplainOptions& options) {
  return options.input == "-" ? "/dev/stdin" : options.input;
}

ExplanationRequest request_of(const ExplainOptions& options) {
  return {.method = options.method,
          .label = options.label,
          .target = options.target,
          .step = options.step};
}

// Prints explanations one after the other, as one document.
class Printer {
 public:
  Printer(const ExplainOptions& options, Console& console) : options_(options), console_(console) {}
  void print(const NumberExplanation& explanation, const NumberTitle& title) {
    begin();
    warn_of_error(explanation.error.value_or(0.0), title.name, console_);
    print_result(number_text(explanation, title, options_.format, options_.colours));
  }
  TakeExplanation as_taker() {
    return [this](const auto& explanation, const auto& title) { print(explanation, title); };
  }
  void end() {
    begin();
    if (options_.format == ExplainFormat::html) print_result(end_heat_page());
  }

 private:
  // Not before there is something to print: what is refused leaves no half a page.
  void begin() {
    if (has_begun_) return;
    has_begun_ = true;
    if (options_.format == ExplainFormat::html) {
      print_result(begin_number_page(options_.method, options_.model));
    }
  }

  const ExplainOptions& options_;
  Console& console_;
  bool has_begun_ = false;
};

}  // namespace

void explain_series(const StoredModel& model, const ExplainOptions& options,
                    const OptionTable& table, Console& console) {
  SeriesExplainer explainer(model);
  const auto& settings = explainer.settings();
  const auto request = request_of(options);
  question_of(settings, request);  // before a file is read
  const auto reading = file_reading(table, options.reader, options.series, options.table);
  const auto reader = reading.series(settings.reader);
  const auto data = read_series_for(settings, reader, file_of(options), Targets::ignored);
  for (const auto& warning : data.warnings) console.warn(warning);
  Printer printer(options, console);
  explain_each(explainer, request, data, printer.as_taker());
  printer.end();
}

void explain_forecast(const StoredModel& model, const ExplainOptions& options,
                      const OptionTable& option_table, Console& console) {
  ForecastExplainer explainer(model);
  const auto& settings = explainer.settings();
  const auto request = request_of(options);
  question_of(settings, request);  // before a file is read
  const auto table =
      read_table_for(settings, table_options_for(option_table, options.table, settings.table),
                     file_of(options), console.as_warn());
  Printer printer(options, console);
  explain_each(explainer, request, table, options.input, console, printer.as_taker());
  printer.end();
}

}  // namespace mnemo
