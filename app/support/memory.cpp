#include "app/support/memory.h"

#include <cstdlib>

#ifdef __GLIBC__
#include <malloc.h>
#endif

namespace mnemo {

void keep_freed_memory() {
#ifdef __GLIBC__
  constexpr int kLargest = 1 << 30;  // bytes of what is kept; more is mapped by itself, as ever
  // Versions that refuse such a threshold are left alone: the second call by itself would only stop
  // them from adapting.
  if (mallopt(M_MMAP_THRESHOLD, kLargest) == 1) mallopt(M_TRIM_THRESHOLD, kLargest);
#endif
}

bool is_out_of_memory(std::string_view message) {
  return message.find("can't allocate memory") != std::string_view::npos ||
         message.find("out of memory") != std::string_view::npos;
}

}  // namespace mnemo
