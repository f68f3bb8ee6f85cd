#include "app/tasks/series/series_answers.h"

#include <algorithm>
#include <span>
#include <utility>

#include "app/metrics/answers.h"
#include "app/runs/stored_model.h"
#include "app/tasks/series/series_objective.h"
#include "app/tasks/series/series_predictor.h"

namespace mnemo {
namespace {

constexpr int64_t kSeriesAnsweredAtOnce = 64;

nlohmann::json answers_about(const SeriesSettings& settings, const SeriesPart& series,
                             const std::vector<int64_t>& chosen, std::vector<float> answers,
                             const char* part) {
  const int64_t width = settings.model.outputs;
  if (settings.target_kind == TargetKind::label) {
    ScoredRows scored{.classes = width, .truths = {}, .probabilities = std::move(answers)};
    for (const int64_t i : chosen) {
      scored.truths.push_back(static_cast<int32_t>(series.targets[i].item<int64_t>()));
    }
    return classification_answers(scored, settings.labels, part, [&](int64_t i) {
      const int64_t number = series.series[static_cast<size_t>(chosen[static_cast<size_t>(i)])];
      return "series " + series.data->ids[static_cast<size_t>(number)];
    });
  }
  std::vector<double> actual;
  for (const int64_t i : chosen) {
    for (int64_t target = 0; target < width; ++target) {
      const auto& [offset, scale] = settings.target_scaling[static_cast<size_t>(target)];
      actual.push_back(series.targets[i][target].item<double>() * scale + offset);
    }
  }
  return number_answers(answers, actual, target_names(settings), part);
}

}  // namespace

nlohmann::json series_answers(const std::filesystem::path& run, const SeriesPart& series,
                              bool holds_out, const ComputeOptions& compute) {
  auto predictor = load_series_predictor(open_model(run), in_fp32(compute));
  const auto chosen = rows_to_answer(series.size());
  std::vector<int64_t> numbers;
  for (const int64_t i : chosen) numbers.push_back(series.series[static_cast<size_t>(i)]);
  std::vector<float> found;
  for (size_t begin = 0; begin < numbers.size(); begin += kSeriesAnsweredAtOnce) {
    const auto some = std::span(numbers).subspan(
        begin, std::min<size_t>(kSeriesAnsweredAtOnce, numbers.size() - begin));
    const auto batch = predictor.scorer->answers(pack_some(*series.data, some)).contiguous();
    const float* values = batch.const_data_ptr<float>();
    found.insert(found.end(), values, values + batch.numel());
  }
  auto answers =
      answers_about(predictor.settings, series, chosen, std::move(found), part_name(holds_out));
  answers["of"] = series.size();  // and these are the answers to some
  return answers;
}

}  // namespace mnemo
