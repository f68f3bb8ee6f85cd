#include "models/parallel.h"

#include <ATen/Parallel.h>

#include <atomic>

namespace mnemo {

void for_each_on_threads(int64_t count, const std::function<void(int64_t)>& task) {
  std::atomic<int64_t> next = 0;
  at::parallel_for(0, at::get_num_threads(), 1, [&](int64_t begin, int64_t end) {
    for (int64_t worker = begin; worker < end; ++worker) {
      try {
        for (int64_t i = next++; i < count; i = next++) task(i);
      } catch (...) {
        next = count;  // the others stop as well
        throw;
      }
    }
  });
}

}  // namespace mnemo
