// Word vectors trained elsewhere, as the embedding that a text classifier begins with.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "app/tasks/start/initial_weights_options.h"
#include "datasets/tokenizer.h"
#include "mnemo/reporter.h"
#include "models/text_classifier.h"

namespace mnemo {

// Throws UsageError for pieces that are no words, which no word vectors fit.
void require_words(const Tokenizer& tokenizer, const PretrainedEmbeddingOptions& options);

// Writes the vectors over the embeddings of the words that the file has, and tells how many those
// are, on the reporter and in meta.json's `data`. Other pieces keep what they have.
void load_word_vectors(TextClassifierImpl& model, const Tokenizer& tokenizer,
                       const PretrainedEmbeddingOptions& options, Reporter& reporter,
                       nlohmann::json& data);

}  // namespace mnemo
