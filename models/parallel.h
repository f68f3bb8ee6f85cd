// Work shared out among LibTorch's threads. LibTorch's operators inside a task stay on its thread.
// An exception ends the work and is thrown here.
#pragma once

#include <c10/util/FunctionRef.h>

#include <cstdint>

namespace mnemo {

// Calls task(begin, end) for equal ranges that cover 0 to count - 1, at most one a thread and no
// more than make `count` in pieces of `grain`: at::parallel_for's.
void for_each_range_on_threads(int64_t count, int64_t grain,
                               c10::function_ref<void(int64_t, int64_t)> task);

// Calls task(0) to task(count - 1), each once, on as many threads as LibTorch computes with: a
// thread that is done takes the next number.
void for_each_on_threads(int64_t count, c10::function_ref<void(int64_t)> task);

// While it lives, LibTorch computes with so many threads where this thread asks it to.
// at::set_num_threads would tell other threads, too: those that have not asked LibTorch for
// anything yet, and those to come. To be destroyed by the thread that made it.
class CallerThreads {
 public:
  explicit CallerThreads(int64_t threads);
  ~CallerThreads();
  CallerThreads(const CallerThreads&) = delete;
  CallerThreads& operator=(const CallerThreads&) = delete;

 private:
  int openmp_before_;
  int mkl_before_;
};

}  // namespace mnemo
