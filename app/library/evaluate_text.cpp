// The figures of a text classifier.
#include <fmt/format.h>

#include <optional>

#include "app/library/model_evaluation.h"
#include "app/metrics/labelled_rows.h"
#include "app/tasks/text/text_data.h"
#include "app/tasks/text/text_predictor.h"
#include "app/tasks/text/text_window.h"

namespace mnemo {
namespace {

ClassificationMetrics measure(TextPredictor& predictor, const nlohmann::json& meta,
                              const EvaluationRequest& request, Reporter& reporter) {
  LabelledTextReader reader(request.file, request.reading.text(predictor.settings.reader));
  LabelledRows rows(predictor.settings.labels);
  const auto seen = RowSketch::from_text(meta.value("seen_rows", std::string()));
  SketchMatches matches;
  bool at_end = false;
  for (int64_t done = 0; !at_end;) {
    TextWindow window;
    std::vector<std::optional<int64_t>> truths;
    TextRecord record;
    while (!window.full() && !(at_end = !reader.next(record))) {
      truths.push_back(rows.number_of(record.label));
      matches.count(seen, fingerprint_of(record.text));
      window.add(std::move(record.text));
    }
    if (truths.empty()) break;
    const auto probabilities = predict_texts(
        predictor, window.texts(), request.compute.threads,
        [&](int64_t here) { reporter.progress(fmt::format("{} texts classified", done + here)); });
    rows.add(truths, probabilities.const_data_ptr<float>());
    done += std::ssize(truths);
  }
  reporter.end_progress();
  warn_of(reader.counts(), request.file, reporter.as_warn());
  warn_of_rows_trained_on(meta, reader.sha256(), matches, request.file, reporter);
  rows.warn_of_unknown(request.file, reporter);
  return rows.metrics();
}

}  // namespace

Evaluation evaluate_text(StoredModel model, const EvaluationRequest& request, Reporter& reporter) {
  const auto meta = model.meta;
  auto predictor = load_text_predictor(std::move(model), request.compute);
  const auto metrics = measure(predictor, meta, request, reporter);
  Evaluation evaluation{.text = to_text(metrics), .json = to_json(metrics)};
  evaluation.json["part"] = "all";  // text has no parts: the file is counted whole
  return evaluation;
}

}  // namespace mnemo
