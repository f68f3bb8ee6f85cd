#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "datasets/series/labelled_series.h"
#include "mnemo/error.h"
#include "tests/common/test_helpers.h"

namespace mnemo {
namespace {

using Strings = std::vector<std::string>;
using Floats = std::vector<float>;

class SeriesArff : public ::testing::Test {
 protected:
  LabelledSeries read(std::string_view bytes, Targets targets = Targets::required) const {
    return read_labelled_series(folder_.write("x.arff", bytes), options_, targets);
  }
  std::string error_of(std::string_view bytes) const {
    return message_of([&] { read(bytes); });
  }

  SeriesReaderOptions options_;

 private:
  TestFolder folder_;
};

const std::string kArffHeader =
    "% a comment\n@RELATION 'two words'\n\n@attribute att0 numeric\n@ATTRIBUTE att1 real\n"
    "@attribute target {calm,'very busy'}\n@data\n";

TEST_F(SeriesArff, ReadsAttributesAsTheStepsOfOneFeature) {
  const auto series = read(kArffHeader + "1,-2.5,calm\n% between\n3,?,'very busy'\n");
  EXPECT_EQ(series.values, (Floats{1, -2.5F, 3}));
  EXPECT_EQ(series.offsets, (std::vector<int64_t>{0, 2, 3}));
  EXPECT_EQ(series.targets, (Strings{"calm", "very busy"}));
  EXPECT_EQ(series.features, Strings{"1"});
  EXPECT_EQ(read(kArffHeader + "1,2,?\n", Targets::ignored).values, (Floats{1, 2}));
}

TEST_F(SeriesArff, ReadsALineOfARelationAsAFeature) {
  const auto series = read(
      "@relation x\n@attribute relationalAtt relational\n  @attribute t0 numeric\n"
      "  @attribute t1 numeric\n@end relationalAtt\n@attribute classAttribute {1.0,2.0}\n@data\n"
      "'1,2\\n3,-4',1.0\n\"5,6\\n7,8\",2.0\n");
  EXPECT_EQ(series.values, (Floats{1, 3, 2, -4, 5, 7, 6, 8}));
  EXPECT_EQ(series.features, (Strings{"1", "2"}));
  EXPECT_EQ(series.targets, (Strings{"1.0", "2.0"}));
}

TEST_F(SeriesArff, TakesTheTargetsThatAreNamed) {
  options_.target_columns = {"att1"};
  const auto series = read(kArffHeader + "1,5,calm\n");
  EXPECT_EQ(series.targets, Strings{"5"});
  EXPECT_EQ(series.values, Floats{1});
  ASSERT_EQ(series.warnings.size(), 1U);
  EXPECT_TRUE(contains(series.warnings[0], "\"target\""));
}

TEST_F(SeriesArff, NamesAFault) {
  EXPECT_TRUE(contains(error_of(""), "x.arff is empty"));
  EXPECT_TRUE(contains(error_of("@relation x\n@data\n"), "x.arff:2: there is no @attribute"));
  EXPECT_TRUE(contains(error_of("@attribute a numeric\n"), "without an \"@data\" line"));
  EXPECT_TRUE(contains(error_of("a,b\n"), "x.arff:1: \"a,b\" stands where the header"));
  EXPECT_TRUE(contains(error_of(kArffHeader), "holds a header and no rows"));
  EXPECT_TRUE(contains(error_of(kArffHeader + "1,calm\n"), "x.arff:8: this row has 2 fields"));
  EXPECT_TRUE(contains(error_of(kArffHeader + "1,2,wild\n"), "x.arff:8: the label \"wild\""));
  EXPECT_TRUE(contains(error_of(kArffHeader + "1,2,?\n"), "x.arff:8: the target is missing"));
  EXPECT_TRUE(contains(error_of(kArffHeader + "1,b,calm\n"), "x.arff:8: \"b\" is no number"));
  EXPECT_TRUE(contains(error_of(kArffHeader + "{0 1}\n"), "x.arff:8: sparse rows"));
  EXPECT_TRUE(contains(error_of(kArffHeader + "1,2,'calm\n"), "x.arff:8: a quoted field"));
}

}  // namespace
}  // namespace mnemo
