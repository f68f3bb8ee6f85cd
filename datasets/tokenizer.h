// Text to token ids and back. The only code that knows SentencePiece
// (Kudo and Richardson 2018; unigram language model: Kudo 2018).
//
// All that a text goes through before it is cut into pieces (Unicode NFKC, case folding, removal of
// HTML tags) is a rule inside the tokenizer's own normaliser, so that the model file alone
// reproduces it in any language that has SentencePiece.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "datasets/text_source.h"

namespace mnemo {

enum class TokenizerType { unigram, bpe, character, word };

struct TokenizerOptions {
  TokenizerType type = TokenizerType::unigram;
  // Pieces, the special ones included, and for unigram and bpe the 256 bytes by which a character
  // that has no piece is spelled.
  int64_t vocab_size = 16000;
  bool lowercase = true;   // fold case
  bool strip_html = true;  // tags such as <br /> become a space, entities their character
  double character_coverage = 0.9995;  // share of the data's characters that get a piece
  int64_t sample_bytes = 12'000'000;   // a seeded sample of this size trains the tokenizer
  uint64_t seed = 1;
};

// A piece, and the bytes of the text that it stands for: begin to end - 1. They may be none, as
// where several bytes spell one character.
struct PlacedPiece {
  int32_t id = 0;
  int64_t begin = 0, end = 0;
};

class Tokenizer {
 public:
  // TorchScript, Python and the models rely on this: padding is 0, the unknown piece is 1.
  static constexpr int64_t kPadId = 0;
  static constexpr int64_t kUnknownId = 1;

  // Learns the pieces of `texts`. A vocabulary larger than the data can give comes out smaller (see
  // vocab_size()). Throws Error, naming the least possible size, when `vocab_size` is smaller than
  // the characters of the data need, and when there is nothing to learn from.
  static Tokenizer train(const TextSource& texts, const TokenizerOptions& options);

  // Reads a SentencePiece model's bytes. `name` stands in messages. Throws Error when the bytes are
  // not such a model, or when its padding and unknown ids are not kPadId and kUnknownId: ids are
  // never renumbered, so that SentencePiece alone, in any language, gives the same ones.
  static Tokenizer from_bytes(std::string bytes, const std::string& name);
  static Tokenizer load(const std::filesystem::path& path);

  Tokenizer(Tokenizer&&) noexcept;
  Tokenizer& operator=(Tokenizer&&) noexcept;
  ~Tokenizer();

  int64_t vocab_size() const;
  TokenizerType type() const;
  // The model file's content.
  const std::string& bytes() const { return bytes_; }
  // Writes the text's pieces over `ids`. Safe to call from several threads. Never empty: a text
  // without pieces is one unknown piece.
  void encode(std::string_view text, std::vector<int32_t>& ids) const;
  // The same pieces, with their places in `text`, which must be valid UTF-8.
  std::vector<PlacedPiece> encode_with_places(std::string_view text) const;
  std::string piece(int64_t id) const;
  // The piece without SentencePiece's mark for the beginning of a word.
  std::string word(int64_t id) const;
  // The text as the normaliser leaves it, with plain spaces.
  std::string normalize(std::string_view text) const;

 private:
  struct Model;
  Tokenizer(std::unique_ptr<Model> model, std::string bytes);

  std::unique_ptr<Model> model_;
  std::string bytes_;
};

}  // namespace mnemo
