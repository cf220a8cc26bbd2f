"""Holds that nobody who is being answered notices a SIGTERM, and that everybody else is told.

Under load of streams shorter than the drain, over a hundred SIGTERMs (WEIR_DEEP=1: a thousand): no answer is cut off,
no connection that stood before the signal is reset, new calls are refused in words, and the exit code is 0. Streams
longer than the drain get a terminal error event in their dialect and a proper end. The seed is printed; WEIR_SEED sets
it.
"""

import collections
import concurrent.futures
import json
import os
import pathlib
import random
import sys
import threading
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parents[1]))

from harness.http1 import PATIENCE, Broken, Client, Message, post  # noqa: E402
from harness.upstream import Call, whole  # noqa: E402
from harness.weir import wait_until  # noqa: E402
from harness.world import ANTHROPIC, DIALECTS, EVENTS_HEAD, OPENAI, Dialect, World  # noqa: E402

SEED = int(os.environ.get("WEIR_SEED", "1"))
SIGNALS = 1000 if os.environ.get("WEIR_DEEP") == "1" else 100
GATEWAYS_AT_ONCE = 4
CALLERS = 8  # of each gateway, every fourth of them without streams
EVENTS = 5  # of a stream
BETWEEN_EVENTS = 0.02  # seconds
QUIET = {"log": {"level": "warn"}}


def chunk(piece: bytes) -> bytes:
    return b"%x\r\n%b\r\n" % (len(piece), piece)


def dialect_of(call: Call) -> Dialect:
    return ANTHROPIC if call.request.target.endswith("/messages") else OPENAI


def wanted_stream(dialect: Dialect) -> bytes:
    return b"".join(dialect.event(f"event {number}") for number in range(EVENTS)) + dialect.last_event


class PacedProvider:
    """Streams a few events, one each 20 ms; a whole answer takes as long."""

    def __init__(self) -> None:
        self.events_sent = 0

    def __call__(self, call: Call) -> None:
        pace = threading.Event()  # never set: a provider takes its time
        dialect, streamed = dialect_of(call), json.loads(call.request.body)["stream"]
        if streamed:
            call.send(EVENTS_HEAD)
        for number in range(EVENTS):
            pace.wait(BETWEEN_EVENTS)
            self.events_sent += 1
            if streamed:
                call.send(chunk(dialect.event(f"event {number}")))
        call.send(chunk(dialect.last_event) + b"0\r\n\r\n" if streamed else whole(b'{"whole":true}'))


class Caller:
    """Calls again and again on one connection until it is told to stop; notes what it was told."""

    def __init__(self, port: int, number: int):
        self.dialect = DIALECTS[number % 2]
        self.stream = number % 4 != 3
        self.client = Client(port)  # it stands before the signal
        self.completed = 0
        self.end = "still running"
        self.thread = threading.Thread(target=self.run)

    def run(self) -> None:
        try:
            while self.call_once():
                pass
        except ConnectionError as reset:
            self.end = f"reset: {reset!r}"
        except Exception as wrong:
            self.end = f"wrong: {wrong!r}"
        finally:
            self.client.close()

    def call_once(self) -> bool:
        self.client.send(post(self.dialect.path, self.dialect.body(stream=self.stream)))
        if not self.client.more():
            # Closed while idle, as the request was on its way; nothing of an answer had come.
            self.end = "closed while idle"
            return False
        answer = self.client.answer()
        if answer.status == 200:
            self.check_whole(answer)
            if answer.header("connection") != "close":
                return True
            self.end = "closed after an answer"
        else:
            self.check_refusal(answer)
            self.end = "refused in words"
        if rest := self.client.to_end():
            raise Broken(f"after the last answer: {rest[:100]!r}")
        return False

    def check_whole(self, answer: Message) -> None:
        wanted = wanted_stream(self.dialect) if self.stream else b'{"whole":true}'
        if answer.body != wanted:
            raise Broken(f"not the whole answer: {answer.body[-300:]!r}")
        self.completed += 1

    def check_refusal(self, answer: Message) -> None:
        error = self.dialect.error_in(answer)
        if (answer.status, error["code"], answer.header("connection")) != (503, "draining", "close"):
            raise Broken(f"refused as {answer.raw_head!r} {answer.body!r}")


