// Tokenizer::train: what SentencePiece must be given so that it answers every request, and ends the
// program over none.
#include <fmt/format.h>
#include <sentencepiece_trainer.h>

#include <algorithm>
#include <limits>
#include <numeric>
#include <random>
#include <utility>

#include "datasets/normalizer_rules.h"
#include "datasets/quiet_sentencepiece.h"
#include "datasets/random.h"
#include "datasets/tokenizer.h"
#include "mnemo/error.h"
#include "sentencepiece_model.pb.h"

namespace mnemo {
namespace {

using sentencepiece::ModelProto;
using sentencepiece::NormalizerSpec;
using sentencepiece::TrainerSpec;

// SentencePiece skips longer sentences (its limit is 4192 bytes), and multiplies the probabilities
// of a sentence's pieces, which must not underflow.
constexpr size_t kMaxChunkBytes = 4000;

// SentencePiece marks unknown characters by U+2585 while it trains, and skips sentences that hold
// it.
constexpr std::string_view kReservedCharacter = "\xE2\x96\x85";

constexpr int64_t kLeastVocabSize = 3;  // padding, unknown, and something to tell apart

void require_trained(const sentencepiece::util::Status& status) {
  if (!status.ok()) {
    throw Error(fmt::format("SentencePiece cannot train a tokenizer: {}", status.ToString()));
  }
}

TrainerSpec::ModelType model_type(TokenizerType type) {
  switch (type) {
    case TokenizerType::unigram:
      return TrainerSpec::UNIGRAM;
    case TokenizerType::bpe:
      return TrainerSpec::BPE;
    case TokenizerType::character:
      return TrainerSpec::CHAR;
    case TokenizerType::word:
      return TrainerSpec::WORD;
  }
  throw Error("unknown tokenizer type");
}

bool spells_unknown_characters(TokenizerType type) {
  return type == TokenizerType::unigram || type == TokenizerType::bpe;
}

TrainerSpec trainer_spec(const TokenizerOptions& options) {
  TrainerSpec spec;
  spec.set_model_type(model_type(options.type));
  // A smaller size would be refused before SentencePiece has counted how many pieces are needed.
  spec.set_vocab_size(static_cast<int32_t>(std::max(options.vocab_size, kLeastVocabSize)));
  spec.set_hard_vocab_limit(false);
  spec.set_byte_fallback(spells_unknown_characters(options.type));
  spec.set_character_coverage(static_cast<float>(options.character_coverage));
  // The order of pieces of nearly equal weight depends on it, so it is not that of the machine:
  // equal settings give one tokenizer everywhere.
  spec.set_num_threads(2);
  spec.set_self_test_sample_size(0);
  spec.set_pad_id(static_cast<int32_t>(Tokenizer::kPadId));
  spec.set_unk_id(static_cast<int32_t>(Tokenizer::kUnknownId));
  spec.set_bos_id(-1);
  spec.set_eos_id(-1);
  return spec;
}

NormalizerSpec normalizer_spec(const TokenizerOptions& options) {
  NormalizerSpec spec;
  spec.set_name("mnemo");
  spec.set_precompiled_charsmap(
      compile_normalizer_rules({.lowercase = options.lowercase, .strip_html = options.strip_html}));
  return spec;
}

// Out of these ranges SentencePiece's own checks would answer in terms of its flags.
void check_options(const TokenizerOptions& options) {
  if (!(options.character_coverage >= 0.98 && options.character_coverage <= 1)) {
    throw UsageError(
        fmt::format("the tokenizer's character coverage is {}, and must lie between 0.98 and 1",
                    options.character_coverage));
  }
  constexpr int64_t kMost = std::numeric_limits<int32_t>::max();
  if (options.vocab_size > kMost) {
    throw UsageError(
        fmt::format("the vocabulary size is {}, and can be at most {}", options.vocab_size, kMost));
  }
  // SentencePiece's suffix array counts characters in 32 bits.
  if (options.sample_bytes < 1 || options.sample_bytes > kMost / 2) {
    throw UsageError(
        fmt::format("the tokenizer's training sample is {} bytes, and must be between 1 and {}",
                    options.sample_bytes, kMost / 2));
  }
}

// Rewrites texts as the finished tokenizer will, but for the marks at word starts.
class TrainingNormalizer {
 public:
  explicit TrainingNormalizer(const NormalizerSpec& spec) {
    auto model = std::make_unique<ModelProto>();
    *model->mutable_normalizer_spec() = spec;
    model->mutable_normalizer_spec()->set_escape_whitespaces(false);
    model->mutable_normalizer_spec()->set_add_dummy_prefix(false);
    require_trained(normalizer_.Load(std::move(model)));
  }

  std::string normalize(std::string_view text) const {
    std::string normalized = normalizer_.Normalize(text);
    for (size_t at = normalized.find(kReservedCharacter); at != std::string::npos;
         at = normalized.find(kReservedCharacter, at)) {
      normalized.replace(at, kReservedCharacter.size(), 1, ' ');
    }
    return normalized;
  }

