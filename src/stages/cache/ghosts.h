// Fingerprints of what was evicted lately, about as many as there are entries.
//
// A table of small buckets, in which what is forgotten is found out when it is looked at, as the authors of
// S3-FIFO propose (section 4.2): no queue, no links, 8 bytes a ghost.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace weir::cache {

// One thread at a time.
class Ghosts {
 public:
  // How many entries there are. Makes room for more than half and at most twice as many ghosts; none below 4
  // entries.
  void fit(std::size_t entries);
  void remember(std::uint32_t fingerprint);
  // Whether it is among the latest, as many as there is room for; it is forgotten then.
  bool take(std::uint32_t fingerprint);

 private:
  static constexpr std::size_t kBucket = 4;
  struct Ghost {
    std::uint32_t fingerprint = 0;
    std::uint32_t born = 0;  // 0: nobody
  };
  Ghost* bucket_of(std::uint32_t fingerprint);
  void place(Ghost ghost);
  void resize(std::size_t size);

  std::vector<Ghost> table_;  // empty, or a power of two of at least one bucket
  std::uint32_t births_ = 0;
};

}  // namespace weir::cache
