"""Holds that callers who stop reading a stream that they share cost a bounded amount of memory and hold up nobody, and
that whoever joins a stream late gets all of it, from the call that is under way or from one of their own.
"""

import json
import os
import pathlib
import resource
import selectors
import socket
import sys
import threading
import time
import unittest
from typing import Callable, Sequence

sys.path.insert(0, str(pathlib.Path(__file__).parents[1]))

from answers import LAST_CHUNK, cache_status, chunk, data, question, start  # noqa: E402
from crowd import Caller, Crowd, wait_until_all_have_asked  # noqa: E402
from harness.http1 import PATIENCE, head_lines  # noqa: E402
from harness.upstream import Call  # noqa: E402
from harness.weir import sanitized, wait_until  # noqa: E402
from harness.world import EVENTS_HEAD, OPENAI, World  # noqa: E402

KIB, MIB = 1 << 10, 1 << 20
READERS, STUCK = (1000, 100) if not sanitized() else (200, 20)
BATCH = 256 * KIB
STREAM = 5 * MIB  # more than the kernel holds for somebody who doesn't read
# What a shared recording may hold (DESIGN section 5): it can be joined up to the size of an entry, then it keeps what
# readers may be behind, and it is read that far ahead of the fastest one.
ENTRY_LIMIT, BEHIND, AHEAD = MIB, MIB, 256 * KIB
OF_A_STREAM = 32 * KIB  # of an open stream, in all (DESIGN section 1)
# Of each who reads. With windows that grow as the kernel likes, those who read the same get very different amounts.
WINDOW = 128 * KIB
SLACK = 16 * MIB  # the allocator's, and the kernel's rounding


def event(number: int, size: int = 16 * KIB) -> bytes:
    text = f"{number:08} ".ljust(size, chr(ord("a") + number % 26))
    return data({"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1, "model": "gpt",
                 "choices": [{"index": 0, "delta": {"content": text}, "finish_reason": None}]})


