// Work shared out among LibTorch's threads.
#pragma once

#include <cstdint>
#include <functional>

namespace mnemo {

// Calls task(0) to task(count - 1), each once, on as many threads as LibTorch computes with: a
// thread that is done takes the next number. LibTorch's operators inside a task stay on its thread.
// An exception ends the work and is thrown here.
void for_each_on_threads(int64_t count, const std::function<void(int64_t)>& task);

}  // namespace mnemo
