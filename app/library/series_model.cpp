#include "mnemo/series_model.h"

#include <algorithm>
#include <utility>

#include "app/library/data_options.h"
#include "app/library/library_call.h"
#include "app/tasks/series/series_predictor.h"

namespace mnemo {

struct SeriesModel::Impl {
  SeriesPredictor predictor;
  int64_t threads;
  std::vector<std::string> targets;

  bool answers_with_labels() const { return predictor.settings.target_kind == TargetKind::label; }

  std::vector<SeriesPrediction> answers(const LabelledSeries& data) const {
    const auto table = predict_series(predictor, data).to(at::kDouble);  // (series, outputs)
    const double* row = table.const_data_ptr<double>();
    const int64_t width = table.size(1);
    std::vector<SeriesPrediction> answers(static_cast<size_t>(data.size()));
    for (size_t i = 0; i < answers.size(); ++i) {
      auto& answer = answers[i];
      answer.id = data.ids[i];
      auto& numbers = answers_with_labels() ? answer.probabilities : answer.numbers;
      numbers.assign(row, row + width);
      row += width;
      if (!answers_with_labels()) continue;
      const auto best = std::ranges::max_element(numbers);
      answer.label = predictor.settings.labels.name(best - numbers.begin());
      answer.probability = *best;
    }
    return answers;
  }
};

SeriesModel::SeriesModel(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
SeriesModel::SeriesModel(SeriesModel&&) noexcept = default;
SeriesModel& SeriesModel::operator=(SeriesModel&&) noexcept = default;
SeriesModel::~SeriesModel() = default;

SeriesModel SeriesModel::load(const std::filesystem::path& run_or_model,
                              const LoadOptions& options) {
  const auto compute = compute_of(options);
  return library_call(compute.threads, [&] {
    auto predictor = load_series_predictor(open_for(run_or_model, Task::series), compute);
    std::vector<std::string> targets;
    if (predictor.settings.target_kind == TargetKind::number) {
      targets = target_names(predictor.settings);
    }
    return SeriesModel(
        std::make_unique<Impl>(Impl{std::move(predictor), compute.threads, std::move(targets)}));
  });
}

const std::vector<std::string>& SeriesModel::features() const {
  return impl_->predictor.settings.features;
}
const std::vector<std::string>& SeriesModel::labels() const {
  return impl_->predictor.settings.labels.names();
}
const std::vector<std::string>& SeriesModel::targets() const { return impl_->targets; }

SeriesPrediction SeriesModel::predict(std::span<const float> values) const {
  return library_call(impl_->threads, [&] {
    const auto data = make_series_for(impl_->predictor.settings, {&values, 1}, "values");
    return impl_->answers(data).front();
  });
}

std::vector<SeriesPrediction> SeriesModel::predict(
    std::span<const std::vector<float>> series) const {
  return library_call(impl_->threads, [&] {
    const std::vector<std::span<const float>> views(series.begin(), series.end());
    return impl_->answers(make_series_for(impl_->predictor.settings, views, "values"));
  });
}

std::vector<SeriesPrediction> SeriesModel::predict_file(const std::filesystem::path& file,
                                                        const DataOptions& options) const {
  return library_call(impl_->threads, [&] {
    const auto& settings = impl_->predictor.settings;
    const auto reading = reading_of(options, Task::series);
    LibraryReporter reporter(options.warn);
    const auto data =
        read_series_for(settings, reading.series(settings.reader), file.string(), Targets::ignored);
    for (const auto& warning : data.warnings) reporter.warn(warning);
    return impl_->answers(data);
  });
}

}  // namespace mnemo