def one_shutdown(number: int) -> tuple[int, list[str], int]:
    """A gateway's life under load; its exit code, how each caller's connection ended, and the answers completed."""
    source = random.Random(f"{SEED} {number}")
    provider = PacedProvider()
    with World(provider, workers=1 + number % 2, **QUIET) as world:
        callers = [Caller(world.weir.port, each) for each in range(CALLERS)]
        idle = [Client(world.weir.port) for _ in range(3)]
        for client in idle:
            assert client.get("/livez").status == 200
        for caller in callers:
            caller.thread.start()
        moment = source.randrange(1, 2 * CALLERS * EVENTS)
        wait_until(lambda: provider.events_sent >= moment, f"{moment} events")
        world.weir.tell_to_stop()
        ends = []
        for client in idle:
            try:
                ends.append("idle: " + ("said something" if client.to_end() else "closed"))
            except ConnectionError as reset:
                ends.append(f"idle: reset: {reset!r}")
            client.close()
        for caller in callers:
            caller.thread.join(PATIENCE)
        world.weir.wait_for_end()
        ends += [caller.end for caller in callers]
        return world.weir.exit_code, ends, sum(caller.completed for caller in callers)


class UnderLoad(unittest.TestCase):
    def test_nothing_is_cut_off_and_nothing_is_reset(self):
        began = time.monotonic()
        ends: collections.Counter[str] = collections.Counter()
        completed = 0
        with concurrent.futures.ThreadPoolExecutor(GATEWAYS_AT_ONCE) as pool:
            for number, (code, ended, whole_answers) in enumerate(pool.map(one_shutdown, range(SIGNALS))):
                completed += whole_answers
                ends.update(ended)
                with self.subTest(seed=SEED, shutdown=number):
                    self.assertEqual(code, 0)
                    self.assertEqual([end for end in ended if "reset" in end or "wrong" in end], [])
        fine = {"idle: closed", "closed while idle", "closed after an answer", "refused in words"}
        self.assertLessEqual(set(ends), fine)
        print(f"\n{SIGNALS} SIGTERMs, seed {SEED}, {time.monotonic() - began:.0f} s: {completed} whole answers; "
              "connections ended: " + ", ".join(f"{end} x {count}" for end, count in sorted(ends.items())))


class HeldProvider:
    """Sends the first event of a stream and holds the rest until released."""

    def __init__(self) -> None:
        self.released = threading.Event()

    def __call__(self, call: Call) -> None:
        dialect = dialect_of(call)
        if b"silent" in call.request.body:
            call.wait_for_end()
            return
        if not json.loads(call.request.body)["stream"]:
            call.send(whole(b"{}"))
            return
        call.send(EVENTS_HEAD, chunk(dialect.event("event 0")))
        self.released.wait(PATIENCE)
        for number in range(1, EVENTS):
            call.send(chunk(dialect.event(f"event {number}")))
        call.send(chunk(dialect.last_event) + b"0\r\n\r\n")


