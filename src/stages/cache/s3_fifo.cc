#include "cache/s3_fifo.h"

namespace weir::cache {
namespace {

// The paper's figures: a tenth of the bytes, more than one hit, two bits of frequency.
constexpr std::uint64_t kSmallPart = 10;
constexpr std::uint8_t kHitsToStay = 2;
constexpr std::uint8_t kMaxFrequency = 3;

}  // namespace

void S3Fifo::insert(Evictable& entry) {
  entry.frequency = 0;
  ghosts_.fit(++count_);
  push(ghosts_.take(entry.fingerprint) ? kMain : kSmall, entry);
}

void S3Fifo::hit(Evictable& entry) {
  if (entry.frequency < kMaxFrequency) ++entry.frequency;
}

void S3Fifo::remove(Evictable& entry) {
  queue_of(entry).bytes -= entry.bytes;
  entry.unlink();
  left();
}

Evictable* S3Fifo::victim() {
  // Each turn evicts, promotes or takes one from a frequency, so it ends.
  while (count_ > 0) {
    bool small_is_large = small_.bytes * kSmallPart >= small_.bytes + main_.bytes;
    bool from_small = main_.entries.empty() || (small_is_large && !small_.entries.empty());
    Evictable* victim = from_small ? oldest_of_small() : oldest_of_main();
    if (victim == nullptr) continue;
    left();
    return victim;
  }
  return nullptr;
}

Evictable* S3Fifo::oldest_of_small() {
  Evictable& oldest = pop(small_);
  if (oldest.frequency >= kHitsToStay) {
    oldest.frequency = 0;
    push(kMain, oldest);
    return nullptr;
  }
  ghosts_.remember(oldest.fingerprint);
  return &oldest;
}

Evictable* S3Fifo::oldest_of_main() {
  Evictable& oldest = pop(main_);
  if (oldest.frequency == 0) return &oldest;
  --oldest.frequency;
  push(kMain, oldest);
  return nullptr;
}

void S3Fifo::push(Place place, Evictable& entry) {
  entry.queue = place;
  Queue& queue = queue_of(entry);
  queue.entries.push_back(entry);
  queue.bytes += entry.bytes;
}

Evictable& S3Fifo::pop(Queue& queue) {
  Evictable& oldest = queue.entries.pop_front();
  queue.bytes -= oldest.bytes;
  return oldest;
}

}  // namespace weir::cache
