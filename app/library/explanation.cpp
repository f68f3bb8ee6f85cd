#include "mnemo/explanation.h"

#include <fmt/format.h>

#include <array>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <variant>

#include "app/explain/deletion_test.h"
#include "app/explain/explanation_writer.h"
#include "app/explain/text_explainer.h"
#include "app/explain/word_table.h"
#include "app/library/data_options.h"
#include "app/library/library_call.h"
#include "app/library/model_explanation.h"
#include "app/tasks/forecast/forecast_rows.h"
#include "app/tasks/text/text_data.h"
#include "datasets/text_reader.h"

namespace mnemo {
namespace {

using AnyExplainer = std::variant<TextExplainer, SeriesExplainer, ForecastExplainer>;

template <typename Made>
AnyExplainer make_explainer(const StoredModel& run) {
  return Made(run);
}

AnyExplainer explainer_of(const StoredModel& run) {
  struct Row {
    Task task;
    AnyExplainer (*make)(const StoredModel& run);
  };
  static constexpr std::array kRows = {Row{Task::text, make_explainer<TextExplainer>},
                                       Row{Task::series, make_explainer<SeriesExplainer>},
                                       Row{Task::forecast, make_explainer<ForecastExplainer>}};
  return row_of(kRows, run.task).make(run);
}

ExplanationRequest explanation_request(const ExplanationOptions& options) {
  return {.method = named<ExplainMethod>("method", options.method),
          .label = options.label,
          .target = options.target,
          .step = options.step};
}

std::string without_line_end(std::string line) {
  if (line.ends_with('\n')) line.pop_back();
  return line;
}

Explanation of_numbers(const NumberExplanation& found, const NumberTitle& title) {
  const auto all = found.contributions.contiguous();  // (T, F) fp64
  const double* numbers = all.const_data_ptr<double>();
  return {
      .name = title.name,
      .answer = found.answer,
      .probability = found.probability,
      .score = found.score,
      .baseline = found.baseline,
      .error = found.error,
      .parts = found.features,
      .contributions = {numbers, numbers + all.numel()},
      .first_step = title.last_step - all.size(0) + 1,
      .times = title.times,
      .json = without_line_end(number_text(found, title, ExplainFormat::jsonl, /*colours=*/false))};
}

TakeExplanation append_to(std::vector<Explanation>& all) {
  return [&](const NumberExplanation& found, const NumberTitle& title) {
    all.push_back(of_numbers(found, title));
  };
}

// Explains texts, all in one way.
class TextQuestions {
 public:
  TextQuestions(const TextExplainer& explainer, const ExplanationOptions& options)
      : explainer_(explainer),
        request_(explanation_request(options)),
        label_(label_asked_of(explainer, request_)) {}

  Explanation ask(std::string text) const {
    const auto labels = explainer_.outputs();
    const auto found =
        explainer_.explain(explainer_.read(std::move(text)), request_.method, label_);
    const auto writer = make_explanation_writer(
        labels, {.format = ExplainFormat::jsonl, .method = request_.method});
    Explanation explanation{.name = {},
                            .answer = labels.name(found.label),
                            .probability = found.probability,
                            .score = found.score};
    if (request_.method == ExplainMethod::gradients) {
      explanation.baseline = found.baseline;
      explanation.error = found.error;
    }
    for (size_t unit = 0; unit < found.text.units.size(); ++unit) {
      explanation.parts.emplace_back(found.text.word(static_cast<int64_t>(unit)));
    }
    explanation.contributions = found.contributions;
    explanation.json = without_line_end(writer->text(found));
    return explanation;
  }

 private:
  const TextExplainer& explainer_;
  ExplanationRequest request_;
  std::optional<int64_t> label_;
};

// Texts as classifiers read them, with invalid bytes replaced.
std::vector<std::string> repaired(std::span<const std::string> texts) {
  std::vector<std::string> valid(texts.begin(), texts.end());
  for (auto& text : valid) replace_invalid_utf8(text);
  return valid;
}

// Throws SettingError for numbers that `mnemo explain` refuses, too.
WordTableOptions table_options(const WordOptions& options) {
  WordTableOptions checked;
  OptionSet set;
  set.group("Words");
  describe(set, checked);
  set.give("words", std::to_string(options.words));
  set.give("least-texts", std::to_string(options.least_texts));
  set.assign_fields();
  return checked;
}

}  // namespace

struct Explainer::Impl {
  AnyExplainer explainer;
  int64_t threads;
  std::string name;
  Task task;

