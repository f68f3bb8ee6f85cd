// mnemo predict of a model of series: one line for each series, its id first, in the file's order.
#include <utility>

#include "app/cli/commands.h"
#include "app/cli/predict.h"
#include "app/library/file_reading.h"
#include "app/tasks/series/series_predictor.h"

namespace mnemo {

void predict_series_of(StoredModel model, const PredictOptions& options, const OptionTable& table,
                       Console& console) {
  auto predictor = load_series_predictor(std::move(model), options.compute);
  const auto& settings = predictor.settings;
  if (settings.target_kind == TargetKind::number && table.given("top")) {
    throw UsageError("--top is for labels, and this model answers with numbers; leave it out");
  }
  const auto data =
      read_series_for(settings, FileReading(table.given_values()).series(settings.reader),
                      options.file(), Targets::ignored);
  for (const auto& warning : data.warnings) console.warn(warning);
  const auto answers = predict_series(predictor, data);
  const float* row = answers.const_data_ptr<float>();
  const auto width = static_cast<size_t>(settings.model.outputs);
  std::string lines;
  for (int64_t i = 0; i < data.size(); ++i, row += width) {
    const auto line =
        settings.target_kind == TargetKind::label
            ? prediction_line(settings.labels, {row, width}, options.top, options.format)
            : numbers_line({row, width}, options.format);
    lines += with_id(data.ids[static_cast<size_t>(i)], line, options.format);
  }
  print_result(lines);
}

}  // namespace mnemo
