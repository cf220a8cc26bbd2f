#include "cache/allocator.h"

#include <malloc.h>

namespace weir::cache {

void settle_allocator() {
  mallopt(M_ARENA_MAX, 1);
  mallopt(M_MMAP_THRESHOLD, 128 * 1024);
}

}  // namespace weir::cache
