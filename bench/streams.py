"""Many streams open at once, through a proxy: how late each event came, and what a stream costs in memory."""

import asyncio
import contextlib
import dataclasses
import re
import time
from typing import Callable

import stream_upstream
from figures import Failure
from load import PATH, chat_request

RAMP = 2.0  # seconds over which the streams are opened, so that their events do not come all at once
SENT = re.compile(rb"sent=(\d+);")


@dataclasses.dataclass
class Streams:
    complete: int
    first_ms: list[float]  # delay of each stream's first event
    all_ms: list[float]    # delay of every event
    resident_kib: float    # while all were open

    @staticmethod
    def percentile(values: list[float], share: float) -> float:
        ordered = sorted(values)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


class Stream(asyncio.Protocol):
    def __init__(self, request: bytes, measured: Streams, ended: Callable[[], None]):
        self._request, self._measured, self._ended = request, measured, ended
        self._seen = 0
        self._tail = b""
        self._done = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        transport.write(self._request)

    def data_received(self, data: bytes) -> None:
        now = time.monotonic_ns()
        text = self._tail + data
        cut = 0
        for match in SENT.finditer(text):
            delay = (now - int(match[1])) / 1e6
            self._measured.all_ms.append(delay)
            if self._seen == 0:
                self._measured.first_ms.append(delay)
            self._seen += 1
            cut = match.end()
        self._tail = text[max(cut, len(text) - 64):]
        if self._tail.endswith(b"0\r\n\r\n"):
            self._done = self._seen == stream_upstream.EVENTS and b"data: [DONE]\n\n" in self._tail
            self._transport.close()

    def connection_lost(self, _: Exception | None) -> None:
        self._measured.complete += self._done
        self._ended()


async def _run(port: int, count: int, resident: Callable[[], float]) -> Streams:
    loop = asyncio.get_running_loop()
    body = chat_request(2048, stream=True)
    head = (f"POST {PATH} HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\n"
            f"authorization: Bearer sk-bench\r\ncontent-length: {len(body)}\r\n\r\n")
    measured = Streams(0, [], [], 0.0)
    left = asyncio.Semaphore(0)
    begun = loop.time()
    for i in range(count):
        await asyncio.sleep(max(0.0, begun + RAMP * i / count - loop.time()))
        await loop.create_connection(lambda: Stream(head.encode() + body, measured, left.release),
                                     "127.0.0.1", port)
    # All are open from here until the first of them ends.
    wait = begun + stream_upstream.EVENTS * stream_upstream.INTERVAL - 1.0 - loop.time()
    if wait < 0:
        raise Failure(f"Too busy a machine: the first of {count} streams ended before the last began.")
    await asyncio.sleep(wait)
    measured.resident_kib = resident()
    with contextlib.suppress(TimeoutError):  # streams that never end are not complete
        async with asyncio.timeout(30):
            for _ in range(count):
                await left.acquire()
    return measured


def run(port: int, count: int, resident: Callable[[], float]) -> Streams:
    """`count` streams at once; `resident` is asked while all of them are open."""
    return asyncio.run(_run(port, count, resident))
