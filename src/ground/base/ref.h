// Shared ownership with the count inside the object: for what many threads read and the last one frees.
#pragma once

#include <atomic>
#include <concepts>
#include <cstdint>
#include <utility>

namespace weir {

// Base of T: derive as `class Chunk : public RefCounted<Chunk>`. The last Ref calls `T::destroy(const T*)`,
// because such objects may own memory behind themselves.
template <class T>
class RefCounted {
  friend T;
  template <class>
  friend class Ref;
  RefCounted() = default;
  RefCounted(const RefCounted&) = delete;
  RefCounted& operator=(const RefCounted&) = delete;
  ~RefCounted() = default;
  mutable std::atomic<std::uint32_t> refs_ = 0;
};

// One owner of many. Copying is an atomic addition. The count itself is safe on any thread.
template <class T>
class Ref {
 public:
  Ref() = default;
  explicit Ref(T* object) : object_(object) { add(); }
  Ref(const Ref& other) : object_(other.object_) { add(); }
  Ref(Ref&& other) noexcept : object_(std::exchange(other.object_, nullptr)) {}
  // A Ref<T> becomes a Ref<const T>.
  template <class U>
    requires std::convertible_to<U*, T*>
  Ref(Ref<U> other) noexcept : object_(other.release()) {}
  Ref& operator=(Ref other) noexcept {
    std::swap(object_, other.object_);
    return *this;
  }
  ~Ref() {
    if (object_ != nullptr && object_->refs_.fetch_sub(1, std::memory_order_acq_rel) == 1)
      T::destroy(object_);
  }

  T* get() const { return object_; }
  T& operator*() const { return *object_; }
  T* operator->() const { return object_; }
  explicit operator bool() const { return object_ != nullptr; }

 private:
  template <class>
  friend class Ref;
  T* release() { return std::exchange(object_, nullptr); }
  void add() {
    if (object_ != nullptr) object_->refs_.fetch_add(1, std::memory_order_relaxed);
  }
  T* object_ = nullptr;
};

}  // namespace weir