  template <typename Wanted>
  const Wanted& of(Task wanted) const {
    if (const auto* found = std::get_if<Wanted>(&explainer)) return *found;
    throw UsageError(fmt::format("{}: a {} model, and this is for {} models", name, enum_name(task),
                                 enum_name(wanted)));
  }
  const TextExplainer& of_texts() const { return of<TextExplainer>(Task::text); }
  const SeriesExplainer& of_series() const { return of<SeriesExplainer>(Task::series); }
  const ForecastExplainer& of_rows() const { return of<ForecastExplainer>(Task::forecast); }

  std::vector<Explanation> explain_in(const TextExplainer& own, const std::filesystem::path& file,
                                      const ExplanationOptions& options, const FileReading& reading,
                                      Reporter& reporter) const {
    const TextQuestions questions(own, options);
    const auto reader =
        open_text_reader(file, reading.text(own.settings().reader), LabelColumn::ignored);
    std::vector<Explanation> all;
    TextRecord record;
    while (reader->next(record)) all.push_back(questions.ask(std::move(record.text)));
    warn_of(reader->counts(), file.string(), reporter.as_warn());
    return all;
  }

  template <typename OfNumbers>
  std::vector<Explanation> explain_in(const OfNumbers& own, const std::filesystem::path& file,
                                      const ExplanationOptions& options, const FileReading& reading,
                                      Reporter& reporter) const {
    std::vector<Explanation> all;
    mnemo::explain_file(own, explanation_request(options), reading, file.string(), reporter,
                        append_to(all));
    return all;
  }
};

Explainer::Explainer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Explainer::Explainer(Explainer&&) noexcept = default;
Explainer& Explainer::operator=(Explainer&&) noexcept = default;
Explainer::~Explainer() = default;

Explainer Explainer::load(const std::filesystem::path& run, const LoadOptions& options) {
  const auto compute = compute_of(options);
  if (compute.device != DeviceKind::cpu || compute.precision != Precision::fp32) {
    throw UsageError("explanations are computed with `device` cpu and `precision` fp32");
  }
  return library_call(compute.threads, [&] {
    const auto stored = open_model(run);
    return Explainer(std::make_unique<Impl>(
        Impl{explainer_of(stored), compute.threads, run.string(), stored.task}));
  });
}

Explanation Explainer::explain_text(const std::string& text,
                                    const ExplanationOptions& options) const {
  return library_call(impl_->threads, [&] {
    return TextQuestions(impl_->of_texts(), options).ask(std::move(repaired({&text, 1}).front()));
  });
}

Explanation Explainer::explain_series(std::span<const float> values,
                                      const ExplanationOptions& options) const {
  return library_call(impl_->threads, [&] {
    const auto& explainer = impl_->of_series();
    const auto data = make_series_for(explainer.settings(), {&values, 1}, "values");
    std::vector<Explanation> all;
    explain_each(explainer, explanation_request(options), data, append_to(all));
    return std::move(all.front());
  });
}

std::vector<Explanation> Explainer::explain_rows(const Rows& rows,
                                                 const ExplanationOptions& options,
                                                 const DataOptions& data) const {
  return library_call(impl_->threads, [&] {
    constexpr const char* kName = "rows";
    const auto& explainer = impl_->of_rows();
    const auto& settings = explainer.settings();
    LibraryReporter reporter(data.warn);
    const auto table = table_for(settings, reading_of_rows(data).table(settings.table), rows, kName,
                                 reporter.as_warn());
    std::vector<Explanation> all;
    explain_each(explainer, explanation_request(options), table, kName, reporter, append_to(all));
    return all;
  });
}

std::vector<Explanation> Explainer::explain_file(const std::filesystem::path& file,
                                                 const ExplanationOptions& options,
                                                 const DataOptions& data) const {
  return library_call(impl_->threads, [&] {
    const auto reading = reading_of(data, impl_->task);
    LibraryReporter reporter(data.warn);
    return std::visit(
        [&](const auto& own) { return impl_->explain_in(own, file, options, reading, reporter); },
        impl_->explainer);
  });
}

std::vector<WordInfluence> Explainer::strongest_words(std::span<const std::string> texts,
                                                      const WordOptions& options) const {
  return library_call(impl_->threads, [&] {
    const auto table =
        mnemo::strongest_words(impl_->of_texts(), repaired(texts), table_options(options));
    std::vector<WordInfluence> words;
    for (const auto& [label, of_label] : table.labels) {
      for (const auto& push : of_label) {
        words.push_back({label, push.word, push.mean, push.occurrences, push.texts});
      }
    }
    return words;
  });
}

std::string Explainer::deletion_test(std::span<const std::string> texts, uint64_t seed) const {
  return library_call(impl_->threads, [&] {
    auto& explainer = impl_->of_texts();
    if (texts.empty()) throw UsageError("there is no text to take words away from: give one");
    return to_json(test_deletion(explainer, repaired(texts), seed)).dump();
  });
}

}  // namespace mnemo
