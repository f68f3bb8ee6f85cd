#include "app/cli/training_answers.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <span>
#include <string>
#include <utility>

#include "app/report/answers.h"
#include "app/tasks/forecast/forecast_predictor.h"
#include "app/tasks/series/series_objective.h"
#include "app/tasks/series/series_predictor.h"
#include "app/tasks/text/text_predictor.h"
#include "datasets/length_buckets.h"
#include "mnemo/error.h"

namespace mnemo {
namespace {

constexpr int64_t kAnsweredAtOnce = 64;

// In fp32, as every trained model answers.
ComputeOptions in_fp32(ComputeOptions compute) {
  compute.precision = Precision::fp32;
  return compute;
}

const char* part_name(bool holds_out) {
  return holds_out ? "validation part" : "training part (nothing was held out)";
}

// Notes how many there are of which these are the answers to some.
nlohmann::json of_all(int64_t rows, nlohmann::json answers) {
  answers["of"] = rows;
  return answers;
}

// The texts of these rows of the file, read again; none when it is no longer the one trained on, or
// could be read but once, as a pipe.
std::map<int64_t, std::string> texts_of_rows(const EncodedRows& rows,
                                             const std::vector<int64_t>& wanted) {
  if (!std::filesystem::is_regular_file(rows.file)) return {};
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
  for (const auto& batch : sorted_batches(lengths, kAnsweredAtOnce)) {
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
  return of_all(
      std::ssize(rows.rows),
      classification_answers(scored, predictor.settings.labels, part_name(true), [&](int64_t i) {
        const auto found = texts.find(row_of(i));
        return found != texts.end() ? found->second
                                    : fmt::format(
                                          "row {}; its file has changed or cannot "
                                          "be read again",
                                          row_of(i) + 1);
      }));
}

nlohmann::json series_answers(const std::filesystem::path& run, const SeriesPart& series,
                              bool holds_out, const ComputeOptions& compute) {
  auto predictor = load_series_predictor(open_model(run), in_fp32(compute));
  const auto& settings = predictor.settings;
  const auto chosen = rows_to_answer(series.size());
  std::vector<int64_t> numbers;
  for (const int64_t i : chosen) numbers.push_back(series.series[static_cast<size_t>(i)]);
  const int64_t width = settings.model.outputs;
  std::vector<float> answers;
  for (size_t begin = 0; begin < numbers.size(); begin += kAnsweredAtOnce) {
    const auto some = std::span(numbers).subspan(
        begin, std::min<size_t>(kAnsweredAtOnce, numbers.size() - begin));
    const auto found = predictor.scorer->answers(pack_some(*series.data, some)).contiguous();
    const float* values = found.const_data_ptr<float>();
    answers.insert(answers.end(), values, values + found.numel());
  }
  if (settings.target_kind == TargetKind::label) {
    ScoredRows scored{.classes = width, .truths = {}, .probabilities = std::move(answers)};
    for (const int64_t i : chosen) {
      scored.truths.push_back(static_cast<int32_t>(series.targets[i].item<int64_t>()));
    }
    return of_all(
        series.size(),
        classification_answers(scored, settings.labels, part_name(holds_out), [&](int64_t i) {
          return "series " + series.data->ids[static_cast<size_t>(numbers[static_cast<size_t>(i)])];
        }));
  }
  std::vector<double> actual;
  for (const int64_t i : chosen) {
    for (int64_t target = 0; target < width; ++target) {
      const auto& [offset, scale] = settings.target_scaling[static_cast<size_t>(target)];
      actual.push_back(series.targets[i][target].item<double>() * scale + offset);
    }
  }
  return of_all(series.size(),
                number_answers(answers, actual, target_names(settings), part_name(holds_out)));
}

nlohmann::json forecast_answers(const std::filesystem::path& run,
                                const TrainForecastOptions& options, bool has_test_part) {
  if (!std::filesystem::is_regular_file(options.train_file)) {
    throw Error(fmt::format("{}: not a file that could be read again", options.train_file));
  }
  auto model = open_model(run);
  const auto sha256 = model.meta.value("/data/train_file_sha256"_json_pointer, std::string());
  auto predictor = load_forecast_predictor(std::move(model), in_fp32(options.compute));
  const auto& settings = predictor.settings;
  const auto said_before = [](const std::string&) {};
  const auto table = read_table_for(settings, settings.table, options.train_file, said_before);
  const auto part = has_test_part ? RequestedPart::test : RequestedPart::valid;
  const auto windows = windows_of_part(table, settings, part, sha256, options.train_file);
  return forecast_answers(predictor, table, make_rows(table, settings), windows);
}

}  // namespace mnemo
