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

ScoredRows score_texts(TextPredictor& predictor, const EncodedRows& rows,
                       const std::vector<int64_t>& chosen) {
  const int64_t classes = predictor.settings.labels.size();
  ScoredRows scored{.classes = classes,
                    .truths = {},
                    .probabilities = std::vector<float>(chosen.size() * classes)};
  std::vector<int32_t> lengths;
  for (const int64_t i : chosen) {
    const auto index = static_cast<size_t>(i);
    scored.truths.push_back(rows.labels[index]);
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
    const auto probabilities = predictor.scorer->probabilities(spans);  // (B, C)
    const float* row = probabilities.const_data_ptr<float>();
    for (const int64_t i : batch) {
      std::copy_n(row, classes, scored.probabilities.begin() + i * classes);
      row += classes;
    }
  }
  return scored;
}

}  // namespace

nlohmann::json text_answers(const std::filesystem::path& run, const EncodedRows& rows,
                            const ComputeOptions& compute) {
  auto predictor = load_text_predictor(open_model(run), in_fp32(compute));
  const auto chosen = rows_to_answer(std::ssize(rows.rows));
  const auto scored = score_texts(predictor, rows, chosen);
  const auto row_of = [&](int64_t i) {
    return int64_t{rows.rows[static_cast<size_t>(chosen[static_cast<size_t>(i)])]};
  };
  std::vector<int64_t> wanted;
  for (const int64_t i : confident_mistakes(scored, kMistakes)) wanted.push_back(row_of(i));
  const auto texts = texts_of_rows(rows, wanted);
  auto answers = classification_answers(
      scored, predictor.settings.labels, part_name(/*holds_out=*/true), [&](int64_t i) {
        const auto found = texts.find(row_of(i));
        return found != texts.end() ? found->second
                                    : fmt::format(
                                          "row {}; its file has changed or cannot "
                                          "be read again",
                                          row_of(i) + 1);
      });
  answers["of"] = std::ssize(rows.rows);
  return answers;
}

}  // namespace mnemo
