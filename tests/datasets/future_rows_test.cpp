#include "datasets/future_rows.h"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/common/test_helpers.h"

namespace mnemo {
namespace {

NumberTableOptions expecting_future() {
  NumberTableOptions options;
  options.columns = {"y", "promo"};
  options.future = {.expected = true, .targets = {"y"}, .known = {"promo"}};
  return options;
}

TEST(FutureRows, AreThoseAtTheEndWithoutATarget) {
  const TestFolder folder;
  const auto file = folder.write("y.csv",
                                 "day,y,promo\n2024-01-01,1,0\n2024-01-02,2,1\n"
                                 "2024-01-03,,0\n2024-01-04,NA,1\n");
  const auto table = read_number_table(file, expecting_future());
  EXPECT_EQ(table.rows(), 2);
  ASSERT_EQ(table.future.size(), 1U);
  EXPECT_EQ(table.future[0].rows(2), 2);
  EXPECT_TRUE(std::isnan(table.future[0].values[0]));
  EXPECT_EQ(table.future[0].values[3], 1.0);
  EXPECT_TRUE(table.warnings.empty()) << "nothing is filled in";
}

TEST(FutureRows, AGapIsNoFuture) {
  const TestFolder folder;
  const auto file = folder.write("y.csv",
                                 "day,y,promo\n2024-01-01,1,0\n2024-01-02,,1\n"
                                 "2024-01-03,3,0\n");
  EXPECT_TRUE(contains(message_of([&] { read_number_table(file, expecting_future()); }),
                       "1 value is missing: line 3"));
}

TEST(FutureRows, AreToldOfEachSeries) {
  const TestFolder folder;
  auto options = expecting_future();
  options.series_column = "id";
  const auto file = folder.write("y.csv", "id,y,promo\na,1,0\nb,5,0\na,2,0\na,,1\nb,6,0\n");
  const auto table = read_number_table(file, options);
  EXPECT_EQ(table.series[0].rows(), 2);
  EXPECT_EQ(table.series[1].rows(), 2);
  EXPECT_EQ(table.future[0].rows(2), 1);
  EXPECT_EQ(table.future[1].rows(2), 0);
}

TEST(FutureRows, FollowOneStepAfterTheOtherAndSayWhatIsKnown) {
  const TestFolder folder;
  const auto late = folder.write("late.csv",
                                 "day,y,promo\n2024-01-01,1,0\n2024-01-02,2,1\n"
                                 "2024-01-04,,0\n");
  EXPECT_TRUE(contains(message_of([&] { read_number_table(late, expecting_future()); }),
                       "late.csv:4: this row of the future is at 2024-01-04, and 2024-01-03 was"));
  const auto empty = folder.write("empty.csv",
                                  "day,y,promo\n2024-01-01,1,0\n2024-01-02,2,1\n"
                                  "2024-01-03,,\n");
  EXPECT_TRUE(contains(message_of([&] { read_number_table(empty, expecting_future()); }),
                       "empty.csv:4: the column \"promo\" has no value in this row of the future"));
}

// All of a year's promotions may stand in a file of their own.
TEST(FutureRows, ComeFromAnotherFileToo) {
  const TestFolder folder;
  auto table = read_number_table(
      folder.write("y.csv", "day,y,promo\n2024-01-01,1,0\n2024-01-02,2,1\n"), expecting_future());
  NumberTableOptions options;
  options.columns = {"promo"};
  const auto file =
      folder.write("plan.csv", "day,promo\n2024-01-02,1\n2024-01-03,1\n2024-01-04,0\n");
  add_future(table, read_table_columns(file, options), file);
  ASSERT_EQ(table.future.size(), 1U);
  EXPECT_EQ(table.future[0].rows(2), 2) << "the first has come already";
  EXPECT_EQ(table.future[0].values[1], 1.0);
}

TEST(WordColumns, AreNumberedInTheOrderOfTheirWords) {
  const TestFolder folder;
  NumberTableOptions options;
  options.columns = {"y", "weather", "size"};
  options.word_columns = {"weather", "size"};
  const auto file = folder.write("y.csv", "y,weather,size\n1,sun,3\n2,,4\n3,rain,5\n4,sun,6\n");
  const auto table = read_number_table(file, options);
  EXPECT_EQ(table.words.at("weather"), (std::vector<std::string>{"sun", "rain"}));
  EXPECT_FALSE(table.words.contains("size")) << "all of its cells are numbers";
  const double expected[] = {0.0, 2.0, 1.0, 0.0};
  for (int64_t row = 0; row < 4; ++row) {
    EXPECT_EQ(table.row(row)[1], expected[row]) << row;
    EXPECT_EQ(table.row(row)[2], 3.0 + static_cast<double>(row));
  }
  options.words = {{"weather", {"rain"}}};
  const auto later = read_number_table(file, options);
  EXPECT_EQ(later.row(0)[1], 1.0) << "a word that was not there before";
  EXPECT_EQ(later.row(2)[1], 0.0);
}

}  // namespace
}  // namespace mnemo
