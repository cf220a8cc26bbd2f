"""Holds what callers see of a provider that misbehaves, and what a provider sees of callers that leave.

Whatever comes instead of an answer becomes a clear 502 in the caller's dialect, or, once a stream has begun, its last
event; the next call works. When a caller leaves, the provider's connection is closed within 100 ms (median of 20; each
within a second, because the machine may be busy). A kept connection that has died costs no call.
"""

import gzip
import itertools
import json
import pathlib
import statistics
import sys
import threading
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parents[1]))

from harness.framing import chunked  # noqa: E402
from harness.http1 import PATIENCE, post  # noqa: E402
from harness.upstream import Call, CloseConnection, answer_head, whole  # noqa: E402
from harness.weir import wait_until  # noqa: E402
from harness.world import DIALECTS, EVENTS_HEAD, OPENAI, World, answer_plainly  # noqa: E402

JSON = {"content-type": "application/json"}


def endless_header(call: Call) -> None:
    call.send(b"HTTP/1.1 200 OK\r\nx-endless: ")
    while True:
        call.send(b"y" * 65536)


def endless_interim_answers(call: Call) -> None:
    while True:
        call.send(b"HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n" * 100_000)


BOMB = gzip.compress(b"0" * (128 << 20))

# Bytes in place of an answer; each connection is closed after them.
NO_ANSWERS: dict[str, bytes] = {
    "nothing": b"",
    "garbage": bytes(range(256)) * 40,
    "an answer of HTTP/0.9": b"hello\n",
    "another protocol": b"SSH-2.0-OpenSSH_9.2\r\n",
    "no status": b"HTTP/1.1 OK\r\n\r\n",
    "a status of four digits": b"HTTP/1.1 2000 OK\r\ncontent-length: 0\r\n\r\n",
    "half a head": b"HTTP/1.1 200 OK\r\ncontent-ty",
    "a header of 1 MB": answer_head(200, JSON | {"x-long": "y" * 1_000_000, "content-length": "2"}) + b"{}",
    "a header with a space in its name": b"HTTP/1.1 200 OK\r\nx y: z\r\ncontent-length: 2\r\n\r\n{}",
    "10,000 headers": answer_head(200, {f"x-{number}": "y" for number in range(10_000)}),
    "length and chunked": answer_head(200, JSON | {"content-length": "2", "transfer-encoding": "chunked"})
    + b"2\r\n{}\r\n0\r\n\r\n",
    "two lengths": b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-length: 3\r\n\r\n{}",
    "a negative length": answer_head(200, JSON | {"content-length": "-2"}) + b"{}",
    "a length that overflows": answer_head(200, JSON | {"content-length": "9" * 30}) + b"{}",
    "another coding than chunked": answer_head(200, JSON | {"transfer-encoding": "gzip"}) + b"{}",
    "a switch of protocols": answer_head(101, {"upgrade": "websocket", "connection": "upgrade"}),
    "half a body": answer_head(200, JSON | {"content-length": "100"}) + b'{"half":',
    "half a chunk": answer_head(200, JSON | {"transfer-encoding": "chunked"}) + b"64\r\n{",
    "no last chunk": answer_head(200, JSON | {"transfer-encoding": "chunked"}) + b"2\r\n{}\r\n",
    "chunks of no size": answer_head(200, JSON | {"transfer-encoding": "chunked"}) + b"zz\r\n{}\r\n0\r\n\r\n",
    "an unknown content coding": answer_head(200, JSON | {"content-encoding": "rot13", "content-length": "2"}) + b"{}",
    "gzip that is none": answer_head(200, JSON | {"content-encoding": "gzip", "content-length": "2"}) + b"{}",
    "gzip cut off": answer_head(200, JSON | {"content-encoding": "gzip", "content-length": "15"})
    + gzip.compress(b'{"a":1}')[:15],
    "a gzip bomb": answer_head(200, JSON | {"content-encoding": "gzip", "content-length": str(len(BOMB))}) + BOMB,
}


