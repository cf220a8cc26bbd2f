"""What the figures are held against (docs/performance.md says where each promise is made)."""

import dataclasses

from figures import Result, Row

MARGIN = 0.1  # a busy machine's share; --gate fails beyond it


@dataclasses.dataclass(frozen=True)
class Promise:
    scenario: str
    row: str
    column: str
    most: float
    words: str
    gated: bool = False


PROMISES = [
    Promise("pass-2k", "cpu_network", "ratio", 1.25, "network threads at most 1.25 times nginx's CPU",
            gated=True),
    Promise("pass-2k", "cpu", "ratio", 1.6, "whole process at most 1.60 times nginx's CPU", gated=True),
    Promise("latency", "p99", "added", 100, "added p99 at most 100 µs"),
    Promise("hit-1k", "cpu", "ratio", 0.75, "CPU a hit at most 0.75 times nginx's"),
    Promise("hit-16k", "cpu", "ratio", 0.75, "CPU a hit at most 0.75 times nginx's"),
    # Whole microseconds: below 300 is at most 299.
    Promise("hit-latency", "p99_1k", "weir", 299, "p99 of a 1 KB request's hit below 0.3 ms"),
    Promise("hit-latency", "p99_16k", "weir", 299, "p99 of a 16 KB request's hit below 0.3 ms"),
    Promise("streams-1000", "all_p99", "ratio", 1.5, "p99 of every event's delay at most 1.50 times nginx's"),
    Promise("join", "p99", "weir", 2, "a late joiner gets what has come so far within 2 ms, at p99"),
    Promise("overhead", "cpu", "added", 1.5, "what is seen costs at most 1.5 µs of CPU a request"),
    Promise("streams-4000", "memory", "weir", 32, "memory a stream at most 32 KiB"),
    Promise("footprint", "idle", "weir", 25e6 / 2**20, "idle at most 25 MB (23.8 MiB)"),
    Promise("footprint", "binary_stripped", "weir", 15, "stripped binary at most 15 MB"),
]


def _busy_for_nginx_too(promise: Promise, row: Row) -> bool:
    """A delay that is promised outright, not beside nginx's, is missed by both when there is no free core."""
    nginx = row.cells.get("nginx")
    return promise.column == "weir" and row.unit in ("µs", "ms") and nginx is not None \
        and nginx.median > promise.most


def judge(results: list[Result]) -> bool:
    """Writes a verdict into each result; False when a gated promise is missed by more than MARGIN."""
    held = True
    by_name = {result.name: result for result in results}
    for promise in PROMISES:
        result = by_name.get(promise.scenario)
        row = next((row for row in result.rows if row.key == promise.row), None) if result else None
        if not result or not row:
            continue
        spread = row.cells[promise.column]
        over = spread.median - promise.most
        verdict = "met" if over <= 0 else f"missed by {over:,.2f}"
        if spread.low <= promise.most < spread.high:
            verdict += " by the median, but rounds lie on both sides: this run does not settle it"
        if over > 0 and _busy_for_nginx_too(promise, row):
            verdict += ", and nginx is beyond it too: the machine is too busy to tell"
        result.verdicts.append(f"Promise: {promise.words}: {verdict}.")
        if promise.gated and over > MARGIN:
            held = False
    for name in ("streams-1000", "streams-4000"):
        if result := by_name.get(name):
            lost = 100 - result.row("complete").cells["weir"].low
            verdict = "met" if lost == 0 else f"missed, {lost:.2f} % dropped"
            result.verdicts.append(f"Promise: none dropped: {verdict}.")
    return held
