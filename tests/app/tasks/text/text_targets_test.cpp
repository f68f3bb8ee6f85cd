#include "app/tasks/text/text_targets.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "app/tasks/text/text_data.h"
#include "mnemo/error.h"
#include "tests/common/test_helpers.h"

namespace mnemo {
namespace {

class TextTargetsTest : public testing::Test {
 protected:
  TextData read(const std::string& name, const std::string& content, TextTargetKind kind) {
    options_.train_file = folder_.write(name, content).string();
    options_.target_kind = kind;
    warnings_.clear();
    return read_text_data(options_, folder_.path(),
                          [&](const std::string& text) { warnings_.push_back(text); });
  }
  std::string error(const std::string& name, const std::string& content, TextTargetKind kind) {
    return message_of([&] { read(name, content, kind); });
  }

  const TestFolder folder_;
  TrainTextOptions options_;
  std::vector<std::string> warnings_;
};

std::string lines_with_labels(int rows) {
  std::string lines;
  for (int row = 0; row < rows; ++row) {
    lines += fmt::format("__label__{} {}text {}\n", row % 2 == 0 ? "even" : "odd",
                         row % 5 == 0 ? "__label__five " : "", row);
  }
  return lines;
}

TEST_F(TextTargetsTest, RowsOfSeveralLabelsAreFound) {
  const auto data = read("a.ft", lines_with_labels(60), TextTargetKind::automatic);
  EXPECT_EQ(data.answer, TextAnswer::labels);
  EXPECT_EQ(data.labels.names(), (std::vector<std::string>{"even", "five", "odd"}));
  EXPECT_TRUE(data.reading.several_labels);
  ASSERT_EQ(data.train.lists.size(), data.train.size());
  ASSERT_EQ(data.valid.lists.size(), data.valid.size());
  for (int64_t i = 0; i < data.train.size(); ++i) {
    const int32_t row = data.train.rows[static_cast<size_t>(i)];
    EXPECT_EQ(data.train.lists.of(i).size(), row % 5 == 0 ? 2U : 1U);
  }
  const auto& held_out = data.valid.lists.numbers;
  for (const int32_t label : {0, 1, 2}) {
    EXPECT_GT(std::ranges::count(held_out, label), 0) << "both parts have each label";
  }
}

TEST_F(TextTargetsTest, RowsOfOneLabelAreClasses) {
  const auto data = read("a.ft", "__label__a t\n__label__b u\n__label__a v\n__label__b w\n",
                         TextTargetKind::automatic);
  EXPECT_EQ(data.answer, TextAnswer::classes);
  EXPECT_FALSE(data.reading.several_labels);
  EXPECT_TRUE(data.train.lists.empty());
}

TEST_F(TextTargetsTest, LabelsThatOnlyValidationHasAreLeftOut) {
  options_.valid_file = folder_.write("valid.ft", "__label__odd __label__new t\n").string();
  const auto data = read("a.ft", lines_with_labels(20), TextTargetKind::labels);
  EXPECT_EQ(data.valid.lists.of(0).size(), 1U);
  ASSERT_EQ(warnings_.size(), 1U);
  EXPECT_TRUE(contains(warnings_[0], "new"));
}

TEST_F(TextTargetsTest, ACellThatIsNotDividedIsWarnedOf) {
  const std::string csv = "label,text\na|b,t\nb,u\na|b,v\nb,w\n";
  read("a.csv", csv, TextTargetKind::labels);
  ASSERT_EQ(warnings_.size(), 1U);
  EXPECT_TRUE(contains(warnings_[0], "`label-delimiter`"));
  options_.reader.label_delimiter = "|";
  const auto data = read("a.csv", csv, TextTargetKind::automatic);
  EXPECT_EQ(data.labels.names(), (std::vector<std::string>{"a", "b"}));
  EXPECT_TRUE(contains(error("b.csv", "label,text\na,t\na,u\n", TextTargetKind::labels),
                       "every row has the label"));
}

TEST_F(TextTargetsTest, NumbersAreReadAsSuch) {
  std::string csv = "label,text\n";
  for (int row = 0; row < 30; ++row) csv += fmt::format("{}.5,text {}\n", row, row);
  const auto data = read("a.csv", csv, TextTargetKind::number);
  EXPECT_EQ(data.answer, TextAnswer::numbers);
  EXPECT_EQ(data.labels.size(), 0);
  EXPECT_EQ(data.train.numbers.front(), data.train.rows.front() + 0.5);
  EXPECT_EQ(data.valid.numbers.size(), data.valid.rows.size());
  EXPECT_TRUE(contains(error("b.csv", csv + "much,t\n", TextTargetKind::number),
                       "the label \"much\" is no number"));
}

TEST_F(TextTargetsTest, ManyDifferentNumbersAsClassesAreNoticed) {
  std::string csv = "label,text\n";
  for (int row = 0; row < 60; ++row) csv += fmt::format("{},text {}\n", row % 30, row);
  read("hours.csv", csv, TextTargetKind::automatic);
  ASSERT_EQ(warnings_.size(), 1U);
  EXPECT_TRUE(contains(warnings_[0], "30 labels")) << warnings_[0];
  EXPECT_TRUE(contains(warnings_[0], "`target-kind` number"));
  csv = "label,text\n";
  for (int row = 0; row < 60; ++row) csv += fmt::format("{},text {}\n", row % 5, row);
  read("stars.csv", csv, TextTargetKind::automatic);
  EXPECT_TRUE(warnings_.empty()) << "ratings may well be classes";
}

}  // namespace
}  // namespace mnemo