class BadProviders(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.world = cls.enterClassContext(World(answer_plainly))

    def assert_next_call_works(self) -> None:
        self.world.upstream.answer = answer_plainly
        for dialect in DIALECTS:
            self.assertEqual(self.world.ask(dialect).body, b'{"answered":true}')

    def test_what_is_no_answer_becomes_a_clear_502_and_the_next_call_works(self):
        for (name, sent), dialect, stream in itertools.product(NO_ANSWERS.items(), DIALECTS, (False, True)):
            with self.subTest(name, path=dialect.path, stream=stream):
                self.check_502(lambda call: self.send_and_close(call, sent), dialect, stream)

    def test_what_never_ends_becomes_a_clear_502(self):
        for dialect in DIALECTS:
            with self.subTest(path=dialect.path):
                self.check_502(endless_header, dialect, stream=False)

    def test_interim_answers_without_end_are_an_end_in_time_and_hold_up_nobody(self):
        with World(endless_interim_answers, workers=1, provider={"timeouts": {"total": "1s"}}) as world:
            with world.client() as waiting:
                waiting.send(post(OPENAI.path, OPENAI.body()))
                wait_until(lambda: world.upstream.calls, "the call has reached the provider")
                for _ in range(20):
                    with world.client() as other:
                        self.assertEqual(other.get("/livez").status, 200)
                self.assertIn(waiting.answer().status, (502, 504))
            wait_until(lambda: world.upstream.open_connections == 0, "the provider's connection is closed")

    @staticmethod
    def send_and_close(call: Call, sent: bytes) -> None:
        call.send(sent)
        raise CloseConnection

    def forget_connections(self) -> None:
        """Kept ones may be replaced once, which would be a second call."""
        self.world.upstream.close_connections()
        wait_until(lambda: self.world.upstream.open_connections == 0, "the provider has closed all connections")

    def check_502(self, answer, dialect, stream: bool) -> None:
        self.forget_connections()
        self.world.upstream.answer = answer
        before = len(self.world.upstream.calls)
        told = self.world.ask(dialect, stream)
        self.assertEqual(told.status, 502)
        self.assertIn(dialect.error_in(told)["code"], ("provider_failed", "provider_malformed"))
        self.assertEqual(len(self.world.upstream.calls) - before, 1, "a fresh connection that fails is not retried")
        self.assert_next_call_works()

    def test_a_stream_that_breaks_ends_with_an_error_event(self):
        breaks = {"closed in the middle of a chunk": b"64\r\ndata: {",
                  "closed between two events": b"",
                  "closed in the middle of an event": b"7\r\ndata: {\r\n",
                  "garbage instead of a chunk": b"zz\r\n\r\n"}
        for (name, sent), dialect in itertools.product(breaks.items(), DIALECTS):
            with self.subTest(name, path=dialect.path):
                first = dialect.event("first")
                begin = EVENTS_HEAD + b"%x\r\n%b\r\n" % (len(first), first)
                seen = threading.Event()

                def answer(call: Call) -> None:
                    call.send(begin)
                    seen.wait(PATIENCE)  # once the caller has the first event, the answer is committed
                    self.send_and_close(call, sent)

                self.world.upstream.answer = answer
                with self.world.client() as client:
                    client.send(post(dialect.path, dialect.body(stream=True)))
                    while b"first" not in client.ahead:
                        self.assertTrue(client.more())
                    seen.set()
                    told = client.answer()
                self.assertEqual(told.status, 200)
                self.assertTrue(told.body.startswith(first), told.body)
                lines = told.body.rstrip(b"\n").split(b"\n\n")[-1].split(b"\n")
                error = json.loads(lines[-1].removeprefix(b"data: "))
                self.assertIn(error["error"]["code"], ("provider_failed", "provider_malformed"))
                self.assertEqual(lines[:-1], [b"event: error"] if dialect is not OPENAI else [])
                self.assertTrue(told.body.endswith(b"\n\n"))
                self.assert_next_call_works()

    def test_a_provider_that_is_not_there(self):
        with World(answer_plainly) as world:
            world.upstream.stop_listening()
            for dialect in DIALECTS:
                told = world.ask(dialect)
                self.assertEqual((told.status, dialect.error_in(told)["code"]), (502, "provider_failed"))

    def test_no_connection_is_left_over(self):
        self.forget_connections()
        for sent in NO_ANSWERS.values():
            self.world.upstream.answer = lambda call: self.send_and_close(call, sent)
            self.world.ask()
        wait_until(lambda: self.world.upstream.open_connections == 0, "all broken connections are closed")


class CallersThatLeave(unittest.TestCase):
    TRIES = 20

    def measure(self, stream: bool, read_something: bool) -> list[float]:
        """Seconds from a caller's close to the end of the provider's connection, for each try."""
        arrived, ended = threading.Event(), []

        def answer(call: Call) -> None:
            if read_something:
                event = OPENAI.event("first")
                call.send(EVENTS_HEAD, b"%x\r\n%b\r\n" % (len(event), event))
            arrived.set()
            ended.append(call.wait_for_end())

        taken = []
        with World(answer) as world:
            for number in range(self.TRIES):
                arrived.clear()
                client = world.client()
                client.send(post(OPENAI.path, OPENAI.body(stream=stream)))
                self.assertTrue(arrived.wait(30))
                if read_something:
                    client.until(b"first")
                left = time.monotonic()
                client.close()
                wait_until(lambda: len(ended) == number + 1, "the provider's connection ends")
                taken.append(ended[-1] - left)
        return taken

    def test_the_provider_learns_within_100_ms(self):
        print()
        for name, stream, read_something in (("in mid-stream", True, True), ("before a stream's head", True, False),
                                             ("before a whole answer", False, False)):
            with self.subTest(name):
                taken = self.measure(stream, read_something)
                median = statistics.median(taken)
                print(f"caller leaves {name}: median {median * 1000:.2f} ms, most {max(taken) * 1000:.2f} ms")
                self.assertGreater(min(taken), 0, "not closed for another reason")
                self.assertLess(median, 0.1)
                self.assertLess(max(taken), 1.0)


class KeptConnections(unittest.TestCase):
    def test_a_connection_is_kept_for_the_next_call(self):
        with World(answer_plainly, workers=1) as world:
            for _ in range(5):
                self.assertEqual(world.ask().status, 200)
            self.assertEqual({call.connection_number for call in world.upstream.calls}, {1})

    def test_one_that_the_provider_closed_while_idle_costs_no_call(self):
        with World(answer_plainly, workers=1) as world:
            for number in range(20):
                self.assertEqual(world.ask().status, 200)
                self.assertEqual(len(world.upstream.calls), number + 1)
                world.upstream.close_connections()
                wait_until(lambda: world.upstream.open_connections == 0, "the provider has closed it")
            self.assertEqual(world.upstream.connections, 20)

    def test_one_that_the_provider_closes_on_the_next_call_is_replaced_once(self):
        """The race that can't be seen beforehand: not a byte of an answer came, so the call is made again."""
        def close_on_reuse(call: Call) -> None:
            if call.connection_number == 1 and len(world.upstream.calls) > 1:
                raise CloseConnection
            call.send(whole(json.dumps({"connection": call.connection_number}).encode()))

        with World(close_on_reuse, workers=1) as world:
            self.assertEqual(world.ask().json()["connection"], 1)
            answer = world.ask()
            self.assertEqual((answer.status, answer.json()["connection"]), (200, 2))
            self.assertEqual([call.connection_number for call in world.upstream.calls], [1, 1, 2])

    def test_once_a_byte_of_the_answer_was_seen_nothing_is_asked_again(self):
        def break_on_reuse(call: Call) -> None:
            if len(world.upstream.calls) > 1:
                call.send(b"HTTP/1.1 200")
                raise CloseConnection
            answer_plainly(call)

        with World(break_on_reuse, workers=1) as world:
            self.assertEqual(world.ask().status, 200)
            self.assertEqual(world.ask().status, 502)
            self.assertEqual(len(world.upstream.calls), 2)

    def test_what_a_provider_sends_between_two_calls_is_no_answer(self):
        """A late or smuggled second answer must not be taken for the next caller's."""
        def answer_twice(call: Call) -> None:
            number = len(world.upstream.calls)
            call.send(whole(b'{"call":%d}' % number) + whole(b'{"smuggled":true}'))

        with World(answer_twice, workers=1) as world:
            for number in range(1, 6):
                answer = world.ask()
                self.assertEqual((answer.status, answer.json()), (200, {"call": number}))


if __name__ == "__main__":
    unittest.main()