class WhileDraining(unittest.TestCase):
    """One stream is held until everything else has been looked at."""

    def start(self, workers: int = 1) -> None:
        self.provider = HeldProvider()
        self.world = self.enterContext(World(self.provider, workers=workers, **QUIET))
        self.addCleanup(self.provider.released.set)
        # With several loops, enough connections that each loop has some.
        self.kept = [self.enterContext(self.world.client()) for _ in range(4 if workers == 1 else 16)]
        for client in self.kept:
            self.assertEqual(client.get("/livez").status, 200)
        self.running = self.enterContext(self.world.client())
        self.running.send(post(OPENAI.path, OPENAI.body(stream=True)))
        while b"event 0" not in self.running.ahead:
            self.assertTrue(self.running.more())

    def drain(self) -> None:
        began = time.monotonic()
        self.world.weir.tell_to_stop()
        wait_until(self.is_unready, "/readyz says 503", patience=2)
        print(f"\n/readyz is 503 {1000 * (time.monotonic() - began):.1f} ms after the signal (at most 2 s)")

    def is_unready(self) -> bool:
        with self.world.client() as fresh:
            return fresh.get("/readyz").status == 503

    def finish(self) -> None:
        self.provider.released.set()
        answer = self.running.answer()
        self.assertEqual((answer.status, answer.body), (200, wanted_stream(OPENAI)))
        self.running.close()
        for client in self.kept:
            client.close()
        self.assertEqual(self.world.weir.wait_for_end(), 0)

    def assert_refused(self, client: Client, dialect: Dialect) -> None:
        answer = client.ask(dialect.path, dialect.body())
        self.assertEqual((answer.status, dialect.error_in(answer)["code"]), (503, "draining"))
        self.assertEqual(answer.header("connection"), "close")
        self.assertGreaterEqual(int(answer.header("retry-after")), 1)
        self.assertEqual(client.to_end(), b"")

    def test_new_calls_are_refused_and_the_running_one_is_finished(self):
        self.start()
        self.drain()
        self.assertEqual(self.kept[0].get("/readyz").status, 503)  # on a connection from before, too
        fresh = self.enterContext(self.world.client())
        for client, dialect in ((self.kept[1], OPENAI), (self.kept[2], ANTHROPIC), (fresh, OPENAI)):
            self.assert_refused(client, dialect)
        self.assertEqual(len(self.world.upstream.calls), 1)
        self.finish()

    def test_a_loop_without_calls_refuses_in_words_while_another_finishes_its_own(self):
        self.start(workers=2)
        self.drain()
        for client in self.kept:
            self.assert_refused(client, OPENAI)
        self.finish()

    def test_livez_stays_well_until_the_end(self):
        self.start()
        self.drain()
        self.assertEqual(self.kept[0].get("/livez").status, 200)
        self.finish()

    def test_a_request_that_was_half_sent_at_the_signal_is_answered(self):
        self.start()
        request = post(OPENAI.path, OPENAI.body())
        self.kept[0].send(request[:30])
        self.kept[1].send(request[:-3])
        self.drain()
        self.kept[0].send(request[30:])
        refused = self.kept[0].answer()
        self.assertEqual((refused.status, refused.code, refused.header("connection")), (503, "draining", "close"))
        self.kept[1].send(request[-3:])
        self.assertIn(self.kept[1].answer().status, (200, 503))  # it may have been admitted before the signal
        self.finish()


class LongerThanTheDrain(unittest.TestCase):
    def setUp(self):
        self.provider = HeldProvider()
        self.world = self.enterContext(World(self.provider, drain="200ms", **QUIET))
        self.addCleanup(self.provider.released.set)

    def begin(self, path: str, body: dict) -> Client:
        client = self.enterContext(self.world.client())
        before = len(self.world.upstream.calls)
        client.send(post(path, body))
        wait_until(lambda: len(self.world.upstream.calls) > before, "the call has reached the provider")
        return client

    def last_event(self, answer: Message) -> tuple[list[bytes], dict]:
        self.assertTrue(answer.body.endswith(b"\n\n"))
        *lines, data = answer.body[:-2].split(b"\n\n")[-1].split(b"\n")
        return lines, json.loads(data.removeprefix(b"data: "))

    def test_streams_end_with_an_error_event_in_their_dialect(self):
        paths = {OPENAI.path: OPENAI, ANTHROPIC.path: ANTHROPIC, "/v1/responses": OPENAI, "/v1/completions": OPENAI}
        streams = {path: self.begin(path, dialect.body(stream=True)) for path, dialect in paths.items()}
        for client in streams.values():
            while b"event 0" not in client.ahead:
                self.assertTrue(client.more())
        self.world.weir.tell_to_stop()
        for path, client in streams.items():
            with self.subTest(path):
                answer = client.answer()  # fails unless the chunks end properly
                self.assertEqual(answer.status, 200)
                self.assertTrue(answer.body.startswith(paths[path].event("event 0")))
                lines, data = self.last_event(answer)
                self.assertEqual(lines, [] if path in (OPENAI.path, "/v1/completions") else [b"event: error"])
                self.assertEqual(data["error"]["code"], "draining")
                self.assertEqual(data.get("type"), None if lines == [] else "error")
                self.assertEqual(client.to_end(), b"")
            client.close()
        self.assertEqual(self.world.weir.wait_for_end(), 0)

    def test_what_was_not_begun_gets_a_503(self):
        calls = [(dialect, self.begin(dialect.path, dialect.body("silent", stream)))
                 for dialect in DIALECTS for stream in (False, True)]
        self.world.weir.tell_to_stop()
        for dialect, client in calls:
            with self.subTest(dialect):
                answer = client.answer()
                self.assertEqual((answer.status, dialect.error_in(answer)["code"]), (503, "draining"))
                self.assertEqual(answer.header("connection"), "close")
                self.assertEqual(client.to_end(), b"")
            client.close()
        self.assertEqual(self.world.weir.wait_for_end(), 0)


if __name__ == "__main__":
    unittest.main()
