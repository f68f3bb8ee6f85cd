// Explanations for files and for values in memory: what `mnemo explain` and the library's Explainer
// do with app/explain.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "app/explain/number_explainer.h"
#include "app/explain/number_writer.h"
#include "app/explain/text_explainer.h"
#include "app/library/file_reading.h"
#include "datasets/number_table.h"
#include "datasets/series/labelled_series.h"
#include "mnemo/reporter.h"

namespace mnemo {

struct ExplanationRequest {
  ExplainMethod method = ExplainMethod::gradients;
  std::string label = {};   // empty: the most probable one
  std::string target = {};  // empty: the first
  int64_t step = 0;         // forecasts: of the horizon, from 1; 0: the mean of all
};

// The number of `name` among `names`; throws UsageError, with the nearest, for one that is not
// there.
int64_t number_named(const char* option, const std::string& name,
                     const std::vector<std::string>& names);

// The number of the label that is asked about, if one is. Throws UsageError for what a model of
// texts cannot be asked.
std::optional<int64_t> label_asked_of(const TextExplainer& explainer,
                                      const ExplanationRequest& request);

// Takes one explanation after another.
using TakeExplanation = std::function<void(const NumberExplanation&, const NumberTitle&)>;

// Says what the request means for the model; throws UsageError for what it cannot be asked.
SeriesQuestion question_of(const SeriesSettings& settings, const ExplanationRequest& request);
ForecastQuestion question_of(const ForecastSettings& settings, const ExplanationRequest& request);

// Explains the answer to each series.
void explain_each(const SeriesExplainer& explainer, const ExplanationRequest& request,
                  const LabelledSeries& data, const TakeExplanation& take);

// Explains the forecast that follows each series of the table; `name` stands for it in messages.
// Throws Error when none has as many rows as the model looks back over; the reporter hears of those
// that have not.
void explain_each(const ForecastExplainer& explainer, const ExplanationRequest& request,
                  const NumberTable& table, const std::string& name, Reporter& reporter,
                  const TakeExplanation& take);

// The same of a file, which is not read for a request that cannot be meant.
void explain_file(const SeriesExplainer& explainer, const ExplanationRequest& request,
                  const FileReading& reading, const std::string& file, Reporter& reporter,
                  const TakeExplanation& take);
void explain_file(const ForecastExplainer& explainer, const ExplanationRequest& request,
                  const FileReading& reading, const std::string& file, Reporter& reporter,
                  const TakeExplanation& take);

}  // namespace mnemo
