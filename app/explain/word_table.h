// The words that push a classifier's answers most, over many texts.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <span>
#include <string>
#include <vector>

#include "app/explain/text_explainer.h"
#include "app/settings/option_set.h"
#include "app/support/setting_names.h"

namespace mnemo {

struct WordPush {
  std::string word;   // as the model reads it
  double mean = 0.0;  // log-odds that an occurrence adds to the label, by integrated gradients
  int64_t occurrences = 0;
  int64_t texts = 0;  // that it occurs in
};

struct LabelWords {
  std::string label;
  std::vector<WordPush> words;  // the strongest first
};

struct WordTable {
  int64_t texts = 0;
  std::vector<LabelWords> labels;
  bool is_of_number = false;  // `labels` are then its two directions
};

struct WordTableOptions {
  int64_t words = 20;       // of each label
  int64_t least_texts = 5;  // that a word occurs in, to count
};

// `words`, `least-texts`
void describe(OptionSet& set, WordTableOptions& options);

// When there are two classes, each text speaks for both; when there are more, for the one it gets;
// of labels for the likeliest and all others that it gets.
// `progress` hears how many texts are done.
WordTable strongest_words(const TextExplainer& explainer, std::span<const std::string> texts,
                          const WordTableOptions& options,
                          const std::function<void(int64_t)>& progress = {});

// `shown` gives what is said of settings the form of its reader.
std::string to_text(const WordTable& table, const MessageForm& shown);
nlohmann::json to_json(const WordTable& table);

}  // namespace mnemo
