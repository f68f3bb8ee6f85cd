#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "datasets/series/labelled_series.h"
#include "mnemo/error.h"
#include "tests/common/test_helpers.h"

namespace mnemo {
namespace {

using Strings = std::vector<std::string>;

const std::string kTsfHeader =
    "# a comment\n@relation x\n@attribute series_name string\n@attribute start_timestamp date\n"
    "@attribute kind string\n@frequency hourly\n@missing true\n@equallength false\n@data\n";

TEST(SeriesTsf, ReadsValuesBehindTheAttributes) {
  const TestFolder folder;
  const auto path =
      folder.write("x.tsf", kTsfHeader + "T1:2020-01-01 00-00-00:calm:1,?,-3\nT2:2020:busy:4\n");
  const auto series = read_labelled_series(
      path, {.target_columns = {"kind"}, .missing = MissingSteps::interpolate}, Targets::required);
  EXPECT_EQ(series.ids, (Strings{"T1", "T2"}));
  EXPECT_EQ(series.targets, (Strings{"calm", "busy"}));
  EXPECT_EQ(series.values, (std::vector<float>{1, -1, -3, 4}));
  EXPECT_EQ(series.offsets, (std::vector<int64_t>{0, 3, 4}));
  EXPECT_EQ(read_labelled_series(path, {.missing = MissingSteps::interpolate}, Targets::ignored)
                .targets_per_series,
            0);
}

TEST(SeriesTsf, NamesAFault) {
  const TestFolder folder;
  const auto error_of = [&](const std::string& bytes, const std::string& target) {
    const auto path = folder.write("x.tsf", bytes);
    return message_of(
        [&] { read_labelled_series(path, {.target_columns = {target}}, Targets::required); });
  };
  EXPECT_TRUE(contains(error_of(kTsfHeader + "a:b:c:1\n", "label"), "no attribute \"label\""));
  EXPECT_TRUE(contains(error_of(kTsfHeader, "kind"), "holds a header and no series"));
  EXPECT_TRUE(
      contains(error_of(kTsfHeader + "a:b\n", "kind"), "x.tsf:10: 3 attributes were expected"));
  EXPECT_TRUE(contains(error_of(kTsfHeader + "a:b:c:x\n", "kind"), "x.tsf:10: value 1: \"x\""));
  EXPECT_TRUE(
      contains(error_of(kTsfHeader + "a:b:?:1\n", "kind"), "x.tsf:10: the target is missing"));
}

}  // namespace
}  // namespace mnemo
