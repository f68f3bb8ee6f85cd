#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "datasets/series/labelled_series.h"
#include "mnemo/error.h"
#include "tests/datasets/series/series_file_fixture.h"

namespace mnemo {
namespace {

using Strings = std::vector<std::string>;
using Floats = std::vector<float>;

class SeriesWide : public SeriesFile {
 protected:
  SeriesWide() : SeriesFile(SeriesFormat::wide) {}
};

TEST_F(SeriesWide, ReadsTheArchivesTsvWithoutAHeader) {
  const auto series = read("-1\t0.5\t-0.25\tNaN\n1\t2\t3\t4\n", Targets::required, "x.tsv");
  EXPECT_EQ(series.targets, (Strings{"-1", "1"}));
  EXPECT_EQ(series.values, (Floats{0.5F, -0.25F, 2, 3, 4}));
  EXPECT_EQ(series.offsets, (std::vector<int64_t>{0, 2, 5}));
  EXPECT_EQ(series.features, Strings{"1"});
  EXPECT_EQ(series.ids, (Strings{"1", "2"}));
}

TEST_F(SeriesWide, FindsStepsByNamesThatCount) {
  options_.target_columns = {"class"};
  const auto series = read("subject,t2,class,t0,t1\nann,3,a,1,2\nbob,,b,4,\n");
  EXPECT_EQ(series.targets, (Strings{"a", "b"}));
  EXPECT_EQ(series.values, (Floats{1, 2, 3, 4}));
  EXPECT_EQ(series.features, Strings{"1"});
  ASSERT_EQ(series.warnings.size(), 1U);
  EXPECT_TRUE(contains(series.warnings[0], "\"subject\""));
}

TEST_F(SeriesWide, ReadsSeveralFeaturesAndIds) {
  const auto series =
      read("id;label;x_0;x_1;x_2;y_0;y_1;y_2\nfirst;a;1;2;3;4;5;6\nsecond;b;7;8;9;1;2;3\n",
           Targets::ignored);
  EXPECT_EQ(series.features, (Strings{"x", "y"}));
  EXPECT_EQ(series.ids, (Strings{"first", "second"}));
  EXPECT_EQ(series.targets_per_series, 0);
}

TEST_F(SeriesWide, TakesAllOtherColumnsForStepsWhereNoneCount) {
  const auto series = read("label,jan,feb\na,1,2\n");
  EXPECT_EQ(series.values, (Floats{1, 2}));
}

TEST_F(SeriesWide, NeverTakesALabelForAValue) {
  const std::string labelled = "1\t0.5\t0.25\n2\t1.5\t1.25\n";
  EXPECT_EQ(read(labelled, Targets::ignored).values, (Floats{0.5F, 0.25F, 1.5F, 1.25F}));
  EXPECT_EQ(read("0.5\t0.25\t1\n1.5\t1.25\t1\n", Targets::ignored).values,
            (Floats{0.5F, 0.25F, 1, 1.5F, 1.25F, 1}));
  options_.target_columns = {"3"};
  EXPECT_EQ(read("0.5\t0.25\t1\n1.5\t1.25\t2\n").targets, (Strings{"1", "2"}));
}

TEST_F(SeriesWide, FillsInWhatIsMissingBeforeTheEnd) {
  const std::string bytes = "label,t0,t1,t2\na,1,?,3\n";
  EXPECT_TRUE(contains(error_of(bytes), "x.csv: 1 missing value (line 2, column 3)"));
  options_.missing = MissingSteps::interpolate;
  EXPECT_EQ(read(bytes).values, (Floats{1, 2, 3}));
}

TEST_F(SeriesWide, NamesAFault) {
  EXPECT_TRUE(contains(error_of(""), "x.csv is empty"));
  EXPECT_TRUE(contains(error_of("label,t0,t1,t2\n"), "holds a header and no rows"));
  EXPECT_TRUE(contains(error_of("class,t0,t1,t2\na,1,2,3\n"), "no column \"label\""));
  EXPECT_TRUE(contains(error_of("label,t0,t1,t2\na,1,2\n"),
                       "x.csv:2: this row has 3 fields where the first has 4"));
  EXPECT_TRUE(contains(error_of("label,t0,t1,t2\na,,,\n"), "x.csv:2: the row has no value"));
  EXPECT_TRUE(contains(error_of("label,t0,t1,t2\n,1,2,3\n"), "x.csv:2: column 1: the target"));
  EXPECT_TRUE(contains(error_of("label,t0,t1,t2\na,1,b,3\n"), "x.csv:2: column 3: \"b\""));
  EXPECT_TRUE(contains(error_of("label,x0,x1,x2,y0,y1,y2,y3\na,1,1,1,1,1,1,1\n"),
                       "as many steps of each feature"));
  options_.target_columns = {"class"};
  EXPECT_TRUE(contains(error_of("1,0.5,0.25\n"), "without a header columns go by their number"));
}

}  // namespace
}  // namespace mnemo
