// Data files that cannot be meant: refused by name, line and remedy, and nothing is left behind.
#include <regex>

#include "tests/cli/cli_support.h"

namespace mnemo {
namespace {

namespace fs = std::filesystem;
using std::string_literals::operator""s;

struct BadFile {
  std::string file;
  std::string content;
  Arguments parts;  // of the message
  Options options = {};
};

void PrintTo(const BadFile& bad, std::ostream* stream) { *stream << bad.file; }

std::string test_name(const testing::TestParamInfo<BadFile>& test) {
  return std::regex_replace(test.param.file, std::regex("[^a-z0-9]"), "_");
}

// The lines that a label and a text need, so that nothing but the fault can be the reason.
constexpr const char* kRows = "pos,a fine day\nneg,a dull day\n";

std::vector<BadFile> bad_files() {
  return {
      {"empty.csv", "", {"empty.csv", "empty"}},
      {"blank.csv", "\n \n", {"blank.csv", "empty"}},
      {"header.csv", "label,text\n", {"header.csv", "header and no rows"}},
      {"column.csv",
       "sentiment,review\npos,a\n",
       {"column.csv", "\"text\"", "\"sentiment\", \"review\"", "--text-column"}},
      {"label_column.csv", "sentiment,text\npos,a\n", {"\"label\"", "--label-column"}},
      {"few.csv", "label,text\n"s + kRows + "neg\n", {"few.csv:4", "1 field", "header has 2"}},
      {"many.csv", "label,text\n"s + kRows + "neg,b,c\n", {"many.csv:4", "3 fields", "quote"}},
      {"quote.csv",
       "label,text\n"s + kRows + "neg,\"open\npos,c\n",
       {"quote.csv:4", "not closed"},
       {{"quoting", "standard"}}},
      {"behind_quote.csv",
       "label,text\nneg,\"a\" b\n",
       {"behind_quote.csv:2", "closing quote"},
       {{"quoting", "standard"}}},
      {"utf8.csv",
       "label,text\n"s + kRows + "neg,b\xff\n",
       {"utf8.csv:4", "row 3", "--invalid-utf8 replace"},
       {{"invalid-utf8", "fail"}}},
      {"nul.csv", "label,text\n"s + kRows + "neg,b\0c\n"s, {"nul.csv:4", "NUL", "iconv"}},
      {"one_class.csv", "label,text\npos,a\npos,b\n", {"one_class.csv", "\"pos\"", "at least two"}},
      {"tiny.csv", "label,text\n"s + kRows, {"tiny.csv", "2 rows", "--valid"}},
      {"broken.jsonl", "{\"text\":\"a\",\"label\":\"x\"}\n{\"te\n", {"broken.jsonl:2", "not JSON"}},
      {"field.jsonl",
       "{\"label\":\"x\"}\n",
       {"field.jsonl:1", "\"text\"", "label", "--text-column"}},
      {"nul.jsonl", R"({"text":"a\u0000b","label":"x"})", {"nul.jsonl:1", "NUL"}},
      {"unlabelled.ft", "one\ntwo\n", {"unlabelled.ft", "none of its 2 rows has a label"}},
      {"lines.txt", "one\ntwo\n", {"lines.txt", "no labels"}},
      {"data.bin", "label,text\n", {"data.bin", "--input-format"}},
      {"few_pieces.csv",
       "label,text\n"s + kRows + kRows + "pos,x\nneg,y\n",
       {"5 pieces", "at least", "--vocab-size"},
       {{"vocab-size", "5"}}},
  };
}

class BadTrainingFile : public testing::TestWithParam<BadFile> {};

TEST_P(BadTrainingFile, IsRefusedAndLeavesNoRun) {
  const TestFolder folder;
  Options options = GetParam().options;
  options["train"] = folder.write(GetParam().file, GetParam().content).string();
  EXPECT_TRUE(refused(train(folder.path() / "run", options), 1, GetParam().parts));
  EXPECT_FALSE(fs::exists(folder.path() / "run"));
}

INSTANTIATE_TEST_SUITE_P(BadData, BadTrainingFile, testing::ValuesIn(bad_files()), test_name);

TEST(BadData, MissingFilesAreNamed) {
  const TestFolder folder;
  const auto run = folder.path() / "run";
  const Arguments parts = {"nowhere.csv", "No such file"};
  EXPECT_TRUE(refused(train(run, {{"train", "nowhere.csv"}}), 1, parts));
  EXPECT_TRUE(refused(train(run, {{"valid", "nowhere.csv"}}), 1, parts));
  EXPECT_TRUE(refused(train(run, {{"train", folder.path().string()}}), 1,
                      {"a folder of texts was expected"}));
  EXPECT_FALSE(fs::exists(run));
  const auto model = trained_run().string();
  EXPECT_TRUE(refused(run_mnemo({"evaluate", model, "--data", "nowhere.csv"}), 1, parts));
  EXPECT_TRUE(refused(run_mnemo({"predict", model, "--input", "nowhere.csv"}), 1, parts));
}

TEST(BadData, AnExistingButEmptyFolderStays) {
  const TestFolder folder;
  const auto out = folder.path() / "out";
  fs::create_directory(out);
  EXPECT_TRUE(refused(train(out, {{"train", "nowhere.csv"}}), 1, {"nowhere.csv"}));
  EXPECT_TRUE(fs::exists(out) && fs::is_empty(out));
}

TEST(BadData, ABadValidationFileIsRefusedLikewise) {
  const TestFolder folder;
  const auto run = folder.path() / "run";
  const auto valid = folder.write("valid.csv", "label,text\npos,a\nodd,b\n").string();
  EXPECT_TRUE(refused(train(run, {{"valid", valid}}), 1, {"valid.csv", "\"odd\"", "training"}));
  EXPECT_FALSE(fs::exists(run));
}

TEST(BadData, EvaluateAndPredictRefuseByLine) {
  const TestFolder folder;
  const auto model = trained_run().string();
  const auto file = folder.write("many.csv", "label,text\n"s + kRows + "neg,b,c\n").string();
  EXPECT_TRUE(refused(run_mnemo({"evaluate", model, "--data", file}), 1, {"many.csv:4"}));
  EXPECT_TRUE(refused(run_mnemo({"predict", model, "--input", file}), 1, {"many.csv:4"}));
  EXPECT_TRUE(
      refused(run_mnemo({"predict", model}, "fine\na\0b\n"s), 1, {"standard input:2", "NUL"}));
}

TEST(BadData, TheLeastVocabularyNamedIsEnough) {
  const TestFolder folder;
  const auto outcome = train(folder.path() / "run", {{"vocab-size", "5"}});
  ASSERT_TRUE(refused(outcome, 1, {"at least "}));
  std::smatch match;
  ASSERT_TRUE(std::regex_search(outcome.err, match, std::regex("at least ([0-9]+)")));
  const int least = std::stoi(match[1]);
  const Options too_few = {{"vocab-size", std::to_string(least - 1)}};
  EXPECT_TRUE(refused(train(folder.path() / "run", too_few), 1, {"at least " + match[1].str()}));
  const Options enough = {{"vocab-size", match[1]}, {"epochs", "1"}};
  EXPECT_TRUE(succeeded(train(folder.path() / "run", enough)));
}

TEST(BadData, InvalidUtf8IsReplacedAndCounted) {
  const TestFolder folder;
  std::string rows = "label,text\n";
  for (int i = 0; i < 15; ++i) rows += kRows;
  const auto data = folder.write("bytes.csv", rows + "pos,a\xff b\nneg,\xfe\n").string();
  const auto outcome = train(folder.path() / "run", {{"train", data}, {"epochs", "1"}});
  ASSERT_TRUE(succeeded(outcome));
  EXPECT_TRUE(contains(outcome.err, "bytes.csv: 2 rows hold invalid UTF-8"));
}

TEST(BadData, ATokenizerThatIsNoneIsRefused) {
  const TestFolder folder;
  const auto run = folder.path() / "run";
  const auto with_tokenizer = [&](const std::string& file) {
    return run_mnemo({"train", "text", "--train", sample("reviews_train.csv"), "--out",
                      run.string(), "--tokenizer", file});
  };
  const auto foreign = folder.write("foreign.model", "not a tokenizer").string();
  EXPECT_TRUE(refused(with_tokenizer("nowhere.model"), 1, {"nowhere.model", "No such file"}));
  EXPECT_TRUE(refused(with_tokenizer(foreign), 1, {"foreign.model", "SentencePiece"}));
  EXPECT_FALSE(fs::exists(run));
}

}  // namespace
}  // namespace mnemo
