#include "datasets/adding_problem.h"

#include <gtest/gtest.h>

#include <cmath>
#include <set>

#include "common/files.h"
#include "datasets/series/labelled_series.h"
#include "tests/common/test_helpers.h"

namespace mnemo {
namespace {

TEST(AddingProblem, MarksTwoNumbersOfEachSeriesAndAsksForTheirSum) {
  const TestFolder folder;
  const auto path = folder.path() / "adding.ts";
  write_adding_problem({.length = 7, .rows = 400, .seed = 3}, path);
  const auto data = read_labelled_series(path, {}, Targets::required);
  ASSERT_EQ(data.size(), 400);
  ASSERT_EQ(data.width(), 2);
  ASSERT_EQ(data.targets_per_series, 1);
  std::set<int64_t> firsts, seconds;
  double error_of_one = 0.0;
  for (int64_t i = 0; i < data.size(); ++i) {
    ASSERT_EQ(data.length(i), 7);
    const float* steps = data.values.data() + data.offsets[static_cast<size_t>(i)] * 2;
    double sum = 0.0;
    std::vector<int64_t> marked;
    for (int64_t t = 0; t < 7; ++t) {
      const float number = steps[2 * t], marker = steps[2 * t + 1];
      EXPECT_GE(number, 0.0F);
      EXPECT_LT(number, 1.0F);
      if (marker == 0.0F) continue;
      EXPECT_EQ(marker, 1.0F);
      marked.push_back(t);
      sum += static_cast<double>(number);
    }
    ASSERT_EQ(marked.size(), 2U);
    EXPECT_LT(marked[0], 3);
    EXPECT_GE(marked[1], 3);
    firsts.insert(marked[0]);
    seconds.insert(marked[1]);
    const double target = std::stod(data.targets[static_cast<size_t>(i)]);
    EXPECT_NEAR(target, sum, 1e-6);
    error_of_one += (target - 1.0) * (target - 1.0) / 400.0;
  }
  EXPECT_EQ(firsts.size(), 3U) << "each step of the first half";
  EXPECT_EQ(seconds.size(), 4U);
  EXPECT_NEAR(error_of_one, 1.0 / 6.0, 0.04);
}

TEST(AddingProblem, DependsOnItsOptionsAlone) {
  const TestFolder folder;
  const auto bytes = [&](const AddingProblemOptions& options) {
    write_adding_problem(options, folder.path() / "adding.ts");
    return read_file(folder.path() / "adding.ts");
  };
  const AddingProblemOptions options{.length = 5, .rows = 3, .seed = 1};
  EXPECT_EQ(bytes(options), bytes(options));
  EXPECT_NE(bytes(options), bytes({.length = 5, .rows = 3, .seed = 2}));
  const std::string text = bytes(options);
  // On every machine and with every standard library.
  EXPECT_TRUE(
      contains(text, "@data\n0.311528,0.432462,0.659930,0.575246,0.931384:0,1,0,0,1:1.363846\n"));
}

}  // namespace
}  // namespace mnemo
