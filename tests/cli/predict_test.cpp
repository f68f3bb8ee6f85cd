// mnemo predict: texts in, one line out for each, in order, whatever they come in.
#include <algorithm>

#include "tests/cli/cli_support.h"

namespace mnemo {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr const char* kGood = "A wonderful, warm film that I would gladly see again.";
constexpr const char* kBad = "Broken after two days, and nobody answers my letters.";

std::string predict(const Arguments& options, const std::string& input = "") {
  Arguments arguments = {"predict", trained_run().string(), "--threads=1"};
  arguments.insert(arguments.end(), options.begin(), options.end());
  const auto outcome = run_mnemo(arguments, input);
  EXPECT_TRUE(succeeded(outcome));
  return outcome.out;
}

std::string predict_lines(const std::string& input) { return predict({}, input); }

TEST(Predict, AnswersLabelAndProbability) {
  const auto lines = lines_of(predict_lines(std::string(kGood) + "\n" + kBad + "\n"));
  ASSERT_EQ(lines.size(), 2U);
  for (const auto& line : lines) {
    const auto tab = line.find('\t');
    ASSERT_NE(tab, std::string::npos) << line;
    EXPECT_TRUE(line.substr(0, tab) == "pos" || line.substr(0, tab) == "neg") << line;
    const double probability = std::stod(line.substr(tab + 1));
    EXPECT_TRUE(probability >= 0.5 && probability <= 1.0) << line;
  }
}

TEST(Predict, KeepsTheOrderOfTheTexts) {
  // The lengths are unequal: inside, texts are sorted by it.
  const std::vector<std::string> texts = {
      kGood, "no", std::string(kBad) + " " + kBad + " " + kGood, kBad, "fine, thank you", ""};
  std::string together, one_by_one;
  for (const auto& text : texts) {
    together += text + "\n";
    one_by_one += predict_lines(text + "\n");
  }
  const auto found = lines_of(predict_lines(together)), expected = lines_of(one_by_one);
  ASSERT_EQ(found.size(), texts.size());
  for (size_t i = 0; i < texts.size(); ++i) {
    EXPECT_EQ(found[i].substr(0, 4), expected[i].substr(0, 4)) << texts[i];
    EXPECT_NEAR(std::stod(found[i].substr(4)), std::stod(expected[i].substr(4)), 2e-6) << texts[i];
  }
  EXPECT_NE(found[0], found[1]) << "the texts must differ in their answers";
}

TEST(Predict, GivesALineForEachLine) {
  const int lines = 4100;  // more than are held in memory at once
  std::string input;
  for (int i = 0; i < lines; ++i) input += i % 7 == 0 ? "\n" : "day " + std::to_string(i) + "\n";
  EXPECT_EQ(lines_of(predict_lines(input)).size(), static_cast<size_t>(lines));
}

TEST(Predict, TakesALastLineWithoutItsLineFeedAndCarriageReturns) {
  const auto expected = predict_lines(std::string(kGood) + "\n" + kBad + "\n");
  EXPECT_EQ(predict_lines(std::string(kGood) + "\n" + kBad), expected);
  EXPECT_EQ(predict_lines(std::string(kGood) + "\r\n" + kBad + "\r\n"), expected);
}

TEST(Predict, GivesNothingForNothing) { EXPECT_EQ(predict_lines(""), ""); }

TEST(Predict, ReadsEveryFormat) {
  const TestFolder folder;
  const std::string rows = std::string("\"") + kGood + "\"\n\"" + kBad + "\"\n";
  const auto expected = predict_lines(std::string(kGood) + "\n" + kBad + "\n");
  const auto of = [&](const std::string& name, const std::string& content) {
    return predict({"--input", folder.write(name, content).string()});
  };
  EXPECT_EQ(of("texts.txt", std::string(kGood) + "\n" + kBad + "\n"), expected);
  EXPECT_EQ(of("texts.csv", "text\n" + rows), expected);
  EXPECT_EQ(of("texts.tsv", "text\n" + rows), expected);
  EXPECT_EQ(of("texts.jsonl", json{{"text", kGood}}.dump() + "\n" + json{{"text", kBad}}.dump()),
            expected);
  const std::string labelled = std::string("__label__a ") + kGood + "\n__label__b " + kBad + "\n";
  EXPECT_EQ(of("texts.ft", labelled), expected);
  EXPECT_EQ(predict({"--input-format=csv", "--text-column=review"},
                    "id,review\n1," + rows.substr(0, rows.find('\n')) + "\n2,\"" + kBad + "\"\n"),
            expected);
}

TEST(Predict, WritesJsonLines) {
  const auto lines = lines_of(predict({"--format=jsonl"}, std::string(kGood) + "\n\n"));
  ASSERT_EQ(lines.size(), 2U);
  const auto answer = json::parse(lines[0]);
  EXPECT_EQ(keys_of(answer), (std::vector<std::string>{"label", "probability"}));
  const auto table = lines_of(predict_lines(std::string(kGood) + "\n"))[0];
  EXPECT_EQ(answer.at("label"), table.substr(0, table.find('\t')));
  EXPECT_NEAR(answer.at("probability"), std::stod(table.substr(table.find('\t'))), 1e-6);
}

TEST(Predict, TopGivesTheLikeliestLabelsFirst) {
  const auto answer = json::parse(predict({"--format=jsonl", "--top=2"}, kGood));
  EXPECT_EQ(keys_of(answer),
            (std::vector<std::string>{"label", "labels", "probabilities", "probability"}));
  ASSERT_EQ(answer.at("labels").size(), 2U);
  EXPECT_EQ(answer.at("labels").at(0), answer.at("label"));
  EXPECT_NE(answer.at("labels").at(0), answer.at("labels").at(1));
  const auto probabilities = answer.at("probabilities").get<std::vector<double>>();
  EXPECT_GE(probabilities[0], probabilities[1]);
  EXPECT_NEAR(probabilities[0] + probabilities[1], 1.0, 1e-6);
  const auto line = predict({"--top=9"}, kGood);  // more than there are
  EXPECT_EQ(std::ranges::count(line, '\t'), 3) << line;
}

TEST(Predict, WarnsOfInvalidUtf8AndOfEmptyTexts) {
  const auto outcome = run_mnemo({"predict", trained_run().string()}, "bad \xff byte\n\nfine\n");
  ASSERT_TRUE(succeeded(outcome));
  EXPECT_EQ(lines_of(outcome.out).size(), 3U);
  EXPECT_TRUE(contains(outcome.err, "1 row holds invalid UTF-8"));
  EXPECT_TRUE(contains(outcome.err, "1 text is empty"));
  EXPECT_TRUE(refused(run_mnemo({"predict", trained_run().string(), "--invalid-utf8=fail"},
                                "fine\nbad \xff byte\n"),
                      1, {"standard input:2", "row 2", "--invalid-utf8 replace"}));
}

TEST(Predict, AnExportComputesInFp32Alone) {
  EXPECT_TRUE(refused(run_mnemo({"predict", exported_model().string(), "--precision=bf16"}, kGood),
                      2, {"--precision bf16", "exported", "run folder"}));
}

TEST(Predict, TakesATextOfFiveMegabytes) {
  std::string text;
  for (int i = 0; text.size() < 5'000'000; ++i) text += "word" + std::to_string(i % 977) + " ";
  EXPECT_EQ(lines_of(predict_lines(text)).size(), 1U);
}

TEST(Predict, SaysWhenItsAnswersCannotBeWritten) {
  const auto outcome =
      run_program({MNEMO_BINARY, "predict", trained_run().string()}, kGood, "/dev/full");
  EXPECT_TRUE(refused(outcome, 1, {"standard output", "No space left"}));
}

}  // namespace
}  // namespace mnemo
