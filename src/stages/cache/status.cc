#include "cache/status.h"

namespace weir::cache {
namespace {

using std::chrono::floor;
using std::chrono::seconds;

seconds none_below_zero(seconds time) { return std::max(time, seconds(0)); }

// RFC 9211 section 2.2: why the request went forward.
std::string_view forwarded_because(const Plan& plan) {
  if (!plan.may_keep && !plan.may_look) return "bypass";
  return plan.may_look ? "uri-miss" : "request";
}

void add_served_lines(const Plan& plan, const recording::AnswerFacts& facts, seconds left,
                      std::string_view detail, WallTime wall, http::HeaderLines& lines) {
  fmt::format_int ttl(left.count());
  std::string status;
  status.reserve(64);
  status.append("weir; hit; ttl=").append(ttl.data(), ttl.size()).append("; detail=").append(detail);
  lines.add("cache-status", status);
  fmt::format_int age(none_below_zero(floor<seconds>(wall - facts.made)).count());
  lines.add("age", {age.data(), age.size()});
  lines.add("x-weir-cache-key", to_hex(plan.key));
  if (plan.mode == recording::Mode::whole && facts.cost)
    lines.add("x-weir-saved-usd", to_dollars(*facts.cost));
}

}  // namespace

void add_hit_lines(const Plan& plan, const Served& served, TimePoint now, WallTime wall,
                   http::HeaderLines& lines) {
  auto left = none_below_zero(floor<seconds>(served.expires - now));
  add_served_lines(plan, served.answer->facts(), left, "memory", wall, lines);
}

void add_stale_lines(const Plan& plan, const Served& served, TimePoint now, WallTime wall,
                     http::HeaderLines& lines) {
  if (served.expires > now) return add_hit_lines(plan, served, now, wall, lines);
  auto left = floor<seconds>(served.expires - now);
  add_served_lines(plan, served.answer->facts(), left, "stale-if-error", wall, lines);
}

void add_forward_lines(const Plan& plan, Way way, bool stored, http::HeaderLines& lines) {
  std::string status;
  status.reserve(64);
  status.append("weir; fwd=").append(forwarded_because(plan));
  if (way == Way::joined) status += "; collapsed";
  if (stored) status += "; stored";
  if (!plan.detail.empty()) status.append("; detail=").append(plan.detail);
  lines.add("cache-status", status);
  if (plan.may_keep) lines.add("x-weir-cache-key", to_hex(plan.key));
}

Failure not_cached() {
  return {.kind = Failure::Kind::not_cached,
          .message =
              "There is no cached answer for this request, and only one of those was asked for "
              "(only-if-cached)."};
}

}  // namespace weir::cache
