#include "app/tasks/language/language_data.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/common/test_helpers.h"

namespace mnemo {
namespace {

class LanguageDataTest : public testing::Test {
 protected:
  LanguageData read(const std::vector<std::string>& names, double valid_share = 0.2) {
    std::vector<std::string> files;
    for (const auto& name : names) files.push_back((folder_.path() / name).string());
    return read_language_data(files, {}, valid_share, /*seed=*/1, folder_.path(),
                              [](const std::string&) {});
  }

  const TestFolder folder_;
};

TEST_F(LanguageDataTest, ReadsFilesOfSeveralFormsAndKeepsEqualTextsOnOneSide) {
  std::string csv = "label,text\n", lines;
  for (int i = 0; i < 50; ++i) csv += "x,text " + std::to_string(i % 25) + "\n";
  for (int i = 0; i < 25; ++i) lines += "{\"text\": \"text " + std::to_string(i) + "\"}\n";
  folder_.write("labelled.csv", csv);
  folder_.write("plain.jsonl", lines);
  const auto data = read({"labelled.csv", "plain.jsonl"});
  EXPECT_EQ(data.train.size() + data.valid.size(), 75);
  EXPECT_EQ(data.valid.size() % 3, 0) << "each text stands three times";
  EXPECT_GT(data.valid.size(), 0);
  for (const int32_t row : data.valid.rows) {
    for (const int32_t other : data.train.rows) EXPECT_NE(row % 25, other % 25);
  }
}

TEST_F(LanguageDataTest, RefusesTooFewTexts) {
  folder_.write("one.csv", "text\nalone\n");
  EXPECT_TRUE(contains(message_of([&] { read({"one.csv"}); }), "1 texts are too few"));
}

}  // namespace
}  // namespace mnemo
