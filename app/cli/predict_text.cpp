// mnemo predict of a text classifier: texts in, one answer a line out, in order.
#include <algorithm>
#include <utility>

#include "app/cli/commands.h"
#include "app/cli/file_reading_options.h"
#include "app/cli/predict.h"
#include "app/cli/text_input.h"
#include "app/tasks/text/text_data.h"
#include "app/tasks/text/text_predictor.h"
#include "app/tasks/text/text_window.h"
#include "mnemo/error.h"

namespace mnemo {
namespace {

TextWindow read_window(TextInput& source) {
  TextWindow window;
  TextRecord record;
  while (!window.full() && (window.texts().empty() || source.more_at_hand()) &&
         source.reader->next(record)) {
    window.add(std::move(record.text));
  }
  return window;
}

// `top`: 0 unless it was asked for.
std::string answer_line(const TextSettings& settings, std::span<const float> answers,
                        std::span<const double> thresholds, int64_t top, PredictionFormat format) {
  switch (settings.model.answer) {
    case TextAnswer::classes:
      return prediction_line(settings.labels, answers, std::max<int64_t>(1, top), format);
    case TextAnswer::labels:
      return labels_line(settings.labels, answers, thresholds, top, format);
    case TextAnswer::numbers:
      return numbers_line(answers, format);
  }
  throw Error("unhandled answer");
}

}  // namespace

void predict_texts_of(StoredModel model, const PredictOptions& options, const OptionTable& table,
                      Console& console) {
  auto predictor = load_text_predictor(std::move(model), options.compute);
  const auto reading = file_reading(table, options.reader, options.series, options.table);
  auto source = open_text_input(options.input, reading.text(predictor.settings.reader));
  const auto& settings = predictor.settings;
  if (settings.model.answer == TextAnswer::numbers && table.given("top")) {
    throw UsageError("--top is for labels, and this model answers with numbers; leave it out");
  }
  const int64_t top = table.given("top") ? options.top : 0;
  const auto thresholds = thresholds_of(settings);
  const int64_t width = settings.model.classes;
  for (auto window = read_window(source); !window.texts().empty(); window = read_window(source)) {
    const auto answers =
        predict_texts(predictor, window.texts(), options.compute.threads);  // (texts, C)
    const float* row = answers.const_data_ptr<float>();
    std::string lines;
    for (size_t i = 0; i < window.texts().size(); ++i, row += width) {
      lines +=
          answer_line(settings, {row, static_cast<size_t>(width)}, thresholds, top, options.format);
    }
    print_result(lines);
  }
  warn_of(source.reader->counts(), source.name,
          [&](const std::string& text) { console.warn(text); });
}

}  // namespace mnemo
