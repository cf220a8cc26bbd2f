"""What becomes of a call whose provider has a fault: each of 12 kinds in each of 5 phases, where it can happen.

A model has two deployments, and the first of them is asked first. An outcome is what a caller gets who had only what
is broken: a status and a code, as nothing has been passed on yet; EVENT and a code, the last event of a stream that
had begun; or PASSED: what the provider said goes on as it came. So a status means that the other deployment answers
in its place, if it can. `python3 matrix.py` prints the section of docs/resilience.md.
"""

from typing import NamedTuple

KINDS = ("refused", "reset", "hung", "slow", "429", "429 with retry-after", "500", "503", "malformed", "truncated",
         "garbage", "DNS gone", "TLS broken")
PHASES = ("connect", "before the head", "after the head", "in the middle", "at the end")
CONNECT, BEFORE, AFTER, MIDDLE, END = PHASES
PLACES = dict(zip(PHASES, ("connect", "before_head", "after_head", "middle", "end")))  # as the mock calls them

EVENT = "event"
PASSED = ("passed", None)
NO_SUCH = ("no such", None)
FAILED = (502, "provider_failed")
MALFORMED = (502, "provider_malformed")
TIMEOUT = (504, "provider_timeout")
OVERLOADED = (503, "provider_overloaded")
LIMITED = (429, None)  # the provider's own words
THEN_FAILED = (EVENT, "provider_failed")
THEN_MALFORMED = (EVENT, "provider_malformed")
THEN_TIMEOUT = (EVENT, "provider_timeout")

RETRY_AFTER = "20s"  # longer than a call waits for (retry.cap)


class Row(NamedTuple):
    kind: str
    at: str
    whole: tuple  # what an unstreamed call gets
    stream: tuple  # what a streamed call gets
    # Who makes it: the simulated provider by this fault of its script; without one see `by`.
    fault: dict = {}
    by: str = "mock"  # "name": an address that has none; "tls": a listener whose encryption breaks
    # With the fault at both deployments.
    attempts: int = 3

    def survived(self, outcome: tuple) -> bool:
        return isinstance(outcome[0], int)


def mocked(kind: str, at: str, whole: tuple, stream: tuple, fault: str, attempts: int = 3, **more) -> Row:
    return Row(kind, at, whole, stream, {"kind": fault, "at": PLACES[at]} | more, attempts=attempts)


def of_status(kind: str, outcome: tuple, status: int, attempts: int = 3, **more) -> list[Row]:
    """Before the head it is the status; after it, where a stream's events are, an error among them."""
    return [mocked(kind, BEFORE, outcome, outcome, "status", attempts, status=status, **more),
            *(mocked(kind, at, NO_SUCH, told, "status", attempts, status=status) for at, told in EVENTS[kind])]


# A first event that is an error begins no answer. Later ones go on as they came.
EVENTS = {
    "429": [(AFTER, OVERLOADED), (MIDDLE, PASSED)],
    "429 with retry-after": [],  # an event has no header
    "500": [(AFTER, FAILED), (MIDDLE, PASSED)],
    "503": [(AFTER, OVERLOADED), (MIDDLE, PASSED)],
}

ROWS = [
    mocked("refused", CONNECT, FAILED, FAILED, "refuse"),
    mocked("reset", CONNECT, FAILED, FAILED, "reset"),
    mocked("reset", BEFORE, FAILED, FAILED, "reset"),
    # A head alone commits nothing: the status can still be told.
    mocked("reset", AFTER, FAILED, FAILED, "reset"),
    mocked("reset", MIDDLE, FAILED, THEN_FAILED, "reset"),
    # A stream has told its own end then, so it is over however its connection ends.
    mocked("reset", END, FAILED, PASSED, "reset"),
    mocked("hung", CONNECT, TIMEOUT, TIMEOUT, "hang"),
    mocked("hung", BEFORE, TIMEOUT, TIMEOUT, "hang"),
    mocked("hung", AFTER, TIMEOUT, TIMEOUT, "hang"),
    mocked("hung", MIDDLE, TIMEOUT, THEN_TIMEOUT, "hang"),
    mocked("hung", END, TIMEOUT, PASSED, "hang"),
    # A byte at a time: a whole answer has a deadline, and each byte of a stream is progress.
    mocked("slow", AFTER, TIMEOUT, PASSED, "drip", delay="20ms"),
    mocked("slow", MIDDLE, TIMEOUT, PASSED, "drip", delay="20ms"),
    *of_status("429", LIMITED, 429),
    *of_status("429 with retry-after", LIMITED, 429, attempts=2, retry_after=RETRY_AFTER),
    *of_status("500", FAILED, 500),
    *of_status("503", OVERLOADED, 503),
    # JSON is looked at where the whole of it is there; events go on as they come, and are the caller's to parse.
    mocked("malformed", AFTER, MALFORMED, PASSED, "malformed"),
    mocked("malformed", MIDDLE, MALFORMED, PASSED, "malformed"),
    mocked("truncated", BEFORE, FAILED, FAILED, "truncate"),
    mocked("truncated", AFTER, FAILED, FAILED, "truncate"),
    mocked("truncated", MIDDLE, FAILED, THEN_FAILED, "truncate"),
    mocked("truncated", END, FAILED, PASSED, "truncate"),
    mocked("garbage", BEFORE, MALFORMED, MALFORMED, "garbage"),
    # Whole: fewer bytes than were promised; stream: no chunks.
    mocked("garbage", AFTER, FAILED, MALFORMED, "garbage"),
    mocked("garbage", MIDDLE, FAILED, THEN_MALFORMED, "garbage"),
    Row("DNS gone", CONNECT, FAILED, FAILED, by="name"),
    Row("TLS broken", CONNECT, FAILED, FAILED, by="tls"),
    Row("TLS broken", BEFORE, FAILED, FAILED, by="tls"),
    Row("TLS broken", AFTER, FAILED, FAILED, by="tls"),
    Row("TLS broken", MIDDLE, FAILED, THEN_FAILED, by="tls"),
    Row("TLS broken", END, FAILED, PASSED, by="tls"),
]

