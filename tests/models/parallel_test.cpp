#include "models/parallel.h"

#include <gtest/gtest.h>

#include <atomic>
#include <stdexcept>
#include <vector>

namespace mnemo {
namespace {

TEST(ForEachOnThreads, DoesEveryTaskOnce) {
  for (const int64_t count : {0, 1, 3, 1000}) {
    std::vector<std::atomic<int>> done(static_cast<size_t>(count));
    for_each_on_threads(count, [&](int64_t i) { ++done[static_cast<size_t>(i)]; });
    for (const auto& times : done) EXPECT_EQ(times, 1);
  }
}

TEST(ForEachOnThreads, EndsAtAnExceptionAndThrowsIt) {
  std::atomic<int64_t> begun = 0;
  const auto task = [&](int64_t) {
    ++begun;
    throw std::runtime_error("one");
  };
  EXPECT_THROW(for_each_on_threads(1'000'000, task), std::runtime_error);
  EXPECT_LT(begun, 1000);
}

}  // namespace
}  // namespace mnemo
