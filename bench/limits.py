"""What a request may cost in things that are counted: the gate of `script/bench --counts --gate`."""

import dataclasses

from figures import Result
from report import number

# Runs differ by 1 %, on a busy machine too, so this is not for noise alone. It is below 1/16: where there are
# up to 16 of a thing a request, one more is always found. So many more instructions somebody should have
# meant.
HEADROOM = 1.06


@dataclasses.dataclass(frozen=True)
class Limit:
    scenario: str
    row: str
    usual: float  # as measured when this line was last changed
    thing: str

    @property
    def most(self) -> float:
        return self.usual * HEADROOM


LIMITS = [
    Limit("counts", "system_calls", 6.04, "system calls of a call that is passed on"),
    Limit("counts", "instructions", 57_700, "instructions of a call that is passed on"),
    Limit("counts", "allocations", 14.0, "allocations of a call that is passed on"),
    Limit("counts-hit", "system_calls", 3.03, "system calls of a cache hit"),
    Limit("counts-hit", "instructions", 62_200, "instructions of a cache hit"),
    Limit("counts-hit", "allocations", 4.00, "allocations of a cache hit"),
]


def grown(results: list[Result]) -> list[str]:
    """A sentence for each count beyond its limit."""
    by_name = {result.name: result for result in results}
    sentences = []
    for limit in LIMITS:
        if not (result := by_name.get(limit.scenario)):
            continue
        counted = result.row(limit.row).cells["weir"].median
        if counted > limit.most:
            sentences.append(
                f"{limit.thing} grew from {number(limit.usual)} to {number(counted)}; at most "
                f"{number(limit.most)} pass. Find what changed (`script/bench --counts` lists the busiest "
                "places), or, when it is worth its price, write the new count into bench/limits.py.")
    return sentences
