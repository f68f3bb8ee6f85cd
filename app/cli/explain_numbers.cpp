// mnemo explain of models of series, and of forecasters.
#include <string>

#include "app/cli/commands.h"
#include "app/cli/explain.h"
#include "app/explain/heat_page.h"
#include "app/library/file_reading.h"
#include "app/library/model_explanation.h"

namespace mnemo {
namespace {

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
  // Is called once there is something to print: what is refused leaves no half a page.
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

// Prints the explanations of the file's answers.
template <typename Explainer>
void print_file(const StoredModel& model, const ExplainOptions& options, const OptionTable& table,
                Console& console) {
  Explainer explainer(model);
  Printer printer(options, console);
  explain_file(explainer, request_of(options), FileReading(table.given_values()), options.file(),
               console, printer.as_taker());
  printer.end();
}

}  // namespace

void explain_series(const StoredModel& model, const ExplainOptions& options,
                    const OptionTable& table, Console& console) {
  print_file<SeriesExplainer>(model, options, table, console);
}

void explain_forecast(const StoredModel& model, const ExplainOptions& options,
                      const OptionTable& table, Console& console) {
  print_file<ForecastExplainer>(model, options, table, console);
}

}  // namespace mnemo
