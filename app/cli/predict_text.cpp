// mnemo predict of a text classifier: texts in, one answer a line out, in order.
#include <utility>

#include "app/cli/commands.h"
#include "app/cli/file_reading_options.h"
#include "app/cli/predict.h"
#include "app/cli/text_input.h"
#include "app/tasks/text/text_data.h"
#include "app/tasks/text/text_predictor.h"
#include "app/tasks/text/text_window.h"

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

}  // namespace

void predict_texts_of(StoredModel model, const PredictOptions& options, const OptionTable& table,
                      Console& console) {
  auto predictor = load_text_predictor(std::move(model), options.compute);
  const auto reading = file_reading(table, options.reader, options.series, options.table);
  auto source = open_text_input(options.input, reading.text(predictor.settings.reader));
  const int64_t classes = predictor.settings.labels.size();
  for (auto window = read_window(source); !window.texts().empty(); window = read_window(source)) {
    const auto probabilities =
        predict_texts(predictor, window.texts(), options.compute.threads);  // (texts, C)
    const float* row = probabilities.const_data_ptr<float>();
    std::string lines;
    for (size_t i = 0; i < window.texts().size(); ++i, row += classes) {
      lines += prediction_line(predictor.settings.labels, {row, static_cast<size_t>(classes)},
                               options.top, options.format);
    }
    print_result(lines);
  }
  warn_of(source.reader->counts(), source.name,
          [&](const std::string& text) { console.warn(text); });
}

}  // namespace mnemo
