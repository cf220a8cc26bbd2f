"""Many calls at once, at a pace, and what came of each."""

import asyncio
import pathlib
import re
import sys
import threading
import time
from typing import Awaitable, Callable, NamedTuple

sys.path.insert(0, str(pathlib.Path(__file__).parents[1]))

from harness.http1 import PATIENCE, post  # noqa: E402

PATH = "/v1/chat/completions"
DEPLOYMENT = re.compile(rb"\r\nx-weir-deployment: (\S+)\r\n")
ERROR = re.compile(rb'"error":\{')


class Call(NamedTuple):
    """One that is over."""

    begun: float  # time.monotonic, as the rate wanted it
    took: float
    status: int
    deployment: str
    whole: bool  # an answer to its end, whatever it says
    fine: bool  # a whole one, and no error in it
    text: bytes

    @property
    def ended(self) -> float:
        return self.begun + self.took


Begin = Callable[[float], Awaitable[None]]  # a call, due at a time of time.monotonic; may be awaited
Pace = Callable[[Begin, threading.Event], Awaitable[None]]  # until the event is set


def steadily(rate: float) -> Pace:
    """As many a second, whether or not earlier ones have been answered."""

    async def pace(begin: Begin, over: threading.Event) -> None:
        start, begun = time.monotonic(), 0
        while not over.is_set():
            wanted = start + begun / rate
            if (early := wanted - time.monotonic()) > 0:
                await asyncio.sleep(early)
            begin(wanted)
            begun += 1

    return pace


def by_callers(count: int) -> Pace:
    """As many callers, each of whom calls again as soon as an answer is there."""

    async def caller(begin: Begin, over: threading.Event) -> None:
        while not over.is_set():
            await begin(time.monotonic())

    async def pace(begin: Begin, over: threading.Event) -> None:
        await asyncio.gather(*(caller(begin, over) for _ in range(count)))

    return pace


class Load:
    """`with Load(port, model, steadily(200)) as load:`; every other call is streamed. What ended is in `calls`."""

    def __init__(self, port: int, model: str, pace: Pace):
        self._port, self._pace = port, pace
        usual = {"model": model, "messages": [{"role": "user", "content": "hi"}]}
        self._requests = [post(PATH, usual | {"stream": stream}, {"connection": "close"}) for stream in (False, True)]
        self.calls: list[Call] = []  # whole ones are put in by the load's thread, and read by anybody
        self.begun = 0
        self._over = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._drive()))

    def __enter__(self) -> "Load":
        self._thread.start()
        return self

    def __exit__(self, *_) -> None:
        self.stop()

    def stop(self) -> None:
        """No more calls; those under way are waited for."""
        self._over.set()
        self._thread.join()

    async def _drive(self) -> None:
        async with asyncio.TaskGroup() as under_way:
            def begin(wanted: float) -> asyncio.Task:
                self.begun += 1
                return under_way.create_task(self._call(self._requests[self.begun % 2], wanted))

            await self._pace(begin, self._over)

    async def _call(self, request: bytes, wanted: float) -> None:
        try:
            answer = await asyncio.wait_for(self._exchange(request), PATIENCE)
        except (OSError, TimeoutError) as failed:
            answer = b"HTTP/1.1 000 " + repr(failed).encode()
        head, _, body = answer.partition(b"\r\n\r\n")
        status = int(head[9:12])
        deployment = DEPLOYMENT.search(head + b"\r\n")
        whole = body.endswith(b"0\r\n\r\n") or b"\r\ncontent-length: %d\r\n" % len(body) in head + b"\r\n"
        self.calls.append(Call(wanted, time.monotonic() - wanted, status, deployment[1].decode() if deployment else "",
                               whole, status == 200 and whole and not ERROR.search(body), answer))

    async def _exchange(self, request: bytes) -> bytes:
        reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
        try:
            writer.write(request)
            return await reader.read(-1)
        finally:
            writer.close()
