#!/usr/bin/env python3
"""A provider that streams: EVENTS events of EVENT_BYTES bytes, one every INTERVAL seconds, each with the time
it was sent (monotonic, which all processes of a machine share).

    stream_upstream.py PORT
"""

import asyncio
import re
import signal
import sys
import time

EVENTS = 8
EVENT_BYTES = 512  # together the 4 KiB answer of the promise
INTERVAL = 1.0
HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n"
BEFORE = (b'data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1,"model":"m",'
          b'"choices":[{"index":0,"delta":{"content":"sent=')
AFTER = b'"},"finish_reason":null}]}\n\n'


def chunk(data: bytes) -> bytes:
    return b"%x\r\n%b\r\n" % (len(data), data)


def event() -> bytes:
    sent = b"%d;" % time.monotonic_ns()
    return chunk(BEFORE + sent.ljust(EVENT_BYTES - len(BEFORE) - len(AFTER), b".") + AFTER)


class Call(asyncio.Protocol):
    """One connection; its calls come one after another."""

    def __init__(self) -> None:
        self._received = b""
        self._timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def connection_lost(self, _: Exception | None) -> None:
        if self._timer:
            self._timer.cancel()

    def data_received(self, data: bytes) -> None:
        self._received += data
        head, end, body = self._received.partition(b"\r\n\r\n")
        length = re.search(rb"(?i)content-length: *(\d+)", head)
        if end and length and len(body) >= int(length[1]):
            self._received = body[int(length[1]):]
            self._transport.write(HEAD + event())
            self._later(EVENTS - 1)

    def _later(self, left: int) -> None:
        self._timer = asyncio.get_running_loop().call_later(INTERVAL, self._next, left)

    def _next(self, left: int) -> None:
        if left:
            self._transport.write(event())
            self._later(left - 1)
        else:
            self._transport.write(chunk(b"data: [DONE]\n\n") + b"0\r\n\r\n")


async def main(port: int) -> None:
    loop = asyncio.get_running_loop()
    ended = asyncio.Event()
    loop.add_signal_handler(signal.SIGTERM, ended.set)
    server = await loop.create_server(Call, "127.0.0.1", port, backlog=4096)
    await ended.wait()
    server.close()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))
