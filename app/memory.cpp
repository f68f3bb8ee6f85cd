#include "app/memory.h"

#include <malloc.h>

namespace mnemo {

void keep_freed_memory() {
#ifdef __GLIBC__
  constexpr int kLargest = 1 << 30;  // bytes of what is kept; more is mapped by itself, as ever
  mallopt(M_MMAP_THRESHOLD, kLargest);
  mallopt(M_TRIM_THRESHOLD, kLargest);
#endif
}

}  // namespace mnemo
