// Lists whose links live in the elements: joining and leaving allocate nothing and cost a few stores.
#pragma once

#include <cstddef>

namespace weir {

// A place in at most one list. Leaves it when destroyed.
class ListHook {
 public:
  ListHook() = default;
  ListHook(const ListHook&) = delete;
  ListHook& operator=(const ListHook&) = delete;
  ~ListHook() { unlink(); }

  bool linked() const { return next_ != this; }
  void unlink() {
    previous_->next_ = next_;
    next_->previous_ = previous_;
    next_ = previous_ = this;
  }

 private:
  template <class T>
  friend class IntrusiveList;
  ListHook* previous_ = this;
  ListHook* next_ = this;
};

// A list of T, each linked by its base class ListHook (or one derived from it). The elements belong to
// others.
template <class T>
class IntrusiveList {
 public:
  bool empty() const { return !ends_.linked(); }

  // Moves `element` here from wherever it was linked.
  void push_back(T& element) {
    ListHook& hook = element;
    hook.unlink();
    hook.previous_ = ends_.previous_;
    hook.next_ = &ends_;
    ends_.previous_->next_ = &hook;
    ends_.previous_ = &hook;
  }

  T& front() { return static_cast<T&>(*ends_.next_); }
  T& back() { return static_cast<T&>(*ends_.previous_); }

  T& pop_front() {
    T& element = front();
    static_cast<ListHook&>(element).unlink();
    return element;
  }

  // Takes over all elements of `other`, in their order.
  void splice_back(IntrusiveList& other) {
    if (other.empty()) return;
    ListHook* first = other.ends_.next_;
    ListHook* last = other.ends_.previous_;
    other.ends_.next_ = other.ends_.previous_ = &other.ends_;
    first->previous_ = ends_.previous_;
    ends_.previous_->next_ = first;
    last->next_ = &ends_;
    ends_.previous_ = last;
  }

  // `visit` may unlink the element it is given.
  template <class Visit>
  void for_each(Visit visit) {
    for (ListHook* at = ends_.next_; at != &ends_;) {
      ListHook* next = at->next_;
      visit(static_cast<T&>(*at));
      at = next;
    }
  }

 private:
  ListHook ends_;
};

}  // namespace weir
