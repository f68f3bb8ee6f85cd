// mnemo predict of a text classifier: texts in, one answer a line out, in order.
#include <memory>
#include <utility>

#include "app/cli/commands.h"
#include "app/cli/predict.h"
#include "app/inference/text_predictor.h"
#include "app/inference/text_window.h"
#include "app/training/text_data.h"
#include "common/input_stream.h"

namespace mnemo {
namespace {

// Where the texts come from.
struct Source {
  std::unique_ptr<TextReader> reader;
  InputStream* waiting_input = nullptr;  // set when reading on may wait for somebody

  // Whether the next text is there, so that a person who types a line is answered at once.
  bool more_at_hand() const {
    return waiting_input == nullptr || waiting_input->rdbuf()->in_avail() > 0;
  }
};

Source open_source(PredictOptions& options) {
  if (options.input != "-") {
    return {open_text_reader(options.input, options.reader, LabelColumn::ignored)};
  }
  if (options.reader.format == InputFormat::automatic) options.reader.format = InputFormat::lines;
  auto input = InputStream::standard_input();
  InputStream* const stream = input.get();
  return {
      make_text_reader(std::move(input), "standard input", options.reader, LabelColumn::ignored),
      stream};
}

TextWindow read_window(Source& source) {
  TextWindow window;
  TextRecord record;
  while (!window.full() && (window.texts().empty() || source.more_at_hand()) &&
         source.reader->next(record)) {
    window.add(std::move(record.text));
  }
  return window;
}

}  // namespace

void predict_texts_of(StoredModel model, PredictOptions options, Console& console) {
  auto predictor = load_text_predictor(std::move(model), options.compute);
  auto source = open_source(options);
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
  warn_of(source.reader->counts(), options.input == "-" ? "standard input" : options.input,
          [&](const std::string& text) { console.warn(text); });
}

}  // namespace mnemo
