#include "mnemo/classifier.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "app/library/data_options.h"
#include "app/library/library_call.h"
#include "app/tasks/text/text_data.h"
#include "app/tasks/text/text_predictor.h"
#include "datasets/text_reader.h"

namespace mnemo {

struct Classifier::Impl {
  TextPredictor predictor;
  int64_t threads;

  const std::vector<std::string>& labels() const { return predictor.settings.labels.names(); }

  // Adds the answers of a table, (texts, C) fp32.
  void append(const at::Tensor& found, std::vector<Prediction>& answers) const {
    const auto table = found.to(at::kDouble);
    const auto width = predictor.settings.model.classes;
    const double* row = table.const_data_ptr<double>();
    for (int64_t i = 0; i < table.size(0); ++i, row += width) {
      answers.push_back(prediction({row, static_cast<size_t>(width)}));
    }
  }

 private:
  Prediction prediction(std::span<const double> row) const {
    const auto& settings = predictor.settings;
    if (settings.model.answer == TextAnswer::numbers) return {.number = row.front()};
    Prediction answer;
    answer.probabilities.assign(row.begin(), row.end());
    std::vector<size_t> order(row.size());
    std::iota(order.begin(), order.end(), size_t{0});
    std::ranges::stable_sort(order, std::ranges::greater{}, [&](size_t i) { return row[i]; });
    answer.label = labels()[order.front()];
    answer.probability = row[order.front()];
    if (settings.model.answer == TextAnswer::classes) return answer;
    const auto thresholds = thresholds_of(settings);
    for (const size_t label : order) {
      if (row[label] >= thresholds[label]) answer.labels.push_back(labels()[label]);
    }
    return answer;
  }
};

Classifier::Classifier(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Classifier::Classifier(Classifier&&) noexcept = default;
Classifier& Classifier::operator=(Classifier&&) noexcept = default;
Classifier::~Classifier() = default;

Classifier Classifier::load(const std::filesystem::path& run_or_model, const LoadOptions& options) {
  const auto compute = compute_of(options);
  return library_call(compute.threads, [&] {
    auto predictor = load_text_predictor(open_for(run_or_model, Task::text), compute);
    return Classifier(std::make_unique<Impl>(Impl{std::move(predictor), compute.threads}));
  });
}

const std::vector<std::string>& Classifier::labels() const { return impl_->labels(); }

Prediction Classifier::classify(const std::string& text) const {
  return classify(std::span(&text, 1)).front();
}

std::vector<Prediction> Classifier::classify(std::span<const std::string> texts) const {
  return library_call(impl_->threads, [&] {
    std::vector<std::string> valid(texts.begin(), texts.end());
    for (auto& text : valid) replace_invalid_utf8(text);
    std::vector<Prediction> answers;
    impl_->append(predict_texts(impl_->predictor, valid, impl_->threads), answers);
    return answers;
  });
}

std::vector<Prediction> Classifier::classify_file(const std::filesystem::path& file,
                                                  const DataOptions& options) const {
  return library_call(impl_->threads, [&] {
    const auto reading = reading_of(options, Task::text);
    LibraryReporter reporter(options.warn);
    const auto reader = open_text_reader(file, reading.text(impl_->predictor.settings.reader),
                                         LabelColumn::ignored);
    std::vector<Prediction> answers;
    predict_stream(impl_->predictor,
                   {.next = [&](TextRecord& record) { return reader->next(record); }},
                   impl_->threads, [&](std::span<const std::string>, const at::Tensor& table) {
                     impl_->append(table, answers);
                   });
    warn_of(reader->counts(), file.string(), reporter.as_warn());
    return answers;
  });
}

}  // namespace mnemo