 private:
  sentencepiece::SentencePieceNormalizer normalizer_;
};

// The length of the first chunk of `text`: cut behind a space where there is one, else between two
// characters.
size_t chunk_length(std::string_view text) {
  if (text.size() <= kMaxChunkBytes) return text.size();
  const size_t space = text.rfind(' ', kMaxChunkBytes - 1);
  if (space != std::string_view::npos) return space + 1;
  size_t length = kMaxChunkBytes;
  const auto continues_character = [](char byte) { return (byte & 0xC0) == 0x80; };
  while (continues_character(text[length])) --length;
  return length;
}

// Normalised chunks of texts drawn at random, about `sample_bytes` in all.
std::vector<std::string> training_chunks(const TextSource& texts,
                                         const TrainingNormalizer& normalizer,
                                         const TokenizerOptions& options) {
  std::vector<int64_t> order(static_cast<size_t>(texts.size));
  std::iota(order.begin(), order.end(), int64_t{0});
  std::mt19937_64 random(derive_seed(options.seed, 0));
  shuffle(std::span(order), random);

  std::vector<std::string> chunks;
  int64_t bytes_left = options.sample_bytes;
  for (const int64_t index : order) {
    const std::string normalized = normalizer.normalize(texts.text(index));
    std::string_view rest = normalized;
    while (!rest.empty() && bytes_left > 0) {
      const std::string_view chunk = rest.substr(0, chunk_length(rest));
      rest.remove_prefix(chunk.size());
      bytes_left -= static_cast<int64_t>(chunk.size());
      const bool blank = chunk.find_first_not_of(' ') == std::string_view::npos;
      if (!blank) chunks.emplace_back(chunk);
    }
    if (bytes_left <= 0) break;
  }
  return chunks;
}

class ChunkIterator : public sentencepiece::SentenceIterator {
 public:
  explicit ChunkIterator(std::span<const std::string> chunks) : chunks_(chunks) {}

  bool done() const override { return chunks_.empty(); }
  void Next() override { chunks_ = chunks_.subspan(1); }
  const std::string& value() const override { return chunks_.front(); }
  sentencepiece::util::Status status() const override { return {}; }

 private:
  std::span<const std::string> chunks_;
};

// SentencePiece counts the characters that must have a piece. It tells their number, the special
// and byte pieces included, only when it refuses a smaller size: "Vocabulary size is smaller than
// required_chars. 100 vs 345."
int64_t least_vocab_size(const std::string& status) {
  const size_t complaint = status.find("smaller than required_chars");
  if (complaint == std::string::npos) return kLeastVocabSize;
  constexpr std::string_view kBeforeNumber = " vs ";
  return std::stoll(status.substr(status.find(kBeforeNumber, complaint) + kBeforeNumber.size()));
}

void require_enough_pieces(const TokenizerOptions& options, int64_t least) {
  if (options.vocab_size >= least) return;
  throw Error(fmt::format(
      "a vocabulary of {} pieces is too small: this data needs at least {}{}. Set `vocab-size` to "
      "that or more",
      options.vocab_size, least,
      spells_unknown_characters(options.type)
          ? " (2 special pieces, 256 bytes, and every character that is not rare)"
          : ""));
}

// Trains on texts that are normalised already, and puts `normalizer` into the model afterwards:
// SentencePiece would normalise before it counts sentence lengths, and ends the program when
// nothing is left of its input.
std::string train_model(std::span<const std::string> chunks, const TokenizerOptions& options,
                        const NormalizerSpec& normalizer) {
  NormalizerSpec none;
  none.set_name("identity");
  ChunkIterator iterator(chunks);
  std::string bytes;
  const auto status =
      sentencepiece::SentencePieceTrainer::Train(trainer_spec(options), none, &iterator, &bytes);
  require_enough_pieces(options, least_vocab_size(status.ToString()));
  require_trained(status);

  ModelProto model;
  if (!model.ParseFromString(bytes))
    throw Error("SentencePiece trained a tokenizer it cannot read");
  *model.mutable_normalizer_spec() = normalizer;
  return model.SerializeAsString();
}

}  // namespace

Tokenizer Tokenizer::train(const TextSource& texts, const TokenizerOptions& options) {
  check_options(options);
  quiet_sentencepiece();
  const NormalizerSpec normalizer = normalizer_spec(options);
  const std::vector<std::string> chunks =
      training_chunks(texts, TrainingNormalizer(normalizer), options);
  if (chunks.empty()) {
    throw Error(fmt::format(
        "there is nothing to learn a tokenizer from: {} texts, and no letter in any", texts.size));
  }
  return from_bytes(train_model(chunks, options, normalizer), "the tokenizer just trained");
}

}  // namespace mnemo
