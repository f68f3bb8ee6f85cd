#include "models/parallel.h"

#include <ATen/Parallel.h>
#include <ATen/TensorIterator.h>
#include <dlfcn.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <fstream>
#include <future>
#include <mutex>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace mnemo {
namespace {

// LibTorch computes with so many threads while this lives.
class Threads {
 public:
  explicit Threads(int count) : before_(at::get_num_threads()) { at::set_num_threads(count); }
  Threads(const Threads&) = delete;
  Threads& operator=(const Threads&) = delete;
  ~Threads() { at::set_num_threads(before_); }

 private:
  int before_;
};

class ThreadIds {
 public:
  void add_this_one() {
    const std::lock_guard lock(mutex_);
    ids_.insert(std::this_thread::get_id());
  }
  const std::set<std::thread::id>& all() const { return ids_; }

 private:
  std::mutex mutex_;
  std::set<std::thread::id> ids_;
};

// The files of OpenMP libraries that this process has loaded.
std::set<std::string> openmp_libraries() {
  std::set<std::string> found;
  std::ifstream maps("/proc/self/maps");
  for (std::string line; std::getline(maps, line);) {
    const auto slash = line.find('/');
    if (slash == std::string::npos) continue;
    const std::filesystem::path file = line.substr(slash);
    for (const auto* library : {"libgomp", "libomp", "libiomp"}) {
      if (file.filename().string().starts_with(library)) found.insert(file.string());
    }
  }
  return found;
}

TEST(ForEachRangeOnThreads, RunsOnLibTorchsOwnThreadsByItsOpenMpLibrary) {
  constexpr int kThreads = 3;
  const Threads threads(kThreads);
  ThreadIds ours, torchs;
  for_each_range_on_threads(kThreads, 1, [&](int64_t, int64_t) { ours.add_this_one(); });
  auto numbers = at::empty({kThreads}, at::kFloat);
  auto over_numbers = at::TensorIteratorConfig()
                          .check_all_same_dtype(false)
                          .resize_outputs(false)
                          .add_output(numbers)
                          .build();
  over_numbers.for_each([&](char**, const int64_t*, int64_t) { torchs.add_this_one(); },
                        /*grain_size=*/1);

  EXPECT_EQ(ours.all().size(), kThreads);
  EXPECT_EQ(ours.all(), torchs.all());
  const auto libraries = openmp_libraries();
  EXPECT_EQ(libraries.size(), 1) << testing::PrintToString(libraries);
}

TEST(ForEachRangeOnThreads, CoversEveryNumberOnceInNoMorePiecesThanAreWorthIt) {
  const Threads threads(3);
  for (const int64_t count : {0, 1, 2, 3, 10, 1000}) {
    for (const int64_t grain : {1, 4, 600, 2000}) {
      std::vector<std::atomic<int>> done(static_cast<size_t>(count));
      std::atomic<int64_t> ranges = 0;
      for_each_range_on_threads(count, grain, [&](int64_t begin, int64_t end) {
        ++ranges;
        for (int64_t i = begin; i < end; ++i) ++done[static_cast<size_t>(i)];
      });
      for (const auto& times : done) EXPECT_EQ(times, 1);
      EXPECT_EQ(ranges, std::min<int64_t>(3, (count + grain - 1) / grain))
          << count << " in pieces of " << grain;
    }
  }
}

TEST(ForEachRangeOnThreads, StaysOnItsThreadInsideATask) {
  const Threads threads(2);
  for_each_range_on_threads(2, 1, [](int64_t, int64_t) {
    const auto outer = std::this_thread::get_id();
    int ranges = 0;
    for_each_range_on_threads(100, 1, [&](int64_t begin, int64_t end) {
      ++ranges;
      EXPECT_EQ(std::this_thread::get_id(), outer);
      EXPECT_EQ(end - begin, 100);
    });
    EXPECT_EQ(ranges, 1);
  });
}

TEST(ForEachRangeOnThreads, ThrowsWhatATaskThrewOnAnyThread) {
  const Threads threads(3);
  for (const int64_t thrower : {0, 1, 2}) {
    const auto task = [&](int64_t begin, int64_t) {
      if (begin == thrower) throw std::runtime_error("one");
    };
    EXPECT_THROW(for_each_range_on_threads(3, 1, task), std::runtime_error) << thrower;
  }
}

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

// Returns how many threads MKL computes with on this one; nothing where LibTorch has none.
std::optional<int> mkl_threads() {
  const auto function = reinterpret_cast<int (*)()>(dlsym(RTLD_DEFAULT, "MKL_Get_Max_Threads"));
  return function == nullptr ? std::nullopt : std::optional(function());
}

TEST(CallerThreads, CountForTheThreadThatMadeThemWhileTheyLive) {
  const Threads threads(3);
  const auto mkl = mkl_threads();
  const auto of_a_new_thread = [] {
    return std::async(std::launch::async, [] { return at::get_num_threads(); }).get();
  };
  {
    const CallerThreads two(2);
    EXPECT_EQ(at::get_num_threads(), 2);
    EXPECT_EQ(mkl_threads(), mkl ? std::optional(2) : std::nullopt);
    EXPECT_EQ(of_a_new_thread(), 3);
    const CallerThreads one(1);
    EXPECT_EQ(at::get_num_threads(), 1);
  }
  EXPECT_EQ(at::get_num_threads(), 3);
  EXPECT_EQ(mkl_threads(), mkl);
  EXPECT_EQ(of_a_new_thread(), 3);
}

// A thread's first question to LibTorch sets it up, with the process's number.
TEST(CallerThreads, HoldOnAThreadThatLibTorchDoesNotKnowYet) {
  const Threads threads(3);
  std::async(std::launch::async, [] {
    const CallerThreads two(2);
    EXPECT_EQ(at::get_num_threads(), 2);
  }).get();
}

TEST(CallerThreads, CountForTheFirstLoopOfAThread) {
  const Threads process(3);
  auto counted = std::async(std::launch::async, [] {
    const CallerThreads one(1);
    for_each_range_on_threads(8, 1, [](int64_t, int64_t) {});
    return at::get_num_threads();
  });
  EXPECT_EQ(counted.get(), 1);
}

}  // namespace
}  // namespace mnemo
