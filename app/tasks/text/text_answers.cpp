#include "app/tasks/text/text_answers.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <span>
#include <utility>

#include "app/metrics/answers.h"
#include "app/runs/stored_model.h"
#include "app/tasks/text/text_predictor.h"
#include "datasets/labelled_texts.h"
#include "datasets/length_buckets.h"
#include "mnemo/error.h"

namespace mnemo {
namespace {

constexpr int64_t kTextsAnsweredAtOnce = 64;

// The texts of these rows of the file, read again; none when it is no longer the one trained on, or
// could be read but once, as a pipe.
std::map<int64_t, std::string> texts_of_rows(const EncodedRows& rows,
                                             const std::vector<int64_t>& wanted) {
  const bool stays =
      std::filesystem::is_regular_file(rows.file) || std::filesystem::is_directory(rows.file);
  if (!stays) return {};
  std::map<int64_t, std::string> texts;
  LabelledTextReader reader(rows.file, rows.reader);
  TextRecord record;
  for (int64_t row = 0; reader.next(record); ++row) {
    if (std::ranges::find(wanted, row) != wanted.end()) texts[row] = std::move(record.text);
  }
  if (reader.sha256() != rows.sha256) texts.clear();
  return texts;
}

// (chosen, C) what the model answers to some of the rows.
std::vector<float> answer_texts(const TextPredictor& predictor, const EncodedRows& rows,
                                const std::vector<int64_t>& chosen) {
  const int64_t classes = predictor.settings.model.classes;
  std::vector<float> answers(chosen.size() * static_cast<size_t>(classes));
  std::vector<int32_t> lengths;
  for (const int64_t i : chosen) {
    const auto index = static_cast<size_t>(i);
    lengths.push_back(static_cast<int32_t>(rows.tokens->length(rows.rows[index])));
  }
  for (const auto& batch : sorted_batches(lengths, kTextsAnsweredAtOnce)) {
    std::vector<std::vector<int32_t>> ids(batch.size());
    std::vector<std::span<const int32_t>> spans;
    for (size_t i = 0; i < batch.size(); ++i) {
      const auto row = static_cast<size_t>(chosen[static_cast<size_t>(batch[i])]);
      rows.tokens->read(rows.rows[row], ids[i]);
      spans.emplace_back(ids[i]);
    }
    const auto batch_answers = predictor.scorer->answers(spans).contiguous();  // (B, C)
    const float* row = batch_answers.const_data_ptr<float>();
    for (const int64_t i : batch) {
      std::copy_n(row, classes, answers.begin() + i * classes);
      row += classes;
    }
  }
  return answers;
}

nlohmann::json class_answers(const TextPredictor& predictor, const EncodedRows& rows,
                             const std::vector<int64_t>& chosen, std::vector<float> answers) {
  ScoredRows scored{.classes = predictor.settings.model.classes,
                    .truths = {},
                    .probabilities = std::move(answers)};
  for (const int64_t i : chosen) scored.truths.push_back(rows.labels[static_cast<size_t>(i)]);
  const auto row_of = [&](int64_t i) {
    return int64_t{rows.rows[static_cast<size_t>(chosen[static_cast<size_t>(i)])]};
  };
  std::vector<int64_t> wanted;
  for (const int64_t i : confident_mistakes(scored, kMistakes)) wanted.push_back(row_of(i));
  const auto texts = texts_of_rows(rows, wanted);
  return classification_answers(
      scored, predictor.settings.labels, part_name(/*holds_out=*/true), [&](int64_t i) {
        const auto found = texts.find(row_of(i));
        return found != texts.end() ? found->second
                                    : fmt::format(
                                          "row {}; its file has changed or cannot "
                                          "be read again",
                                          row_of(i) + 1);
      });
}

nlohmann::json answers_of(const TextPredictor& predictor, const EncodedRows& rows,
                          const std::vector<int64_t>& chosen, std::vector<float> answers) {
  const auto& settings = predictor.settings;
  const char* part = part_name(/*holds_out=*/true);
  switch (settings.model.answer) {
    case TextAnswer::classes:
      return class_answers(predictor, rows, chosen, std::move(answers));
    case TextAnswer::labels: {
      LabelLists truths;
      for (const int64_t i : chosen) truths.add(rows.lists.of(i));
      return label_answers(answers, truths, settings.labels, thresholds_of(settings), part);
    }
    case TextAnswer::numbers: {
      std::vector<double> actual;
      for (const int64_t i : chosen) actual.push_back(rows.numbers[static_cast<size_t>(i)]);
      return number_answers(answers, actual, {settings.reader.label_column}, part);
    }
  }
  throw Error("unhandled answer");
}

}  // namespace

nlohmann::json text_answers(const std::filesystem::path& run, const EncodedRows& rows,
                            const ComputeOptions& compute) {
  auto predictor = load_text_predictor(open_model(run), in_fp32(compute));
  const auto chosen = rows_to_answer(std::ssize(rows.rows));
  auto answers = answers_of(predictor, rows, chosen, answer_texts(predictor, rows, chosen));
  answers["of"] = std::ssize(rows.rows);
  return answers;
}

}  // namespace mnemo
