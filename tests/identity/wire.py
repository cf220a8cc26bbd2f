"""How a request and an answer may be put on the wire: the same bytes, whole, in chunks, until close, encoded."""

import gzip
import random
import zlib
from typing import Callable, NamedTuple

from harness.framing import LARGE, at_every_byte, at_random, chunked
from harness.http1 import head_lines

Headers = list[tuple[str, str]]


class OnWire(NamedTuple):
    headers: Headers  # framing and coding
    payload: bytes
    closes: bool = False


def whole(body: bytes, _: random.Random) -> OnWire:
    return OnWire([("content-length", str(len(body)))], body)


def chunk_a_byte(body: bytes, _: random.Random) -> OnWire:
    return OnWire([("transfer-encoding", "chunked")], chunked(at_every_byte(body)))


def random_chunks(body: bytes, source: random.Random) -> OnWire:
    return OnWire([("transfer-encoding", "chunked")], chunked(at_random(body, source)))


def until_close(body: bytes, _: random.Random) -> OnWire:
    return OnWire([], body, closes=True)


def gzip_whole(body: bytes, _: random.Random) -> OnWire:
    packed = gzip.compress(body, mtime=0)
    return OnWire([("content-encoding", "gzip"), ("content-length", str(len(packed)))], packed)


def deflate_chunks(body: bytes, source: random.Random) -> OnWire:
    packed = zlib.compress(body)
    return OnWire([("content-encoding", "deflate"), ("transfer-encoding", "chunked")],
                  chunked(at_random(packed, source)))


Framing = Callable[[bytes, random.Random], OnWire]
REQUESTS: dict[str, Framing] = {"whole": whole, "a chunk a byte": chunk_a_byte, "random chunks": random_chunks}
ANSWERS: dict[str, Framing] = REQUESTS | {
    "until close": until_close, "gzip": gzip_whole, "deflate in chunks": deflate_chunks}
BYTE_BY_BYTE_MOST = 2048  # a request of this size is also sent with a write for each of its bytes


class Variant(NamedTuple):
    request: str
    answer: str
    each_byte_a_write: bool = False


def variants_for(request: bytes, answer: bytes) -> list[Variant]:
    """All pairs; for large bodies each framing once on either side."""
    if len(request) > LARGE or len(answer) > LARGE:
        requests = [*REQUESTS, *REQUESTS]
        pairs = [Variant(request, answer) for request, answer in zip(requests, ANSWERS)]
    else:
        pairs = [Variant(request, answer) for request in REQUESTS for answer in ANSWERS]
    if len(request) <= BYTE_BY_BYTE_MOST:
        pairs.append(Variant("whole", "random chunks", each_byte_a_write=True))
    return pairs


def writes_of(first_line: str, headers: Headers, wire: OnWire, source: random.Random) -> list[bytes]:
    """Head and body in a few writes, cut anywhere."""
    lines = "".join(f"{name}: {value}\r\n" for name, value in [*headers, *wire.headers])
    return at_random(head_lines(first_line, {})[:-2] + lines.encode("latin-1") + b"\r\n" + wire.payload, source, 8)