NO_HEAD = "there is no request to answer yet"
NO_CONNECTION = "there is a connection"
IMPOSSIBLE = {
    **{(kind, at): NO_CONNECTION for kind in ("refused", "DNS gone") for at in PHASES if at != CONNECT},
    **{(kind, CONNECT): NO_HEAD for kind in EVENTS},
    **{(kind, END): "the answer is all there" for kind in EVENTS},
    **{("429 with retry-after", at): "an event has no such line" for at in (AFTER, MIDDLE)},
    ("slow", CONNECT): "the system makes connections; what does not come in time is hung",
    ("slow", BEFORE): "a head is written at once; silence before it is hung",
    ("slow", END): "one byte is not slow; silence before it is hung",
    ("malformed", CONNECT): "there is no answer to malform",
    ("malformed", BEFORE): "only a body has JSON",
    ("malformed", END): "JSON without its last byte is the same as in the middle",
    ("truncated", CONNECT): "a connection that ends at once is refused",
    ("garbage", CONNECT): "it answers no request: the same as before the head",
    ("garbage", END): "after the end is another answer",
}


# ---- For people ----------------------------------------------------------------------------------------------
def told(outcome: tuple) -> str:
    what, code = outcome
    if outcome == PASSED:
        return "goes on as it came"
    if outcome == NO_SUCH:
        return "has no events"
    if what == EVENT:
        return f"ends with the event `{code}`"
    return f"{what} `{code}`" if code else f"{what} in the provider's words"


def section() -> str:
    lines = [
        "## What each fault comes to",
        "",
        "Made from `tests/faults/matrix.py`; don't edit it here. Tests hold it by the program and in the simulation.",
        "",
        "A model has two deployments, and the one asked first has the fault. While nothing of an answer has gone on",
        "to its caller, the second is asked, and the caller notices nothing but `x-weir-attempts: 2`. What has",
        "begun is never asked for again: it ends with an event, or goes on as it came, after one attempt.",
        "",
        "So a status in this table is what the caller gets when both deployments have the fault: in its own",
        "dialect, with `x-should-retry: false`, after this many attempts, each within its deadlines.",
        "",
        "| fault | phase | a whole call | a streamed call | attempts |",
        "|---|---|---|---|---|",
        *(f"| {row.kind} | {row.at} | {told(row.whole)} | {told(row.stream)} | {attempts_of(row)} |" for row in ROWS),
        "",
        "The other pairs can't happen:",
        "",
        "| fault | phase | because |",
        "|---|---|---|",
        *(f"| {kind} | {at} | {why} |" for (kind, at), why in sorted(IMPOSSIBLE.items(), key=place_of)),
        "",
    ]
    return "\n".join(lines)


def attempts_of(row: Row) -> int:
    return row.attempts if row.survived(row.whole) or row.survived(row.stream) else 1


def place_of(item: tuple) -> tuple[int, int]:
    (kind, at), _ = item
    return KINDS.index(kind), PHASES.index(at)


# ---- For the simulation --------------------------------------------------------------------------------------
# How connecting fails in memory, and what a reset is seen as.
IO_ERRORS = {"mock": "reset", "name": "unresolved", "tls": "tls"}


def expectation(outcome: tuple) -> str:
    what, code = outcome
    if isinstance(what, int):
        return f'{{What::status, {what}, "{code or ""}"}}'
    return f'{{What::{what.replace(" ", "_")}, 200, "{code or ""}"}}'


def rule_of(row: Row) -> str:
    """There are no bytes of encryption in memory: it breaks as a connection does, and is seen as what it is."""
    fault = {"kind": "reset", "at": PLACES[row.at]} if row.by == "tls" and row.at != CONNECT else row.fault
    return ", ".join(f"{key}: {value}" for key, value in fault.items())


def rows_for_the_simulation() -> str:
    lines = ["// Made from tests/faults/matrix.py; don't edit it here."]
    for row in ROWS:
        lines += [f'{{"{row.kind}, {row.at}", "{rule_of(row)}", Kind::{IO_ERRORS[row.by]},',
                  f" {expectation(row.whole)}, {expectation(row.stream)}, {row.attempts}}},"]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    print(section(), end="")
