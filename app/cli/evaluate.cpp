// mnemo evaluate: a model's figures on labelled data.
#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <set>

#include "app/cli/commands.h"
#include "app/cli/common_options.h"
#include "app/console.h"
#include "app/inference/text_predictor.h"
#include "app/reporting/classification_metrics.h"
#include "app/training/text_data.h"

namespace mnemo {
namespace {

struct EvaluateOptions {
  std::string model;
  std::string data;
  bool json = false;
  bool quiet = false;
  TextReaderOptions reader;
  ComputeOptions compute;
};

OptionTable make_table(EvaluateOptions& options) {
  OptionTable table("mnemo evaluate RUN|MODEL --data FILE [options]",
                    "Measures a model on every row of a labelled file.");
  table.positional("model", options.model, "run folder or exported model");
  table.group("Input and output");
  table.text("data", options.data, "file with texts and labels");
  add_reader_options(table, options.reader, LabelColumn::required);
  table.flag("json", options.json, "one JSON object instead of a table");
  table.flag("quiet", options.quiet, "say nothing but results, warnings and errors");
  add_compute_options(table, options.compute);
  return table;
}

// Counts all rows, and warns of labels that training never saw.
ClassificationMetrics measure(const LabelledTexts& data, const at::Tensor& probabilities,
                              const LabelSet& labels, const std::string& file, Console& console) {
  ClassificationCounter counter(labels);
  constexpr size_t kMostNamed = 10;
  std::set<std::string> unknown;  // some of them, to name
  const auto classes = static_cast<size_t>(labels.size());
  const float* row = probabilities.const_data_ptr<float>();
  for (const auto& label : data.labels) {
    const auto number = labels.find(label);
    if (!number && unknown.size() < kMostNamed) unknown.insert(label);
    counter.add(number, {row, classes});
    row += classes;
  }
  if (!unknown.empty()) {
    console.warn(
        fmt::format("{}: {} rows have a label that training never saw ({}); they are counted as "
                    "wrong, and left "
                    "out of the loss and the confusion matrix",
                    file, counter.unknown_labels(), fmt::join(unknown, ", ")));
  }
  return counter.metrics();
}

}  // namespace

int evaluate_command(const std::vector<std::string>& arguments) {
  EvaluateOptions options;
  auto table = make_table(options);
  if (!table.parse(arguments)) {
    print_result(table.help());
    return 0;
  }
  if (options.model.empty()) throw UsageError("name a run folder or an exported model");
  if (options.data.empty()) throw UsageError("--data is missing: name a file of labelled texts");
  Console console(options.quiet);
  const int64_t threads = apply_threads(options.compute.threads);
  auto predictor = load_text_predictor(options.model, options.compute);
  const auto data = read_labelled_texts(options.data, options.reader);
  warn_of(data.counts, options.data, [&](const std::string& text) { console.warn(text); });

  const auto probabilities =
      predict_texts(predictor, data.texts, threads, [&](std::string_view stage, int64_t done) {
        console.progress(fmt::format("{}: {} of {} texts", stage, done, data.texts.size()));
      });
  console.end_progress();
  const auto metrics =
      measure(data, probabilities, predictor.settings.labels, options.data, console);
  if (!options.json) {
    print_result(to_text(metrics));
    return 0;
  }
  nlohmann::json object = to_json(metrics);
  object["task"] = "text";
  object["part"] = "all";  // text has no parts: the file is counted whole
  print_result(object.dump(2) + "\n");
  return 0;
}

}  // namespace mnemo
