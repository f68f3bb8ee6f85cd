#include "mnemo/classifier.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "app/tasks/text/text_predictor.h"
#include "datasets/text_reader.h"
#include "mnemo/error.h"

namespace mnemo {
namespace {

// The header promises mnemo::Error and nothing else.
template <typename Function>
auto translating_errors(const Function& function) {
  try {
    return function();
  } catch (const Error&) {
    throw;
  } catch (const c10::Error& error) {
    throw Error(error.what_without_backtrace());
  } catch (const std::exception& error) {
    throw Error(error.what());
  }
}

}  // namespace

struct Classifier::Impl {
  TextPredictor predictor;
  int64_t threads;
};

Classifier::Classifier(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Classifier::Classifier(Classifier&&) noexcept = default;
Classifier& Classifier::operator=(Classifier&&) noexcept = default;
Classifier::~Classifier() = default;

Classifier Classifier::load(const std::filesystem::path& run_or_model, int threads) {
  if (threads < 0) throw UsageError("threads must be 0 (one a core) or more");
  return translating_errors([&] {
    const int64_t chosen = apply_threads(threads);
    auto stored = open_model(run_or_model);
    if (stored.task != Task::text) {
      throw Error(fmt::format("{}: a {} model, and a text classifier was expected",
                              run_or_model.string(), enum_name(stored.task)));
    }
    auto predictor = load_text_predictor(std::move(stored), ComputeOptions{.threads = chosen});
    return Classifier(std::make_unique<Impl>(Impl{std::move(predictor), chosen}));
  });
}

const std::vector<std::string>& Classifier::labels() const {
  return impl_->predictor.settings.labels.names();
}

Prediction Classifier::classify(const std::string& text) {
  return classify(std::span(&text, 1)).front();
}

std::vector<Prediction> Classifier::classify(std::span<const std::string> texts) {
  std::vector<std::string> valid(texts.begin(), texts.end());
  for (auto& text : valid) replace_invalid_utf8(text);
  const auto table = translating_errors(
      [&] { return predict_texts(impl_->predictor, valid, impl_->threads).to(at::kDouble); });
  const auto rows = table.accessor<double, 2>();  // (texts, C)
  std::vector<Prediction> predictions(texts.size());
  for (size_t i = 0; i < predictions.size(); ++i) {
    auto& probabilities = predictions[i].probabilities;
    const auto row = rows[static_cast<int64_t>(i)];
    for (int64_t c = 0; c < row.size(0); ++c) probabilities.push_back(row[c]);
    const auto best = std::ranges::max_element(probabilities);
    predictions[i].label = labels()[static_cast<size_t>(best - probabilities.begin())];
    predictions[i].probability = *best;
  }
  return predictions;
}

}  // namespace mnemo
