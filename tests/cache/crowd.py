"""Many callers at once, each on a connection of its own, and a provider that waits for a word before each event."""

import contextlib
import pathlib
import selectors
import sys
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).parents[1]))

from answers import LAST_CHUNK, Said, chunk, document_for, events_for, wants_stream  # noqa: E402
from harness.http1 import PATIENCE, Client, Message, Reader, post  # noqa: E402
from harness.upstream import Call, whole  # noqa: E402
from harness.weir import wait_until  # noqa: E402
from harness.world import EVENTS_HEAD, World  # noqa: E402


class Caller(Client):
    """Asks one question; what has come of the answer is read as it comes."""

    def __init__(self, port: int, path: str, body: dict, headers: dict[str, str] | None = None,
                 receive_buffer: int | None = None):
        super().__init__(port, receive_buffer)
        self.stream = bool(body.get("stream"))
        self.message: Message | None = None
        self.said = b""  # of a stream, what has come so far
        self.send(post(path, body, headers))

    def read_until_said(self, beginning: bytes) -> None:
        """Reads a stream until it has come to the end of `beginning`."""
        self.message = self.message or self.head()
        assert self.message.status == 200, self.message.first_line
        while len(self.said) < len(beginning):
            size = int(self.until(b"\r\n")[:-2], 16)
            assert size, f"it ended after {self.said[-200:]!r}"
            self.said += self.exactly(size)
            assert self.exactly(2) == b"\r\n"
        assert self.said.startswith(beginning), (self.said[-300:], beginning[-300:])

    def rest(self) -> Message:
        """The whole answer, with what was read of it before."""
        if not self.message:
            return self.answer()
        self.body_of(self.message, ends_with_connection=False)
        self.message.body = self.said + self.message.body
        return self.message

    def looks_complete(self) -> bool:
        """No more can come of this answer; what it is, a strict reader says."""
        head, end, body = self.ahead.partition(b"\r\n\r\n")
        if not end:
            return False
        length = [line[15:] for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
        return len(body) >= int(length[0]) if length else body.endswith(LAST_CHUNK)


def read_all(callers: list[Caller], patience: float = PATIENCE) -> list[Message]:
    """Reads all answers side by side, so that nobody waits for anybody."""
    deadline = time.monotonic() + patience
    with selectors.DefaultSelector() as selector:
        for caller in callers:
            selector.register(caller.socket, selectors.EVENT_READ, caller)
        while left := len(selector.get_map()):
            assert time.monotonic() < deadline, f"{left} of {len(callers)} answers are not there after {patience:g} s"
            for key, _ in selector.select(0.5):
                if not key.data.more() or key.data.looks_complete():
                    selector.unregister(key.fileobj)
    return [read_strictly(caller.ahead) for caller in callers]


def read_strictly(raw: bytes) -> Message:
    class Rest(Reader):
        def more(self) -> bool:
            return False

    reader = Rest(None)
    reader.ahead = raw
    answer = reader.answer()
    assert not reader.ahead, f"after the answer: {reader.ahead[:200]!r}"
    return answer


def is_read_by(port: int) -> bool:
    """The gateway on `port` has taken all that its callers have sent: the kernel holds nothing (proc(5), net/tcp)."""
    lines = [line.split() for line in pathlib.Path("/proc/net/tcp").read_text().splitlines()[1:]]
    return all(int(fields[4].split(":")[1], 16) == 0 for fields in lines
               if int(fields[1].split(":")[1], 16) == port and fields[3] == "01")


def wait_until_all_have_asked(world: World) -> None:
    wait_until(lambda: is_read_by(world.weir.port), "the gateway has read all requests")


class Paced:
    """A provider's `answer` that waits for a word before each event, and before an answer that is whole."""

    def __init__(self, said: Said):
        self.said = said
        self.count = 0
        self._words = threading.Semaphore(0)

    def go_on(self, events: int = 1) -> None:
        self._words.release(events)

    def finish(self) -> None:
        self._words.release(1_000_000)

    def events(self, call: Call) -> list[bytes]:
        return events_for(call, self.said, 1)

    def __call__(self, call: Call) -> None:
        self.count += 1
        if not wants_stream(call):
            self._wait()
            return call.send(whole(document_for(call, self.said, 1)))
        for index, event in enumerate(self.events(call)):
            self._wait()
            call.send((b"" if index else EVENTS_HEAD) + chunk(event))
        call.send(LAST_CHUNK)

    def _wait(self) -> None:
        assert self._words.acquire(timeout=PATIENCE), "the test forgot this answer"


class Crowd(contextlib.ExitStack):
    """Callers whose connections are closed together."""

    def __init__(self, world: World):
        super().__init__()
        self.world = world

    def ask(self, path: str, body: dict, headers: dict[str, str] | None = None,
            receive_buffer: int | None = None) -> Caller:
        return self.enter_context(Caller(self.world.weir.port, path, body, headers, receive_buffer))
