#include "datasets/table_tsf.h"

#include <gtest/gtest.h>

#include <cmath>

#include "mnemo/error.h"
#include "tests/common/test_helpers.h"

namespace mnemo {
namespace {

constexpr const char* kHeader =
    "# a comment\n@relation x\n@attribute series_name string\n@attribute start_timestamp date\n"
    "@frequency monthly\n@horizon 8\n@missing true\n@equallength false\n@data\n";

class TsfTableTest : public ::testing::Test {
 protected:
  NumberTable read(const std::string& bytes, NumberTableOptions options = {}) const {
    return read_number_table(folder_.write("x.tsf", bytes), options);
  }
  const TestFolder folder_;
};

TEST_F(TsfTableTest, ALineIsASeriesWithTimes) {
  const auto table = read(std::string(kHeader) +
                          "T1:1979-01-31 00-00-00:1,2.5,-3e2\nT2:1990-05-01 12-30-00:4,5\n");
  EXPECT_EQ(table.columns, (std::vector<std::string>{"value"}));
  ASSERT_EQ(table.series.size(), 2U);
  EXPECT_EQ(table.series[1].name, "T2");
  EXPECT_EQ(table.series[1].begin, 3);
  EXPECT_EQ(table.series_column, "series_name");
  EXPECT_EQ(table.values, (std::vector<double>{1, 2.5, -300, 4, 5}));
  EXPECT_EQ(format_time(table.times[1], table.time_format), "1979-02-28 00:00:00");
  EXPECT_EQ(format_time(table.times[4], table.time_format), "1990-06-01 12:30:00");
}

TEST_F(TsfTableTest, MissingValuesAreFilledWhereAsked) {
  const std::string bytes = std::string(kHeader) + "T1:1979-01-01 00-00-00:1,?,3\n";
  EXPECT_TRUE(contains(message_of([&] { read(bytes); }), "1 value is missing"));
  EXPECT_EQ(read(bytes, {.missing = MissingValues::interpolate}).values[1], 2.0);
}

TEST_F(TsfTableTest, WithoutAStartRowsHaveNoTimes) {
  const auto table = read("@attribute id string\n@data\na:1,2\n");
  EXPECT_TRUE(table.times.empty());
  EXPECT_EQ(table.series.front().name, "a");
}

TEST_F(TsfTableTest, SaysWhereItIsWrong) {
  const auto error = [&](const std::string& bytes) { return message_of([&] { read(bytes); }); };
  const std::string header = kHeader;
  EXPECT_TRUE(contains(error(header + "T1:1,2\n"), "x.tsf:10: 2 attributes were expected"));
  EXPECT_TRUE(contains(error(header + "T1:soon:1\n"), "is no time"));
  EXPECT_TRUE(contains(error(header + "T1:1979-01-01:1,x\n"), "value 2: \"x\" is no number"));
  EXPECT_TRUE(contains(error(header + "T1:1979-01-01:1\nT1:1979-01-01:1\n"), "there already"));
  EXPECT_TRUE(contains(error(header), "holds a header and no series"));
  EXPECT_TRUE(contains(error("@attribute a string\n"), "no @data"));
  EXPECT_TRUE(contains(error("@frequency sometimes\n@data\n"), "@frequency"));
}

}  // namespace
}  // namespace mnemo
