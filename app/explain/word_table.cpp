#include "app/explain/word_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>
#include <utility>

#include "app/support/printable_text.h"
#include "datasets/message_text.h"

namespace mnemo {
namespace {

struct Push {
  double sum = 0.0;
  int64_t occurrences = 0, texts = 0;
};
using Pushes = std::map<std::string, Push>;  // by word

// A word pushes towards a label, or a number up or down.
std::vector<std::string> names_of_sides(const TextExplainer& explainer) {
  const auto outputs = explainer.outputs();
  if (!explainer.explains_number()) return outputs.names();
  return {"higher " + outputs.name(0), "lower " + outputs.name(0)};
}

class Collector {
 public:
  explicit Collector(const TextExplainer& explainer)
      : explainer_(explainer), names_(names_of_sides(explainer)), labels_(names_.size()) {}

  const std::vector<std::string>& names() const { return names_; }

  void add(const std::string& text) {
    const auto read = explainer_.read(text);
    const auto explanation = explainer_.explain(read, ExplainMethod::gradients);
    const auto label = static_cast<size_t>(explanation.label);
    add(explanation, labels_[label], 1.0);
    if (explainer_.settings().model.answer == TextAnswer::labels) {
      add_other_labels(read, explanation);
    } else if (labels_.size() == 2) {
      add(explanation, labels_[1 - label], -1.0);
    }
  }

  std::vector<WordPush> strongest(size_t label, const WordTableOptions& options) const {
    std::vector<WordPush> words;
    for (const auto& [word, push] : labels_[label]) {
      if (push.texts < options.least_texts || push.sum <= 0.0) continue;
      words.push_back({.word = word,
                       .mean = push.sum / static_cast<double>(push.occurrences),
                       .occurrences = push.occurrences,
                       .texts = push.texts});
    }
    std::ranges::stable_sort(words, std::ranges::greater{}, &WordPush::mean);
    words.resize(std::min(words.size(), static_cast<size_t>(options.words)));
    return words;
  }

 private:
  // The other labels that the text is said to have.
  void add_other_labels(const UnitText& text, const TextExplanation& likeliest) {
    const auto thresholds = thresholds_of(explainer_.settings());
    for (size_t label = 0; label < labels_.size(); ++label) {
      const auto number = static_cast<int64_t>(label);
      if (number == likeliest.label || likeliest.answers[label] < thresholds[label]) continue;
      add(explainer_.explain(text, ExplainMethod::gradients, number), labels_[label], 1.0);
    }
  }

  void add(const TextExplanation& explanation, Pushes& pushes, double sign) const {
    const auto& text = explanation.text;
    const auto read = text.read();
    std::set<std::string> seen;
    for (size_t unit = 0; unit < read.size(); ++unit) {
      if (!read[unit]) continue;
      // The word is taken as the model reads it: in lower case, if that is its way.
      auto word = explainer_.normalized(text.word(static_cast<int64_t>(unit)));
      auto& push = pushes[word];
      push.sum += sign * explanation.contributions[unit];
      ++push.occurrences;
      push.texts += seen.insert(std::move(word)).second ? 1 : 0;
    }
  }

  const TextExplainer& explainer_;
  std::vector<std::string> names_;
  std::vector<Pushes> labels_;  // of each name
};

}  // namespace

void describe(OptionSet& set, WordTableOptions& options) {
  set.number("words", options.words, {1, 1'000'000}, "words of each label, for `global`");
  set.number("least-texts", options.least_texts, {1, 1'000'000},
             "texts that a word must occur in, likewise");
}

WordTable strongest_words(const TextExplainer& explainer, std::span<const std::string> texts,
                          const WordTableOptions& options,
                          const std::function<void(int64_t)>& progress) {
  Collector collector(explainer);
  WordTable table;
  for (const auto& text : texts) {
    collector.add(text);
    ++table.texts;
    if (progress) progress(table.texts);
  }
  table.is_of_number = explainer.explains_number();
  for (size_t label = 0; label < collector.names().size(); ++label) {
    table.labels.push_back({collector.names()[label], collector.strongest(label, options)});
  }
  return table;
}

std::string to_text(const WordTable& table, const MessageForm& shown) {
  std::string text =
      fmt::format("{}; {} that a word adds where it stands\n", counted(table.texts, "text"),
                  table.is_of_number ? "what" : "log-odds");
  for (const auto& [label, words] : table.labels) {
    text += fmt::format("\n{}\n", printable(label));
    for (const auto& word : words) {
      text += fmt::format("  {:+8.3f}  {}  ({} in {})\n", word.mean, printable(word.word),
                          counted(word.occurrences, "time"), counted(word.texts, "text"));
    }
    if (words.empty()) text += shown("  no word occurs in enough texts; see `least-texts`\n");
  }
  return text;
}

nlohmann::json to_json(const WordTable& table) {
  nlohmann::json json = {{"texts", table.texts}, {"labels", nlohmann::json::array()}};
  for (const auto& [label, words] : table.labels) {
    auto list = nlohmann::json::array();
    for (const auto& word : words) {
      list.push_back({{"word", word.word},
                      {"mean", word.mean},
                      {"occurrences", word.occurrences},
                      {"texts", word.texts}});
    }
    json["labels"].push_back({{"label", label}, {"words", std::move(list)}});
  }
  return json;
}

}  // namespace mnemo
