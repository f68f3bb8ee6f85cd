#include "datasets/tokenizer.h"

#include <fmt/format.h>
#include <sentencepiece_processor.h>

#include <utility>

#include "common/files.h"
#include "datasets/normalizer_rules.h"
#include "datasets/quiet_sentencepiece.h"
#include "mnemo/error.h"
#include "sentencepiece_model.pb.h"

namespace mnemo {
namespace {

// SentencePiece writes U+2581 where a word begins.
constexpr std::string_view kWordStart = "\xE2\x96\x81";

std::string with_plain_spaces(std::string_view text) {
  std::string plain;
  while (!text.empty()) {
    const bool at_word_start = text.starts_with(kWordStart);
    plain += at_word_start ? ' ' : text.front();
    text.remove_prefix(at_word_start ? kWordStart.size() : 1);
  }
  return plain;
}

}  // namespace

struct Tokenizer::Model {
  sentencepiece::SentencePieceProcessor processor;
};

Tokenizer::Tokenizer(std::unique_ptr<Model> model, std::string bytes)
    : model_(std::move(model)), bytes_(std::move(bytes)) {}
Tokenizer::Tokenizer(Tokenizer&&) noexcept = default;
Tokenizer& Tokenizer::operator=(Tokenizer&&) noexcept = default;
Tokenizer::~Tokenizer() = default;

Tokenizer Tokenizer::from_bytes(std::string bytes, const std::string& name) {
  quiet_sentencepiece();
  auto proto = std::make_unique<sentencepiece::ModelProto>();
  if (!proto->ParseFromString(bytes)) {
    throw Error(fmt::format("{} is not a SentencePiece model, or is damaged", name));
  }
  if (!rules_are_sound(proto->normalizer_spec().precompiled_charsmap())) {
    throw Error(fmt::format("{}: the text rules of this SentencePiece model are damaged", name));
  }
  auto model = std::make_unique<Model>();
  sentencepiece::SentencePieceProcessor& processor = model->processor;
  const auto status = processor.Load(std::move(proto));
  if (!status.ok()) {
    throw Error(
        fmt::format("{} is not a SentencePiece model, or is damaged: {}", name, status.ToString()));
  }
  if (processor.pad_id() != kPadId || processor.unk_id() != kUnknownId) {
    throw Error(fmt::format(
        "{}: the padding id of this SentencePiece model is {} and its unknown id {}, "
        "where mnemo needs {} and {}; train it with --pad_id={} --unk_id={} "
        "--bos_id=-1 --eos_id=-1",
        name, processor.pad_id(), processor.unk_id(), kPadId, kUnknownId, kPadId, kUnknownId));
  }
  return Tokenizer(std::move(model), std::move(bytes));
}

Tokenizer Tokenizer::load(const std::filesystem::path& path) {
  return from_bytes(read_file(path), path.string());
}

int64_t Tokenizer::vocab_size() const { return model_->processor.GetPieceSize(); }

TokenizerType Tokenizer::type() const {
  switch (model_->processor.model_proto().trainer_spec().model_type()) {
    case sentencepiece::TrainerSpec::UNIGRAM:
      return TokenizerType::unigram;
    case sentencepiece::TrainerSpec::BPE:
      return TokenizerType::bpe;
    case sentencepiece::TrainerSpec::CHAR:
      return TokenizerType::character;
    case sentencepiece::TrainerSpec::WORD:
      return TokenizerType::word;
  }
  throw Error("unknown tokenizer type");
}

void Tokenizer::encode(std::string_view text, std::vector<int32_t>& ids) const {
  ids.clear();
  const auto status = model_->processor.Encode(text, &ids);
  if (!status.ok()) {
    throw Error(fmt::format("SentencePiece cannot encode a text: {}", status.ToString()));
  }
  if (ids.empty()) ids.push_back(static_cast<int32_t>(kUnknownId));
}

std::vector<PlacedPiece> Tokenizer::encode_with_places(std::string_view text) const {
  sentencepiece::ImmutableSentencePieceText encoded;
  const auto status = model_->processor.Encode(text, encoded.mutable_proto());
  if (!status.ok()) {
    throw Error(fmt::format("SentencePiece cannot encode a text: {}", status.ToString()));
  }
  std::vector<PlacedPiece> pieces;
  for (size_t i = 0; i < encoded.pieces_size(); ++i) {
    const auto piece = encoded.pieces(static_cast<int>(i));
    pieces.push_back({static_cast<int32_t>(piece.id()), piece.begin(), piece.end()});
  }
  const auto size = static_cast<int64_t>(text.size());
  if (pieces.empty()) pieces.push_back({static_cast<int32_t>(kUnknownId), 0, size});
  return pieces;
}

std::string Tokenizer::piece(int64_t id) const {
  return model_->processor.IdToPiece(static_cast<int>(id));
}

std::string Tokenizer::word(int64_t id) const {
  const std::string text = piece(id);
  return text.starts_with(kWordStart) ? text.substr(kWordStart.size()) : text;
}

std::string Tokenizer::normalize(std::string_view text) const {
  std::string normalized;
  const auto status = model_->processor.Normalize(text, &normalized);
  if (!status.ok()) {
    throw Error(fmt::format("SentencePiece cannot normalize a text: {}", status.ToString()));
  }
  std::string plain = with_plain_spaces(normalized);
  // SentencePiece begins every text as it begins a word.
  if (plain.starts_with(' ')) plain.erase(0, 1);
  return plain;
}

}  // namespace mnemo