def stream_of(size: int) -> list[bytes]:
    """Events of that many bytes in all, with an end."""
    events = [event(number) for number in range(size // len(event(0)))]
    stop = {"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1, "model": "gpt",
            "choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]}
    return [*events, data(stop), OPENAI.last_event]


class Provider:
    """Sends to its first caller the events before each of `pauses` (their indexes), and goes on when it is told to."""

    def __init__(self, events: list[bytes], pauses: list[int]):
        self.events, self.pauses = events, set(pauses)
        self.count = 0
        self.words = threading.Semaphore(0)

    def __call__(self, call: Call) -> None:
        self.count += 1
        first = self.count == 1
        call.send(EVENTS_HEAD)
        for index, one in enumerate(self.events):
            if first and index in self.pauses:
                assert self.words.acquire(timeout=PATIENCE), "the test forgot this answer"
            call.send(chunk(one))
        call.send(LAST_CHUNK)


class Drinker:
    """Reads a stream as fast as it comes and compares it, byte for byte; HTTP/1.0, so that no chunks are in between."""

    def __init__(self, port: int, expected: bytes, receive_buffer: int | None = None):
        self.expected, self.offset, self.head = expected, 0, b""
        self.wrong: bytes | None = None  # what came instead of what was expected
        self.socket = socket.socket()
        self.socket.settimeout(PATIENCE)
        if receive_buffer:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self.socket.connect(("127.0.0.1", port))
        body = json.dumps(question(stream=True)).encode()
        self.socket.sendall(head_lines(f"POST {OPENAI.path} HTTP/1.0", {
            "host": "localhost", "content-type": "application/json", "content-length": str(len(body))}) + body)

    def more(self) -> bool:
        """Takes one piece; False at the end."""
        piece = self.socket.recv(64 * KIB)
        if not piece:
            return False
        if not self.head.endswith(b"\r\n\r\n"):
            head, end, piece = (self.head + piece).partition(b"\r\n\r\n")
            self.head = head + end
        if self.wrong is None and piece == self.expected[self.offset : self.offset + len(piece)]:
            self.offset += len(piece)
        else:
            self._note_wrong(piece)
        return True

    def _note_wrong(self, piece: bytes) -> None:
        """What is not as expected begins after the last event that is."""
        if self.wrong is None:
            right = len(os.path.commonprefix([piece, self.expected[self.offset :]]))
            begin = self.expected.rfind(b"\n\n", 0, self.offset + right) + 2
            piece = self.expected[begin : self.offset + right] + piece[right:]
            self.offset, self.wrong = begin, b""
        self.wrong += piece

    @property
    def has_all(self) -> bool:
        return self.offset == len(self.expected) and self.wrong is None


def drink(drinkers: list[Drinker], marks: Sequence[int] = (), at_mark: Callable[[], None] = lambda: None) -> float:
    """Reads all to their ends side by side; how many seconds it took. `at_mark` is called whenever all have come to the
    next of `marks`."""
    begun, marks, behind = time.monotonic(), list(marks), len(drinkers)
    with selectors.DefaultSelector() as selector:
        for drinker in drinkers:
            selector.register(drinker.socket, selectors.EVENT_READ, drinker)
        while selector.get_map():
            assert time.monotonic() - begun < 3 * PATIENCE, f"{len(selector.get_map())} still wait for their streams"
            for key, _ in selector.select(1):
                before = key.data.offset
                if not key.data.more():
                    selector.unregister(key.fileobj)
                behind -= bool(marks and before < marks[0] <= key.data.offset)
            if marks and behind == 0:
                at_mark()
                del marks[0]
                behind = len(drinkers)
    return time.monotonic() - begun


class Watch:
    """The most memory that the gateway has had while this was open."""

    def __init__(self, world: World):
        self._world, self._over = world, threading.Event()
        self.most = world.weir.memory()
        self._thread = threading.Thread(target=self._look)

    def __enter__(self) -> "Watch":
        self._thread.start()
        return self

    def __exit__(self, *_) -> None:
        self._over.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._over.wait(0.01):
            self.most = max(self.most, self._world.weir.memory())


class SlowReaders(unittest.TestCase):
    def setUp(self):
        hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))

    def gather(self, provider: Provider, count: int, stuck_count: int = 0) -> tuple[list[Drinker], list[Drinker]]:
        """Those who read and those who don't, all of whom have joined; the provider has said its first event."""
        world = self.enterContext(start(provider, workers=2))
        self.world, self.memory_before = world, world.weir.memory()
        port, expected = world.weir.port, b"".join(provider.events)
        readers = [Drinker(port, expected, WINDOW)]
        wait_until(lambda: provider.count == 1, "the call")
        stuck = [Drinker(port, expected, 4096) for _ in range(stuck_count)]
        readers += [Drinker(port, expected, WINDOW) for _ in range(count - 1)]
        for drinker in (*readers, *stuck):
            self.addCleanup(drinker.socket.close)
        wait_until_all_have_asked(world)
        for reader in readers:
            while not reader.offset:
                self.assertTrue(reader.more())
        return readers, stuck

    def assert_all_have_all(self, readers: list[Drinker], provider: Provider) -> None:
        lacking = [reader for reader in readers if not reader.has_all]
        self.assertEqual(len(lacking), 0, f"of {len(readers)} who read did not get all of it; the first of them "
                         f"{lacking and lacking[0].offset} bytes, and then {lacking and lacking[0].wrong!r:.300}")
        self.assertEqual(provider.count, 1)

    def run_crowd(self, stuck_count: int) -> tuple[float, int, list[Drinker]]:
        """Seconds that the readers took, how much the memory grew (bytes), and those who were stuck, read to their end.

        The provider is as fast as those who read: it goes on whenever they have all that it has said.
        """
        events = stream_of(STREAM)
        pauses = list(range(1, len(events), BATCH // len(events[0])))
        provider = Provider(events, pauses)
        readers, stuck = self.gather(provider, READERS - STUCK, stuck_count)
        provider.words.release()
        marks = [sum(map(len, events[:pause])) for pause in pauses[1:]]
        with Watch(self.world) as watch:
            seconds = drink(readers, marks, provider.words.release)
        self.assert_all_have_all(readers, provider)
        drink(stuck)
        return seconds, watch.most - self.memory_before, stuck

    def test_callers_who_stop_reading_cost_little_and_hold_up_nobody(self):
        alone, grown_alone, _ = self.run_crowd(0)
        seconds, grown, stuck = self.run_crowd(STUCK)
        bound = ENTRY_LIMIT + BEHIND + AHEAD + READERS * OF_A_STREAM + SLACK
        print(f"\n{READERS - STUCK} readers of {STREAM // MIB} MiB: {alone:.1f} s and +{grown_alone / MIB:.1f} MiB "
              f"alone, {seconds:.1f} s and +{grown / MIB:.1f} MiB with {STUCK} that don't read (at most "
              f"{bound / MIB:.0f} MiB)")
        if not sanitized():
            self.assertLess(grown, bound)
        self.assertLess(seconds, 3 * alone + 1, "much slower than without them")
        ended = [drinker.wrong for drinker in stuck if not drinker.has_all]
        print(f"{len(ended)} of the {STUCK} were ended")
        self.assertGreater(len(ended), 0, "nobody is kept waiting for; the stream is too short for this test")
        for last in ended:
            error = json.loads(last.removeprefix(b"data: "))["error"]  # and nothing else
            self.assertEqual(error["code"], "reader_too_slow")

    def test_a_burst_reaches_all_who_read_as_fast_as_they_can(self):
        """None of them stops; but the provider is faster than they are together."""
        provider = Provider(stream_of(16 * MIB), [1])
        readers, _ = self.gather(provider, 20)
        provider.words.release()
        drink(readers)
        self.assert_all_have_all(readers, provider)

    def test_a_joiner_at_2_mib_gets_all_of_it_in_a_call_of_its_own(self):
        self.join_at_2_mib("1MiB", calls=2, status="fwd=uri-miss")

    def test_where_entries_may_be_larger_a_joiner_at_2_mib_gets_all_of_the_same_call(self):
        self.join_at_2_mib("8MiB", calls=1, status="collapsed")

    def join_at_2_mib(self, entry_limit: str, calls: int, status: str) -> None:
        events = stream_of(4 * MIB)
        expected = b"".join(events)
        provider = Provider(events, [len(events) // 2])
        world = self.enterContext(start(provider, cache={"entry_limit": entry_limit}))
        with Crowd(world) as crowd:
            opener = crowd.ask(OPENAI.path, question(stream=True))
            opener.read_until_said(b"".join(events[: len(events) // 2]))
            self.assertGreaterEqual(len(opener.said), 2 * MIB - 64 * KIB)
            joiner: Caller = crowd.ask(OPENAI.path, question(stream=True))
            joiner.read_until_said(b"".join(events[: len(events) // 2]))
            self.assertIn(status, cache_status(joiner.message))
            self.assertEqual(provider.count, calls)
            provider.words.release()
            for caller in (opener, joiner):
                self.assertEqual(caller.rest().body, expected)
        self.assertEqual(provider.count, calls)


if __name__ == "__main__":
    unittest.main()
