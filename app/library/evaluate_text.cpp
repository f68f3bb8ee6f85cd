// The figures of a classifier of texts, or of a model that gives each a number.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "app/library/model_evaluation.h"
#include "app/metrics/label_metrics.h"
#include "app/metrics/labelled_rows.h"
#include "app/metrics/regression_metrics.h"
#include "app/tasks/text/text_data.h"
#include "app/tasks/text/text_predictor.h"
#include "datasets/number_parser.h"
#include "mnemo/error.h"

namespace mnemo {
namespace {

// Takes rows, whose true answers are in the records, and then what the model answers to them.
class TextCounter {
 public:
  virtual ~TextCounter() = default;
  virtual void take(const TextRecord& record) = 0;
  // (rows, C) to the rows taken since the last call.
  virtual void answer(const float* answers) = 0;
  virtual Evaluation result(const std::string& file, Reporter& reporter) = 0;
};

class ClassCounter final : public TextCounter {
 public:
  explicit ClassCounter(const TextSettings& settings) : rows_(settings.labels) {}

  void take(const TextRecord& record) override { truths_.push_back(rows_.number_of(record.label)); }
  void answer(const float* answers) override {
    rows_.add(truths_, answers);
    truths_.clear();
  }
  Evaluation result(const std::string& file, Reporter& reporter) override {
    rows_.warn_of_unknown(file, reporter);
    const auto metrics = rows_.metrics();
    return {.text = to_text(metrics), .json = to_json(metrics)};
  }

 private:
  LabelledRows rows_;
  std::vector<std::optional<int64_t>> truths_;
};

class LabelsCounter final : public TextCounter {
 public:
  explicit LabelsCounter(const TextSettings& settings)
      : labels_(settings.labels), counter_(settings.labels, thresholds_of(settings)) {}

  void take(const TextRecord& record) override {
    auto& truth = truths_.emplace_back();
    for (const auto& label : record.labels) {
      if (const auto number = labels_.find(label)) {
        truth.labels.push_back(static_cast<int32_t>(*number));
      } else {
        ++truth.unknown;
        unknown_.add(label);
      }
    }
  }
  void answer(const float* answers) override {
    const auto width = static_cast<size_t>(labels_.size());
    for (const auto& [labels, unknown] : truths_) {
      counter_.add(labels, unknown, {answers, width});
      answers += width;
    }
    truths_.clear();
  }
  Evaluation result(const std::string& file, Reporter& reporter) override {
    if (unknown_.count() > 0) {
      reporter.warn(fmt::format("{}: {} labels that training never saw ({}); they count as missed",
                                file, rows_have(counter_.rows_with_unknown()), unknown_.named()));
    }
    const auto metrics = counter_.metrics(unknown_.count());
    return {.text = to_text(metrics), .json = to_json(metrics)};
  }

 private:
  struct Truth {
    std::vector<int32_t> labels;
    int64_t unknown = 0;
  };
  const LabelSet& labels_;
  LabelCounter counter_;
  UnknownLabels unknown_;
  std::vector<Truth> truths_;
};

class NumberCounter final : public TextCounter {
 public:
  explicit NumberCounter(std::string file) : file_(std::move(file)) {}

  void take(const TextRecord& record) override {
    const auto number = parse_number(record.label);
    if (!number || !std::isfinite(*number)) {
      throw Error(
          fmt::format("{}:{}: the label \"{}\" is no number, and the model answers with one", file_,
                      record.line, record.label));
    }
    actual_.push_back(*number);
  }
  void answer(const float* answers) override {
    found_.insert(found_.end(), answers, answers + (actual_.size() - found_.size()));
  }
  Evaluation result(const std::string&, Reporter&) override {
    const auto metrics = regression_metrics(found_, actual_, /*targets=*/1);
    return {.text = to_text(metrics), .json = to_json(metrics)};
  }

 private:
  std::string file_;
  std::vector<double> actual_;
  std::vector<float> found_;
};

std::unique_ptr<TextCounter> make_counter(const TextSettings& settings, const std::string& file) {
  switch (settings.model.answer) {
    case TextAnswer::classes:
      return std::make_unique<ClassCounter>(settings);
    case TextAnswer::labels:
      return std::make_unique<LabelsCounter>(settings);
    case TextAnswer::numbers:
      return std::make_unique<NumberCounter>(file);
  }
  throw Error("unhandled answer");
}

Evaluation measure(const TextPredictor& predictor, const nlohmann::json& meta,
                   const EvaluationRequest& request, Reporter& reporter) {
  LabelledTextReader reader(request.file, request.reading.text(predictor.settings.reader));
  const auto counter = make_counter(predictor.settings, request.file);
  const auto seen = RowSketch::from_text(meta.value("seen_rows", std::string()));
  SketchMatches matches;
  const auto next = [&](TextRecord& record) {
    if (!reader.next(record)) return false;
    counter->take(record);
    matches.count(seen, fingerprint_of(record.text));
    return true;
  };
  predict_stream(
      predictor, {.next = next}, request.compute.threads,
      [&](std::span<const std::string>, const at::Tensor& answers) {
        counter->answer(answers.const_data_ptr<float>());
      },
      [&](int64_t done) { reporter.progress(fmt::format("{} texts classified", done)); });
  reporter.end_progress();
  warn_of(reader.counts(), request.file, reporter.as_warn());
  warn_of_rows_trained_on(meta, reader.sha256(), matches, request.file, reporter);
  return counter->result(request.file, reporter);
}

}  // namespace

Evaluation evaluate_text(StoredModel model, const EvaluationRequest& request, Reporter& reporter) {
  const auto meta = model.meta;
  auto predictor = load_text_predictor(std::move(model), request.compute);
  auto evaluation = measure(predictor, meta, request, reporter);
  evaluation.json["part"] = "all";  // text has no parts: the file is counted whole
  return evaluation;
}

}  // namespace mnemo
