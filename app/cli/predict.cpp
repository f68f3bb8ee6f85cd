// mnemo predict: texts in, one answer a line out, in order.
#include <fmt/format.h>

#include <memory>

#include "app/cli/commands.h"
#include "app/cli/common_options.h"
#include "app/console.h"
#include "app/inference/text_predictor.h"
#include "app/inference/text_window.h"
#include "app/memory.h"
#include "app/reporting/prediction_writer.h"
#include "app/training/text_data.h"
#include "common/input_stream.h"

namespace mnemo {
namespace {

struct PredictOptions {
  std::string model;
  std::string input = "-";
  TextReaderOptions reader;
  PredictionFormat format = PredictionFormat::tsv;
  int64_t top = 1;
  ComputeOptions compute;
};

OptionTable make_table(PredictOptions& options) {
  OptionTable table("mnemo predict RUN|MODEL [--input FILE|-] [options]",
                    "Classifies texts: one line of output for each, in order.");
  table.positional("model", options.model, "run folder or exported model");
  table.group("Input and output");
  table.text("input", options.input, "file of texts; -: standard input, a text a line");
  add_reader_options(table, options.reader, LabelColumn::ignored);
  table.choice("format", options.format, "form of the output");
  table.number("top", options.top, {1, 1'000'000},
               "labels given for each text, the likeliest first");
  add_compute_options(table, options.compute);
  return table;
}

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

int predict_command(const std::vector<std::string>& arguments) {
  PredictOptions options;
  auto table = make_table(options);
  if (!table.parse(arguments)) {
    print_result(table.help());
    return 0;
  }
  if (options.model.empty()) throw UsageError("name a run folder or an exported model");
  Console console(/*quiet=*/false);
  const int64_t threads = apply_threads(options.compute.threads);
  auto predictor = load_text_predictor(options.model, options.compute);
  auto source = open_source(options);

  keep_freed_memory();
  const int64_t classes = predictor.settings.labels.size();
  for (auto window = read_window(source); !window.texts().empty(); window = read_window(source)) {
    const auto probabilities = predict_texts(predictor, window.texts(), threads);  // (texts, C)
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
  return 0;
}

}  // namespace mnemo
