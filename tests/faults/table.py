"""What a caller gets for each fault of the simulated provider (CONTRACT "Mock script and ledger") at each place.

An outcome is a status and a code in weir's own words, before anything was sent; or EVENT and a code, the last event of
a stream that had begun; or PASSED: what the provider said, byte for byte.
"""

from typing import NamedTuple

KINDS = ("refuse", "reset", "hang", "status", "malformed", "truncate", "drip", "oversized", "garbage")
PLACES = ("connect", "before_head", "after_head", "middle", "end")

EVENT = "event"
PASSED = ("passed", None)
FAILED = (502, "provider_failed")
MALFORMED = (502, "provider_malformed")
TIMEOUT = (504, "provider_timeout")
THEN_FAILED = (EVENT, "provider_failed")
THEN_MALFORMED = (EVENT, "provider_malformed")
THEN_TIMEOUT = (EVENT, "provider_timeout")


class Row(NamedTuple):
    kind: str
    at: str
    whole: tuple  # what an unstreamed call gets
    stream: tuple  # what a streamed call gets
    more: dict = {}  # of the fault, in the script


ROWS = [
    Row("refuse", "connect", FAILED, FAILED),
    Row("reset", "connect", FAILED, FAILED),
    Row("hang", "connect", TIMEOUT, TIMEOUT),
    Row("reset", "before_head", FAILED, FAILED),
    Row("hang", "before_head", TIMEOUT, TIMEOUT),
    Row("truncate", "before_head", FAILED, FAILED),
    Row("oversized", "before_head", MALFORMED, MALFORMED, {"size": "3MiB"}),
    Row("garbage", "before_head", MALFORMED, MALFORMED),
    # A head alone commits nothing: the status can still be told.
    Row("reset", "after_head", FAILED, FAILED),
    Row("hang", "after_head", TIMEOUT, TIMEOUT),
    Row("truncate", "after_head", FAILED, FAILED),
    Row("garbage", "after_head", FAILED, MALFORMED),  # whole: fewer bytes than were promised; stream: no chunks
    Row("reset", "middle", FAILED, THEN_FAILED),
    Row("hang", "middle", TIMEOUT, THEN_TIMEOUT),
    Row("truncate", "middle", FAILED, THEN_FAILED),
    Row("garbage", "middle", FAILED, THEN_MALFORMED),
    # A stream has told its own end then, so it is over however its connection ends.
    Row("reset", "end", FAILED, PASSED),
    Row("hang", "end", TIMEOUT, PASSED),
    Row("truncate", "end", FAILED, PASSED),
    # JSON is looked at where the whole of it is there; events go on as they come, and are the caller's to parse.
    Row("malformed", "after_head", MALFORMED, PASSED),
    Row("malformed", "middle", MALFORMED, PASSED),
    # A whole answer has a deadline; each byte of a stream is progress.
    Row("drip", "after_head", TIMEOUT, PASSED),
    Row("drip", "middle", TIMEOUT, PASSED),
    # An error among a stream's events: as its first it begins no answer, later ones are the caller's to read. What
    # isn't streamed has only its status.
    Row("status", "after_head", FAILED, FAILED, {"status": 500}),
    Row("status", "middle", FAILED, PASSED, {"status": 500}),
    # A whole answer is held in memory, so it has a limit; a stream is passed on however long its events are.
    Row("oversized", "after_head", MALFORMED, PASSED, {"size": "3MiB"}),
    Row("oversized", "middle", MALFORMED, PASSED, {"size": "3MiB"}),
]

# Why a fault can't be at a place; the table of `status` before the head is below.
IMPOSSIBLE = {
    ("refuse", "before_head"): "who has read a request has not refused its connection",
    ("refuse", "after_head"): "likewise",
    ("refuse", "middle"): "likewise",
    ("refuse", "end"): "likewise",
    ("status", "connect"): "there is no request to answer yet",
    ("status", "end"): "the answer is all there",
    ("malformed", "connect"): "there is no answer to malform",
    ("malformed", "before_head"): "only a body has JSON",
    ("malformed", "end"): "JSON without its last byte is the same as in the middle",
    ("truncate", "connect"): "to end a connection at once is to refuse it",
    ("drip", "connect"): "there is nothing to send",
    ("drip", "before_head"): "a head is written at once; silence before it is a hang",
    ("drip", "end"): "one byte is no drip",
    ("oversized", "connect"): "there is nothing to send",
    ("oversized", "end"): "the length was said in the head",
    ("garbage", "connect"): "it would answer no request: the same as before_head",
    ("garbage", "end"): "after the end is another answer",
}

HANDED_ON = "the provider's own words"
# CONTRACT "Provider's answer to caller's answer": the provider's status, the caller's, the code.
STATUSES = [
    *[(status, status, HANDED_ON) for status in (400, 404, 405, 408, 409, 410, 413, 415, 418, 422, 429, 451, 499)],
    *[(status, 502, "provider_auth") for status in (401, 402, 403)],
    *[(status, 502, "provider_failed") for status in (500, 501, 502, 504, 505, 520, 599)],
    *[(status, 503, "provider_overloaded") for status in (503, 529)],
]
