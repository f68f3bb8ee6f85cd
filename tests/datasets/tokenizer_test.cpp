#include "datasets/tokenizer.h"

#include <gtest/gtest.h>
#include <sentencepiece_trainer.h>

#include <string>
#include <unordered_map>
#include <vector>

#include "datasets/normalizer_rules.h"
#include "mnemo/error.h"
#include "tests/common/test_helpers.h"
#include "tests/datasets/reading.h"

namespace mnemo {
namespace {

using Texts = std::vector<std::string>;
using Ids = std::vector<int32_t>;

constexpr TokenizerType kAllTypes[] = {TokenizerType::unigram, TokenizerType::bpe,
                                       TokenizerType::character, TokenizerType::word};

Texts sample(const std::string& name) { return texts_of(std::string(MNEMO_SAMPLE_DIR "/") + name); }
const Texts& english() {
  static const Texts texts = sample("reviews_train.csv");
  return texts;
}
const Texts& chinese() {
  static const Texts texts = sample("reviews_zh_train.csv");
  return texts;
}

Tokenizer train_on(const Texts& texts, const TokenizerOptions& options) {
  return Tokenizer::train(TextSource::of(texts), options);
}

TokenizerOptions of_size(int64_t vocab_size, TokenizerType type = TokenizerType::unigram) {
  TokenizerOptions options;
  options.type = type;
  options.vocab_size = vocab_size;
  return options;
}

Ids ids_of(const Tokenizer& tokenizer, std::string_view text) {
  Ids ids;
  tokenizer.encode(text, ids);
  return ids;
}

// The pieces' text, joined: what the normaliser made of `text`, if nothing is lost.
std::string joined_pieces(const Tokenizer& tokenizer, std::string_view text) {
  std::string joined;
  for (const int32_t id : ids_of(tokenizer, text)) {
    const std::string piece = tokenizer.piece(id);
    const bool is_byte = piece.size() == 6 && piece.starts_with("<0x");
    joined += is_byte
                  ? std::string(1, static_cast<char>(std::stoi(piece.substr(3, 2), nullptr, 16)))
                  : piece;
  }
  std::string spaced;
  for (size_t i = 0; i < joined.size(); ++i) {
    const bool is_mark = joined.compare(i, 3, "\xE2\x96\x81") == 0;
    spaced += is_mark ? ' ' : joined[i];
    i += is_mark ? 2 : 0;
  }
  return spaced.starts_with(' ') ? spaced.substr(1) : spaced;
}

// ---- Training ----

TEST(TokenizerTraining, LosesNothingOfAText) {
  for (const Texts* texts : {&english(), &chinese()}) {
    for (const TokenizerType type : {TokenizerType::unigram, TokenizerType::bpe}) {
      const Tokenizer tokenizer = train_on(*texts, of_size(1500, type));
      EXPECT_EQ(tokenizer.vocab_size(), 1500);
      for (size_t i = 0; i < 100; ++i) {
        const std::string& text = (*texts)[i];
        ASSERT_EQ(joined_pieces(tokenizer, text), tokenizer.normalize(text));
      }
      // A character that the data never showed is spelled in bytes.
      EXPECT_EQ(joined_pieces(tokenizer, "a \xF0\x9F\x98\x80"), "a \xF0\x9F\x98\x80");
    }
  }
}

TEST(TokenizerTraining, FindsPiecesLongerThanCharacters) {
  const std::string text = english()[0];
  for (const TokenizerType type : {TokenizerType::unigram, TokenizerType::bpe}) {
    const Tokenizer tokenizer = train_on(english(), of_size(1500, type));
    EXPECT_LT(ids_of(tokenizer, text).size(), text.size() / 2);
  }
}

TEST(TokenizerTraining, CutsIntoCharactersOrWordsOnDemand) {
  const Texts texts = {"good film", "good book"};
  const auto characters = train_on(texts, of_size(100, TokenizerType::character));
  EXPECT_EQ(ids_of(characters, "good").size(), 5u);  // a word start and four letters
  const auto words = train_on(texts, of_size(100, TokenizerType::word));
  EXPECT_EQ(words.vocab_size(), 2 + 3);
  EXPECT_EQ(ids_of(words, "good play good"),
            (Ids{2, Tokenizer::kUnknownId, 2}));  // "good" is the most frequent
}

TEST(TokenizerTraining, GivesEqualBytesForEqualArguments) {
  TokenizerOptions options = of_size(600);
  options.sample_bytes = 20'000;
  const std::string bytes = train_on(english(), options).bytes();
  EXPECT_EQ(train_on(english(), options).bytes(), bytes);
  options.seed = 2;  // another sample of the texts
  EXPECT_NE(train_on(english(), options).bytes(), bytes);
}

TEST(TokenizerTraining, ReadsNoMoreThanTheBytesAllowed) {
  Texts texts(1000, "some words");
  texts.push_back(std::string(50'000, 'x') + " and more");
  TokenizerOptions options = of_size(10'000, TokenizerType::word);
  options.sample_bytes = 2'000;
  // The words alone, or some of the x; never a thousand texts and the last words of the long one.
  EXPECT_LE(train_on(texts, options).vocab_size(), 5);
}

TEST(TokenizerTraining, LearnsFromAllPartsOfALongText) {
  std::string text;
  for (int i = 0; i < 3000; ++i) text += "filler words ";
  const Texts texts = {text + "ending", std::string(9000, 'a') + "\xE5\xA5\xBD"};
  TokenizerOptions options = of_size(100, TokenizerType::word);
  options.character_coverage = 1;
  const Tokenizer words = train_on(texts, options);
  EXPECT_GT(ids_of(words, "ending")[0], Tokenizer::kUnknownId);
  options.type = TokenizerType::character;
  const Tokenizer characters = train_on(texts, options);
  EXPECT_GT(ids_of(characters, "\xE5\xA5\xBD").back(), Tokenizer::kUnknownId);
}

TEST(TokenizerTraining, ComesOutSmallerThanTheDataCannotFill) {
  for (const TokenizerType type : kAllTypes) {
    const Tokenizer tokenizer = train_on(Texts{"a good film", "a good book"}, of_size(5000, type));
    EXPECT_LT(tokenizer.vocab_size(), 300);
    EXPECT_GT(tokenizer.vocab_size(), 4);
  }
}

TEST(TokenizerTraining, NamesTheLeastVocabularyAndThatOneWorks) {
  const Texts texts = {"abc abd", "\xE5\xA5\xBD\xE7\x9C\x8B"};
  const auto check = [&](TokenizerType type, int64_t too_small, int64_t named) {
    EXPECT_TRUE(contains(message_of([&] { train_on(texts, of_size(too_small, type)); }),
                         "this data needs at least " + std::to_string(named)));
    EXPECT_EQ(train_on(texts, of_size(named, type)).vocab_size(), named);
  };
  // Padding, unknown, 256 bytes, the word start and six letters.
  check(TokenizerType::unigram, -1, 265);
  check(TokenizerType::bpe, 264, 265);
  check(TokenizerType::character, 2, 3);
  check(TokenizerType::word, 0, 3);
}

TEST(TokenizerTraining, RefusesTextsWithoutALetter) {
  for (const Texts& texts : {Texts{}, Texts{"", " \n", "<br />", "\xE2\x96\x85\xE2\x96\x81"}}) {
    EXPECT_TRUE(
        contains(message_of([&] { train_on(texts, {}); }), "nothing to learn a tokenizer from"));
  }
}

TEST(TokenizerTraining, RefusesOptionsOutOfRange) {
  const auto with = [](auto set) {
    TokenizerOptions options;
    set(options);
    return [options] { train_on(english(), options); };
  };
  EXPECT_THROW(with([](auto& o) { o.character_coverage = 0.5; })(), UsageError);
  EXPECT_THROW(with([](auto& o) { o.character_coverage = 1.1; })(), UsageError);
  EXPECT_THROW(with([](auto& o) { o.vocab_size = int64_t{1} << 40; })(), UsageError);
  EXPECT_THROW(with([](auto& o) { o.sample_bytes = 0; })(), UsageError);
}

// SentencePiece ends the program where its own checks fail; nothing may get that far.
TEST(TokenizerTraining, SurvivesStrangeTexts) {
  const Texts odd = {"<unk>",
                     "<pad>",
                     "<0x41>",
                     std::string("\0", 1),
                     "\xFF\xFE",
                     "\xCC\x81",
                     "\xEF\xBF\xBF",
                     "\t",
                     "\xE2\x96\x81",
                     "\xE2\x96\x85",
                     "a",
                     std::string(5000, 'a')};
  for (const TokenizerType type : kAllTypes) {
    for (const Texts& texts : {odd, Texts{"<unk>"}, Texts{"\xFF"}}) {
      const Tokenizer tokenizer = train_on(texts, of_size(400, type));
      for (const std::string& text : odd) EXPECT_FALSE(ids_of(tokenizer, text).empty());
    }
  }
}

TEST(TokenizerTraining, PrintsNothing) {
  testing::internal::CaptureStdout();
  testing::internal::CaptureStderr();
  train_on(english(), of_size(500));
  EXPECT_EQ(testing::internal::GetCapturedStdout(), "");
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
}

// ---- The normaliser ----

// A tokenizer of which only the normaliser matters.
Tokenizer with_rules(const NormalizerOptions& rules) {
  TokenizerOptions options = of_size(400, TokenizerType::character);
  options.lowercase = rules.lowercase;
  options.strip_html = rules.strip_html;
  return train_on(Texts{"any"}, options);
}

TEST(Normalizer, FoldsCaseAndStripsHtml) {
  const Tokenizer tokenizer = with_rules({});
  EXPECT_EQ(tokenizer.normalize("Great<br /><br />FILM &amp; more"), "great film & more");
  EXPECT_EQ(tokenizer.normalize("<P>a</P><HR/>b<br>c"), "a b c");
  EXPECT_EQ(tokenizer.normalize("un<b>believ</b>able <I>x</I>"), "unbelievable x");
  // Tags with attributes are left alone, and so is what only looks like a tag.
  EXPECT_EQ(tokenizer.normalize("<a href=\"x\">a < b<3"), "<a href=\"x\">a < b<3");
}

TEST(Normalizer, TurnsEntitiesIntoWhatTheirCharactersBecome) {
  const Tokenizer tokenizer = with_rules({});
  EXPECT_EQ(tokenizer.normalize("&lt;&gt;&quot;&apos;&#39;&#039;&#x27;"), "<>\"''''");
  EXPECT_EQ(tokenizer.normalize("a&nbsp;b&#160;c&hellip;"), "a b c...");
  EXPECT_EQ(tokenizer.normalize("caf&eacute; CAF&Eacute; &#xE9;&#xe9;"),
            "caf\xC3\xA9 caf\xC3\xA9 \xC3\xA9\xC3\xA9");
  EXPECT_EQ(tokenizer.normalize("&amp;lt;"), "&lt;");  // once
}

TEST(Normalizer, AppliesNfkcAndTakesControlCharactersForSpaces) {
  const Tokenizer tokenizer = with_rules({});
  // Full-width letters, comma and digits.
  EXPECT_EQ(tokenizer.normalize("\xEF\xBC\xA1\xEF\xBC\xA2\xEF\xBC\xA3\xEF\xBC\x8C\xEF\xBC\x91"
                                "\xEF\xBC\x92\xEF\xBC\x93"),
            "abc,123");
  EXPECT_EQ(tokenizer.normalize("  a\t\n b\xC2\x85"
                                "c\xE3\x80\x80"
                                "d "),
            "a b c d");
}

TEST(Normalizer, KeepsCaseAndHtmlOnDemand) {
  EXPECT_EQ(with_rules({.lowercase = false}).normalize("Great<br />FILM &Eacute;"),
            "Great FILM \xC3\x89");
  EXPECT_EQ(with_rules({.strip_html = false}).normalize("Great<br />&amp;"), "great<br />&amp;");
}

// ---- Encoding and loading ----

TEST(TokenizerEncoding, GivesOneUnknownPieceForAnEmptyText) {
  const Tokenizer tokenizer = train_on(english(), of_size(500));
  for (const std::string_view text : {"", "  ", "<br />"}) {
    EXPECT_EQ(ids_of(tokenizer, text), (Ids{Tokenizer::kUnknownId}));
  }
}

TEST(TokenizerEncoding, NeverGivesThePaddingId) {
  const Tokenizer tokenizer = train_on(english(), of_size(500));
  EXPECT_EQ(tokenizer.piece(Tokenizer::kPadId), "<pad>");
  EXPECT_EQ(tokenizer.piece(Tokenizer::kUnknownId), "<unk>");
  for (const int32_t id : ids_of(tokenizer, "a <pad> b <unk> c <0x00> \xFF")) {
    EXPECT_GT(id, Tokenizer::kUnknownId);
  }
}

TEST(TokenizerLoading, GivesTheSameTokenizer) {
  const TestFolder folder;
  const Tokenizer trained = train_on(chinese(), of_size(1500));
  const auto path = folder.write("tokenizer.model", trained.bytes());
  const Tokenizer loaded = Tokenizer::load(path);
  EXPECT_EQ(loaded.bytes(), trained.bytes());
  EXPECT_EQ(loaded.vocab_size(), trained.vocab_size());
  EXPECT_EQ(ids_of(loaded, chinese()[0]), ids_of(trained, chinese()[0]));
  EXPECT_EQ(loaded.normalize("<br />\xEF\xBC\xA1"), "a");
}

TEST(TokenizerLoading, RefusesWhatIsNoModel) {
  EXPECT_TRUE(contains(message_of([] { Tokenizer::from_bytes("not a model", "x.model"); }),
                       "x.model is not a SentencePiece model, or is damaged"));
  EXPECT_THROW(Tokenizer::from_bytes("", "x.model"), Error);
  const std::string bytes = train_on(english(), of_size(500)).bytes();
  EXPECT_THROW(Tokenizer::from_bytes(bytes.substr(0, bytes.size() / 2), "x.model"), Error);
}

TEST(TokenizerLoading, RefusesDamagedTextRules) {
  std::string bytes = train_on(english(), of_size(500)).bytes();
  // Most of a small model is its rules; these references lead far behind their end.
  bytes.replace(bytes.size() / 2, 1000, 1000, '\x7E');
  EXPECT_EQ(message_of([&] { Tokenizer::from_bytes(bytes, "x.model"); }),
            "x.model: the text rules of this SentencePiece model are damaged");
}

// A model as SentencePiece trains it with these settings.
std::string foreign_model(std::unordered_map<std::string, std::string> settings) {
  settings.insert({{"vocab_size", "100"}, {"minloglevel", "4"}, {"hard_vocab_limit", "false"}});
  std::string bytes;
  const auto status = sentencepiece::SentencePieceTrainer::Train(settings, english(), &bytes);
  EXPECT_TRUE(status.ok()) << status.ToString();
  return bytes;
}

TEST(TokenizerLoading, TakesForeignModelsWhoseIdsAgree) {
  const std::string agreeing =
      foreign_model({{"pad_id", "0"}, {"unk_id", "1"}, {"bos_id", "2"}, {"eos_id", "3"}});
  EXPECT_EQ(Tokenizer::from_bytes(agreeing, "x.model").vocab_size(), 100);
  EXPECT_TRUE(contains(message_of([] { Tokenizer::from_bytes(foreign_model({}), "x.model"); }),
                       "x.model: the padding id of this SentencePiece model is -1 and its unknown "
                       "id 0, where mnemo needs 0 and 1; train it with --pad_id=0 --unk_id=1"));
}

}  // namespace
}  // namespace mnemo
