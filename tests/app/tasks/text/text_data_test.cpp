#include "app/tasks/text/text_data.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "app/support/seeds.h"
#include "mnemo/error.h"

namespace mnemo {
namespace {

class TextDataTest : public testing::Test {
 protected:
  std::string write(const std::string& name, const std::string& content) {
    const auto path = std::filesystem::path(testing::TempDir()) /
                      ("text_data_" + std::to_string(getpid()) + name);
    std::ofstream(path) << content;
    return path.string();
  }

  TextData read(const TrainTextOptions& options) {
    return read_text_data(options, testing::TempDir(),
                          [&](const std::string& text) { warnings.push_back(text); });
  }

  std::vector<std::string> warnings;
};

std::string rows(int count) {
  std::string csv = "label,text\n";
  for (int i = 0; i < count; ++i) {
    csv += (i % 2 == 0 ? "yes,text " : "no,text ") + std::to_string(i) + "\n";
  }
  return csv;
}

TEST_F(TextDataTest, HoldsAShareOut) {
  TrainTextOptions options;
  options.train_file = write("train.csv", rows(100));
  const auto data = read(options);
  EXPECT_EQ(data.labels.names(), (std::vector<std::string>{"no", "yes"}));
  EXPECT_EQ(data.train.size(), 90);
  EXPECT_EQ(data.valid.size(), 10);
  EXPECT_EQ(data.valid.labels.size(), 10U);
  EXPECT_TRUE(warnings.empty());
}

TEST_F(TextDataTest, TheSplitHasASeedOfItsOwn) {
  TrainTextOptions options;
  options.train_file = write("train.csv", rows(100));
  const auto held_out = [&](uint64_t seed, int64_t split_seed) {
    options.seed = seed;
    options.split_seed = split_seed;
    return read(options).valid.rows;
  };
  EXPECT_NE(held_out(1, 0), held_out(2, 0));
  EXPECT_EQ(held_out(1, 7), held_out(2, 7));
  EXPECT_EQ(held_out(7, 0), held_out(2, 7));
}

TEST_F(TextDataTest, TakesTheValidationFileWhenThereIsOne) {
  TrainTextOptions options;
  options.train_file = write("train.csv", rows(10));
  options.valid_file = write("valid.csv", "label,text\nyes,\nno,b\n");
  const auto data = read(options);
  EXPECT_EQ(data.train.size(), 10);
  EXPECT_EQ(data.valid.labels, (std::vector<int32_t>{1, 0}));
  ASSERT_EQ(warnings.size(), 1U);
  EXPECT_NE(warnings[0].find("1 text is empty"), std::string::npos) << warnings[0];
}

TEST_F(TextDataTest, RefusesOneLabelAndOneThatTrainingNeverSaw) {
  TrainTextOptions options;
  options.train_file = write("one.csv", "label,text\nyes,a\nyes,b\n");
  EXPECT_THROW(read(options), Error);
  options.train_file = write("train.csv", rows(10));
  options.valid_file = write("valid.csv", "label,text\nperhaps,a\n");
  EXPECT_THROW(read(options), Error);
}

TEST_F(TextDataTest, ReadsSecondLabelsWhereRowsHaveThem) {
  TrainTextOptions options;
  options.train_file =
      write("aux.csv", "label,text,topic\nyes,a,sports\nno,b,\nyes,c,arts\nno,d,sports\n");
  options.valid_file = write("aux_valid.csv", "label,text\nyes,e\nno,f\n");
  options.reader.aux_label_column = "topic";
  const auto data = read(options);
  EXPECT_EQ(data.aux_labels.names(), (std::vector<std::string>{"arts", "sports"}));
  EXPECT_EQ(data.train.aux_labels, (std::vector<int32_t>{1, -1, 0, 1}));
  EXPECT_TRUE(data.valid.aux_labels.empty()) << "validation looks at the labels alone";
  options.train_file = write("one.csv", "label,text,topic\nyes,a,sports\nno,b,\n");
  EXPECT_THROW(read(options), Error) << "one kind of second label teaches nothing";
}

TEST_F(TextDataTest, SecondLabelsNeedColumns) {
  TrainTextOptions options;
  options.train_file = write("aux.ft", "__label__yes a\n__label__no b\n");
  options.reader.aux_label_column = "topic";
  EXPECT_THROW(read(options), Error);
  options.train_file = write("aux.jsonl",
                             "{\"text\":\"a\",\"label\":\"x\",\"topic\":\"s\"}\n"
                             "{\"text\":\"b\",\"label\":\"y\"}\n"
                             "{\"text\":\"c\",\"label\":\"y\",\"topic\":\"t\"}\n"
                             "{\"text\":\"d\",\"label\":\"x\",\"topic\":null}\n");
  options.valid_file = options.train_file;
  EXPECT_EQ(read(options).train.aux_labels, (std::vector<int32_t>{0, -1, 1, -1}));
}

TEST(SeedFor, GivesEachUseAStreamOfItsOwn) {
  EXPECT_NE(seed_for(1, SeedUse::split), seed_for(1, SeedUse::batches));
  EXPECT_NE(seed_for(1, SeedUse::split), seed_for(2, SeedUse::split));
}

}  // namespace
}  // namespace mnemo
