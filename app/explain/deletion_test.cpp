#include "app/explain/deletion_test.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <nlohmann/json.hpp>
#include <numeric>
#include <random>
#include <utility>

#include "datasets/message_text.h"
#include "mnemo/error.h"

namespace mnemo {
namespace {

// The units that the model reads, the first to go first.
std::vector<size_t> units_read(const UnitText& text) {
  const auto read = text.read();
  std::vector<size_t> units;
  for (size_t unit = 0; unit < read.size(); ++unit) {
    if (read[unit]) units.push_back(unit);
  }
  return units;
}

// The text without each share of `order`.
std::vector<std::string> shortened(const UnitText& text, const std::vector<size_t>& order) {
  std::vector<std::string> texts;
  for (const double share : kDeletedShares) {
    const double words = std::ceil(share * static_cast<double>(order.size()));
    std::vector<bool> removed(text.units.size());
    for (size_t i = 0; i < static_cast<size_t>(words); ++i) removed[order[i]] = true;
    texts.push_back(without_units(text, removed));
  }
  return texts;
}

class Deletion {
 public:
  Deletion(const TextExplainer& explainer, uint64_t seed) : explainer_(explainer), random_(seed) {
    methods_ = {ExplainMethod::gradients, ExplainMethod::occlusion};
    if (explainer.attends()) methods_.push_back(ExplainMethod::attention);
    for (const auto method : methods_) add_curve(enum_name(method));
    add_curve("random");
  }

  void add(const std::string& text) {
    const auto read = explainer_.read(text);
    auto order = units_read(read);
    if (order.empty()) return;
    std::vector<std::string> texts;  // (methods and random) by shares
    const auto add_order = [&](const UnitText& unit_text, const std::vector<size_t>& of) {
      std::ranges::move(shortened(unit_text, of), std::back_inserter(texts));
    };
    int64_t label = 0;
    for (const auto method : methods_) {
      const auto explanation = explainer_.explain(read, method);
      label = explanation.label;
      const auto& contributions = explanation.contributions;
      std::ranges::stable_sort(order, std::ranges::greater{},
                               [&](size_t unit) { return contributions[unit]; });
      add_order(read, order);
      if (method == methods_.front()) {
        test_.whole += explanation.probability.value_or(0.0);
      }
    }
    std::ranges::shuffle(order, random_);
    add_order(read, order);
    count(explainer_.answers(texts).select(1, label));
    ++test_.texts;
  }

  DeletionTest result() {
    const auto texts = static_cast<double>(std::max<int64_t>(test_.texts, 1));
    test_.whole /= texts;
    for (auto& curve : test_.curves) {
      for (double& probability : curve.probabilities) probability /= texts;
    }
    return std::move(test_);
  }

 private:
  void add_curve(std::string name) {
    test_.curves.push_back({std::move(name), std::vector<double>(std::size(kDeletedShares), 0.0)});
  }
  void count(const at::Tensor& probabilities) {
    int64_t row = 0;
    for (auto& curve : test_.curves) {
      for (double& sum : curve.probabilities) sum += probabilities[row++].item<double>();
    }
  }

  const TextExplainer& explainer_;
  std::mt19937_64 random_;
  std::vector<ExplainMethod> methods_;
  DeletionTest test_;
};

}  // namespace

double DeletionCurve::mean() const {
  return std::accumulate(probabilities.begin(), probabilities.end(), 0.0) /
         static_cast<double>(probabilities.size());
}

DeletionTest test_deletion(const TextExplainer& explainer, std::span<const std::string> texts,
                           uint64_t seed, const std::function<void(int64_t)>& progress) {
  if (explainer.explains_number()) {
    throw SettingError("deletion-test", "looks at the probability of a label",
                       "this model answers with a number, so leave it out");
  }
  Deletion deletion(explainer, seed);
  for (size_t i = 0; i < texts.size(); ++i) {
    deletion.add(texts[i]);
    if (progress) progress(static_cast<int64_t>(i + 1));
  }
  return deletion.result();
}

std::string to_text(const DeletionTest& test) {
  std::string text = fmt::format(
      "{}; mean probability of their label: {:.4f}\nwhat is left of it when the words that a "
      "method names first are taken away:\n\n{:<12}",
      counted(test.texts, "text"), test.whole, "words gone");
  for (const double share : kDeletedShares) text += fmt::format("{:>8.0f}%", share * 100.0);
  text += fmt::format("{:>9}\n", "mean");
  for (const auto& curve : test.curves) {
    text += fmt::format("{:<12}", curve.name);
    for (const double probability : curve.probabilities)
      text += fmt::format("{:>9.4f}", probability);
    text += fmt::format("{:>9.4f}\n", curve.mean());
  }
  return text;
}

nlohmann::json to_json(const DeletionTest& test) {
  nlohmann::json json = {{"texts", test.texts}, {"whole", test.whole}, {"shares", kDeletedShares}};
  for (const auto& curve : test.curves) {
    json["probabilities"][curve.name] = curve.probabilities;
    json["means"][curve.name] = curve.mean();
  }
  return json;
}

}  // namespace mnemo
