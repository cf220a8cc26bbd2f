"""Calls at a steady rate, whether or not earlier ones have been answered."""

import asyncio
import pathlib
import re
import sys
import threading
import time
from typing import NamedTuple

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
    fine: bool  # a whole answer, and no error in it
    text: bytes

    @property
    def ended(self) -> float:
        return self.begun + self.took


class Load:
    """`with Load(port, model, rate) as load:`; every other call is streamed. What has ended is in `calls`."""

    def __init__(self, port: int, model: str, rate: float):
        self._port, self._rate = port, rate
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
        start = time.monotonic()
        async with asyncio.TaskGroup() as under_way:
            while not self._over.is_set():
                wanted = start + self.begun / self._rate
                if (early := wanted - time.monotonic()) > 0:
                    await asyncio.sleep(early)
                under_way.create_task(self._call(self._requests[self.begun % 2], wanted))
                self.begun += 1

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
                               status == 200 and whole and not ERROR.search(body), answer))

    async def _exchange(self, request: bytes) -> bytes:
        reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
        try:
            writer.write(request)
            return await reader.read(-1)
        finally:
            writer.close()
