#include "cache/ghosts.h"

#include <algorithm>
#include <span>
#include <utility>

namespace weir::cache {

void Ghosts::fit(std::size_t entries) {
  if (entries >= 2 * table_.size() && entries >= kBucket) {
    resize(std::max(kBucket, 2 * table_.size()));
  } else if (entries < table_.size() / 2) {
    resize(table_.size() / 2 < kBucket ? 0 : table_.size() / 2);
  }
}

void Ghosts::resize(std::size_t size) {
  std::vector<Ghost> old = std::exchange(table_, std::vector<Ghost>(size));
  for (const Ghost& ghost : old) {
    if (ghost.born != 0) place(ghost);
  }
}

Ghosts::Ghost* Ghosts::bucket_of(std::uint32_t fingerprint) {
  return &table_[fingerprint * kBucket & (table_.size() - 1)];
}

void Ghosts::place(Ghost ghost) {
  if (table_.empty()) return;
  std::span<Ghost> bucket(bucket_of(ghost.fingerprint), kBucket);
  Ghost& oldest = *std::ranges::min_element(bucket, {}, &Ghost::born);
  if (oldest.born < ghost.born) oldest = ghost;
}

void Ghosts::remember(std::uint32_t fingerprint) {
  // After 2^32 births all are forgotten at once, which costs nothing but their second chance.
  if (++births_ == 0) {
    std::ranges::fill(table_, Ghost{});
    births_ = 1;
  }
  place({fingerprint, births_});
}

bool Ghosts::take(std::uint32_t fingerprint) {
  if (table_.empty()) return false;
  for (Ghost& ghost : std::span(bucket_of(fingerprint), kBucket)) {
    if (ghost.born == 0 || ghost.fingerprint != fingerprint) continue;
    bool recent = births_ - ghost.born < table_.size();
    ghost = {};
    return recent;
  }
  return false;
}

}  // namespace weir::cache
