// mnemo explain of a text classifier.
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "app/cli/commands.h"
#include "app/cli/explain.h"
#include "app/cli/flags.h"
#include "app/cli/text_input.h"
#include "app/explain/deletion_test.h"
#include "app/explain/text_explainer.h"
#include "app/library/file_reading.h"
#include "app/library/model_explanation.h"
#include "app/tasks/text/text_data.h"
#include "mnemo/error.h"

namespace mnemo {
namespace {

// Each text of a whole file is as likely to be drawn (reservoir sampling, Vitter 1985); in the
// order of the file.
std::vector<std::string> draw_texts(const ExplainOptions& options, const TextReaderOptions& reader,
                                    Console& console) {
  auto input = open_text_input(options.data, reader);
  std::mt19937_64 random(options.seed);
  std::vector<std::pair<int64_t, std::string>> drawn;
  TextRecord record;
  for (int64_t row = 0; input.reader->next(record); ++row) {
    if (options.texts == 0 || row < options.texts) {
      drawn.emplace_back(row, std::move(record.text));
      continue;
    }
    const int64_t place = std::uniform_int_distribution<int64_t>(0, row)(random);
    if (place < options.texts) drawn[static_cast<size_t>(place)] = {row, std::move(record.text)};
  }
  warn_of(input.reader->counts(), input.name, [&](const std::string& text) { console.warn(text); });
  if (drawn.empty()) throw Error(fmt::format("{}: it holds no text", input.name));
  std::ranges::sort(drawn);
  std::vector<std::string> texts;
  for (auto& [row, text] : drawn) texts.push_back(std::move(text));
  return texts;
}

void print_over_data(const TextExplainer& explainer, const ExplainOptions& options,
                     const TextReaderOptions& reader, Console& console) {
  const auto texts = draw_texts(options, reader, console);
  const auto progress = [&](int64_t done) {
    console.progress(fmt::format("{} of {} texts", done, texts.size()));
  };
  const bool as_json = options.format == ExplainFormat::jsonl;
  const auto print = [&](const nlohmann::json& object, const std::string& text) {
    console.end_progress();
    print_result(as_json ? object.dump() + "\n" : text);
  };
  if (options.global) {
    const auto found = strongest_words(explainer, texts, options.words, progress);
    print(to_json(found), to_text(found, with_flags));
  } else {
    const auto found = test_deletion(explainer, texts, options.seed, progress);
    print(to_json(found), to_text(found));
  }
}

void print_single(const TextExplainer& explainer, const ExplainOptions& options,
                  const TextReaderOptions& reader, Console& console) {
  const auto labels = explainer.outputs();
  const auto label = label_asked_of(explainer, {.method = options.method, .label = options.label});
  const auto writer = make_explanation_writer(labels, {.format = options.format,
                                                       .method = options.method,
                                                       .model = options.model,
                                                       .colours = options.colours,
                                                       .shown = with_flags});
  int64_t number = 0;
  const auto print = [&](std::string text) {
    const auto explanation =
        explainer.explain(explainer.read(std::move(text)), options.method, label);
    if (number == 0) print_result(writer->begin());  // what is refused leaves no half a page
    warn_of_error(explanation.error, fmt::format("text {}", ++number), console);
    print_result(writer->text(explanation));
  };
  if (options.input.empty()) {
    std::string text = options.text;
    replace_invalid_utf8(text);
    print(std::move(text));
  } else {
    auto input = open_text_input(options.input, reader);
    TextRecord record;
    while (input.reader->next(record)) print(std::move(record.text));
    warn_of(input.reader->counts(), input.name,
            [&](const std::string& text) { console.warn(text); });
  }
  if (number == 0) print_result(writer->begin());
  print_result(writer->end());
}

}  // namespace

void explain_texts(const StoredModel& model, const ExplainOptions& options,
                   const OptionTable& table, Console& console) {
  TextExplainer explainer(model);
  const auto reader = FileReading(table.given_values()).text(explainer.settings().reader);
  if (options.global || options.deletion_test) {
    print_over_data(explainer, options, reader, console);
  } else {
    print_single(explainer, options, reader, console);
  }
}

}  // namespace mnemo
