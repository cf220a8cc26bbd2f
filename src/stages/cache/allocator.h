// How malloc must be set for the memory budget to be true.
#pragma once

namespace weir::cache {

// Once, at the start of main, before there is another thread.
//
// glibc gives threads arenas of their own, and what one thread frees goes back to the arena of the one that
// allocated it. Each arena grows to its own worst moment, so a full cache of 256 MiB under churn by four
// threads took 11 to 27 % more than was counted; with one arena it takes 1 to 7 %. (mimalloc: 13 to 45 %,
// jemalloc: 12 to 50 %: their size classes are coarse for bodies of any size.) The threshold above which
// glibc maps an allocation on its own is fixed, because it would rise to 32 MiB as such are freed, and large
// answers would leave holes (12 % instead of 1 % at 1 MiB).
void settle_allocator();

}  // namespace weir::cache
