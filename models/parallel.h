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

}  // namespace mnemo
