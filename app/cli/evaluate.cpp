// mnemo evaluate: a model's figures on labelled data.
#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <optional>
#include <set>

#include "app/cli/commands.h"
#include "app/cli/common_options.h"
#include "app/console.h"
#include "app/inference/text_predictor.h"
#include "app/inference/text_window.h"
#include "app/memory.h"
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

// Counts rows, and remembers labels that training never saw.
class LabelledRows {
 public:
  explicit LabelledRows(const LabelSet& labels) : labels_(labels), counter_(labels) {}

  std::optional<int64_t> number_of(const std::string& label) {
    const auto number = labels_.find(label);
    constexpr size_t kMostNamed = 10;
    if (!number && unknown_.size() < kMostNamed) unknown_.insert(label);
    return number;
  }

  // probabilities (rows, C)
  void add(std::span<const std::optional<int64_t>> truths, const at::Tensor& probabilities) {
    const auto classes = static_cast<size_t>(labels_.size());
    const float* row = probabilities.const_data_ptr<float>();
    for (const auto& truth : truths) {
      counter_.add(truth, {row, classes});
      row += classes;
    }
  }

  void warn_of_unknown(const std::string& file, Console& console) const {
    if (unknown_.empty()) return;
    console.warn(
        fmt::format("{}: {} rows have a label that training never saw ({}); they are counted as "
                    "wrong, and left out of the loss and the confusion matrix",
                    file, counter_.unknown_labels(), fmt::join(unknown_, ", ")));
  }

  ClassificationMetrics metrics() const { return counter_.metrics(); }

 private:
  const LabelSet& labels_;
  ClassificationCounter counter_;
  std::set<std::string> unknown_;  // some of them, to name
};

ClassificationMetrics measure(TextPredictor& predictor, const EvaluateOptions& options,
                              int64_t threads, Console& console) {
  LabelledTextReader reader(options.data, options.reader);
  LabelledRows rows(predictor.settings.labels);
  bool at_end = false;
  for (int64_t done = 0; !at_end;) {
    TextWindow window;
    std::vector<std::optional<int64_t>> truths;
    TextRecord record;
    while (!window.full() && !(at_end = !reader.next(record))) {
      truths.push_back(rows.number_of(record.label));
      window.add(std::move(record.text));
    }
    if (truths.empty()) break;
    rows.add(truths, predict_texts(predictor, window.texts(), threads, [&](int64_t here) {
               console.progress(fmt::format("{} texts classified", done + here));
             }));
    done += std::ssize(truths);
  }
  console.end_progress();
  warn_of(reader.counts(), options.data, [&](const std::string& text) { console.warn(text); });
  rows.warn_of_unknown(options.data, console);
  return rows.metrics();
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
  keep_freed_memory();
  const auto metrics = measure(predictor, options, threads, console);
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
