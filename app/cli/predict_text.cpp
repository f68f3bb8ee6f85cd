// mnemo predict of a text classifier: texts in, one answer a line out, in order.
#include <algorithm>
#include <span>
#include <string>
#include <utility>

#include "app/cli/commands.h"
#include "app/cli/predict.h"
#include "app/cli/text_input.h"
#include "app/library/file_reading.h"
#include "app/tasks/text/text_data.h"
#include "app/tasks/text/text_predictor.h"
#include "mnemo/error.h"

namespace mnemo {
namespace {

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
  auto source = open_text_input(options.input,
                                FileReading(table.given_values()).text(predictor.settings.reader));
  const auto& settings = predictor.settings;
  if (settings.model.answer == TextAnswer::numbers && table.given("top")) {
    throw UsageError("--top is for labels, and this model answers with numbers; leave it out");
  }
  const int64_t top = table.given("top") ? options.top : 0;
  const auto thresholds = thresholds_of(settings);
  const int64_t width = settings.model.classes;
  const auto print = [&](std::span<const std::string> texts, const at::Tensor& answers) {
    const float* row = answers.const_data_ptr<float>();  // (texts, C)
    std::string lines;
    for (size_t i = 0; i < texts.size(); ++i, row += width) {
      lines +=
          answer_line(settings, {row, static_cast<size_t>(width)}, thresholds, top, options.format);
    }
    print_result(lines);
  };
  predict_stream(predictor,
                 {.next = [&](TextRecord& record) { return source.reader->next(record); },
                  .more_at_hand = [&] { return source.more_at_hand(); }},
                 options.compute.threads, print);
  warn_of(source.reader->counts(), source.name, console.as_warn());
}

}  // namespace mnemo
