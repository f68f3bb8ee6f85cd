#include "app/library/model_explanation.h"

#include <fmt/format.h>

#include <algorithm>
#include <span>

#include "app/tasks/forecast/forecast_rows.h"
#include "app/tasks/forecast/forecast_windows.h"
#include "datasets/message_text.h"
#include "mnemo/error.h"

namespace mnemo {
namespace {

// Returns the times of the last `rows` of a series; none where the table has none.
std::vector<std::string> last_times(const NumberTable& table, const ForecastSettings& settings,
                                    const TableSeries& series) {
  std::vector<std::string> times;
  if (table.times.empty()) return times;
  const int64_t first = series.end - settings.model.lookback;
  for (int64_t row = first; row < first + settings.model.window_rows(); ++row) {
    times.push_back(time_of_row(table, settings.step, series, row));
  }
  return times;
}

// Warns of series that are too short; throws Error when all are.
void report_short_series(const NumberTable& table, int64_t lookback, const std::string& name,
                         Reporter& reporter) {
  const auto left_out = std::ranges::count_if(
      table.series, [&](const TableSeries& series) { return series.rows() < lookback; });
  if (left_out == std::ssize(table.series)) {
    throw Error(
        fmt::format("{}: no series has the {} rows that the model looks back over; give it at "
                    "least so many",
                    name, lookback));
  }
  if (left_out > 0) {
    reporter.warn(
        fmt::format("{}: {} of {} series have fewer rows than the model looks back over, "
                    "{}; they are left out",
                    name, left_out, table.series.size(), lookback));
  }
}

}  // namespace

int64_t number_named(const char* option, const std::string& name,
                     const std::vector<std::string>& names) {
  const auto found = std::ranges::find(names, name);
  if (found != names.end()) return found - names.begin();
  throw SettingError(option, ": " + no_such(option, name, names));
}

std::optional<int64_t> label_asked_of(const TextExplainer& explainer,
                                      const ExplanationRequest& request) {
  if (!request.target.empty() || request.step != 0) {
    throw SettingError(request.step != 0 ? "step" : "target", "is for models of numbers",
                       "leave it out");
  }
  if (request.label.empty()) return std::nullopt;
  if (request.method == ExplainMethod::attention) {
    throw SettingError("label", "is not asked by `method` attention, which is for no label",
                       "leave it out, or take another method");
  }
  if (explainer.explains_number()) {
    throw SettingError("label", "is for models that answer with labels", "leave it out");
  }
  return number_named("label", request.label, explainer.settings().labels.names());
}

SeriesQuestion question_of(const SeriesSettings& settings, const ExplanationRequest& request) {
  if (request.step != 0) throw SettingError("step", "is for forecasters", "leave it out");
  const bool labels = settings.target_kind == TargetKind::label;
  if (labels && !request.target.empty()) {
    throw SettingError("target", "is for models that answer with numbers", "take `label`");
  }
  if (!labels && !request.label.empty()) {
    throw SettingError("label", "is for models that answer with labels", "take `target`");
  }
  if (labels && request.label.empty()) return {.output = -1};
  if (labels) return {.output = number_named("label", request.label, settings.labels.names())};
  if (request.target.empty()) return {.output = 0};
  return {.output = number_named("target", request.target, target_names(settings))};
}

ForecastQuestion question_of(const ForecastSettings& settings, const ExplanationRequest& request) {
  if (!request.label.empty()) {
    throw SettingError("label", "is for models that answer with labels", "take `target`");
  }
  if (request.step < 0 || request.step > settings.model.horizon) {
    throw SettingError("step", fmt::format("{}: the model forecasts {} steps", request.step,
                                           settings.model.horizon));
  }
  ForecastQuestion question{.step = request.step};
  if (!request.target.empty()) {
    question.target = number_named("target", request.target, settings.targets);
  }
  return question;
}

void explain_each(const SeriesExplainer& explainer, const ExplanationRequest& request,
                  const LabelledSeries& data, const TakeExplanation& take) {
  const auto question = question_of(explainer.settings(), request);
  for (int64_t i = 0; i < data.size(); ++i) {
    const auto begin = data.offsets[static_cast<size_t>(i)] * data.width();
    const auto values = at::tensor(std::span(data.values)
                                       .subspan(static_cast<size_t>(begin),
                                                static_cast<size_t>(data.length(i) * data.width())))
                            .view({data.length(i), data.width()});
    take(explainer.explain(values, request.method, question),
         {.name = "series " + data.ids[static_cast<size_t>(i)], .last_step = data.length(i)});
  }
}

void explain_each(const ForecastExplainer& explainer, const ExplanationRequest& request,
                  const NumberTable& table, const std::string& name, Reporter& reporter,
                  const TakeExplanation& take) {
  const auto& settings = explainer.settings();
  const auto question = question_of(settings, request);
  const auto rows = make_rows(table, settings);
  const int64_t lookback = settings.model.lookback;
  const std::string what = question.step == 0
                               ? fmt::format("mean of the next {} steps", settings.model.horizon)
                               : fmt::format("step {} after the end", question.step);
  report_short_series(table, lookback, name, reporter);
  for (const auto& series : table.series) {
    if (series.rows() < lookback) continue;
    const std::vector<int64_t> end = {series.end};
    const auto history = histories(rows, end, settings.model)[0];
    take(explainer.explain(history, request.method, question),
         {.name = series.name.empty() ? what : series.name + ", " + what,
          .last_step = series.rows() + settings.model.window_rows() - lookback,
          .times = last_times(table, settings, series)});
  }
}

void explain_file(const SeriesExplainer& explainer, const ExplanationRequest& request,
                  const FileReading& reading, const std::string& file, Reporter& reporter,
                  const TakeExplanation& take) {
  const auto& settings = explainer.settings();
  question_of(settings, request);
  const auto data =
      read_series_for(settings, reading.series(settings.reader), file, Targets::ignored);
  for (const auto& warning : data.warnings) reporter.warn(warning);
  explain_each(explainer, request, data, take);
}

void explain_file(const ForecastExplainer& explainer, const ExplanationRequest& request,
                  const FileReading& reading, const std::string& file, Reporter& reporter,
                  const TakeExplanation& take) {
  const auto& settings = explainer.settings();
  question_of(settings, request);
  const auto table =
      read_table_for(settings, reading.table(settings.table), file, reporter.as_warn());
  explain_each(explainer, request, table, file, reporter, take);
}

}  // namespace mnemo
