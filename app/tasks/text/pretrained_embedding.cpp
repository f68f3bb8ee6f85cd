#include "app/tasks/text/pretrained_embedding.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "datasets/word_vectors.h"
#include "mnemo/error.h"

namespace mnemo {

void require_words(const Tokenizer& tokenizer, const PretrainedEmbeddingOptions& options) {
  if (options.file.empty() || tokenizer.type() == TokenizerType::word) return;
  throw SettingError("embedding-vectors",
                     "are vectors of words, and the pieces of this `tokenizer` are none",
                     "name one of whole words, or have one trained with `tokenizer-type` word");
}

void load_word_vectors(TextClassifierImpl& model, const Tokenizer& tokenizer,
                       const PretrainedEmbeddingOptions& options, Reporter& reporter,
                       nlohmann::json& data) {
  if (options.file.empty()) return;
  reporter.progress(fmt::format("reading {} ...", options.file));
  const auto vectors = read_word_vectors(options.file, tokenizer);
  const at::NoGradGuard no_grad;
  auto embedding = model.embedding_weight();  // (V, E)
  if (vectors.size != embedding.size(1)) {    // the file has changed since its first line was read
    throw Error(fmt::format("{}: its vectors have {} numbers, and the embedding {}", options.file,
                            vectors.size, embedding.size(1)));
  }
  const auto found = std::ssize(vectors.pieces);
  if (found == 0) {
    throw Error(fmt::format(
        "{}: none of its {} words is a piece of the tokenizer; are they of the same language, and "
        "lower-cased alike (`lowercase`)?",
        options.file, vectors.words));
  }
  const auto rows = at::tensor(vectors.pieces, at::kLong);
  const auto values = at::tensor(vectors.values).view({found, vectors.size});
  embedding.index_copy_(0, rows, values);

  const int64_t words = tokenizer.vocab_size() - Tokenizer::kUnknownId - 1;
  const double share =
      static_cast<double>(found) / static_cast<double>(std::max<int64_t>(1, words));
  reporter.note(fmt::format("{}: vectors for {} of {} pieces ({:.1f}%); the others start at random",
                            options.file, found, words, 100.0 * share));
  data["embedding_vectors"] = {{"file", options.file},   {"sha256", vectors.sha256},
                               {"words", vectors.words}, {"pieces", words},
                               {"pieces_found", found},  {"coverage_percent", 100.0 * share}};
}

}  // namespace mnemo
