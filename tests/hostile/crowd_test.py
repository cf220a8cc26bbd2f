"""Holds that many, slow and silent callers harm nobody else, and cost a bounded amount of memory.

The bounds on resident memory are generous (several times what is expected): they catch what grows without end. Under
sanitizers memory is printed but not judged. Deadlines are asserted only where a setting names one, with much to spare.
"""

import contextlib
import pathlib
import resource
import selectors
import socket
import sys
import threading
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parents[1]))

from harness.framing import chunked  # noqa: E402
from harness.http1 import Broken, Client, head_lines, post  # noqa: E402
from harness.upstream import Call, answer_head, whole  # noqa: E402
from harness.weir import sanitized, wait_until  # noqa: E402
from harness.world import DIALECTS, EVENTS_HEAD, OPENAI, World, answer_plainly  # noqa: E402

MIB = 1 << 20
KEPT_FREE = 200  # descriptors of this process for anything else
LARGE_ANSWER = 32 * MIB


def raise_descriptor_limit() -> int:
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    return hard


class Crowd(unittest.TestCase):
    def start(self, answer=answer_plainly, **settings) -> World:
        world = self.enterContext(World(answer, **settings))
        self.memory_before = world.weir.memory()
        return world

    def assert_served(self, world: World, times: int = 10) -> None:
        for _ in range(times):
            for dialect in DIALECTS:
                self.assertEqual(world.ask(dialect).status, 200)

    def assert_memory(self, world: World, what: str, most: int) -> None:
        grown = world.weir.memory() - self.memory_before
        print(f"\n{what}: memory +{grown / MIB:.1f} MiB (at most {most // MIB})")
        if not sanitized():
            self.assertLess(grown, most)

    def test_10_000_idle_connections(self):
        wanted, allowed = 10_000, raise_descriptor_limit() - KEPT_FREE
        count = min(wanted, allowed)
        # The gateway gives a fifth of its descriptors to providers where the kernel's limit is tight.
        world = self.start(provider={"connections": {"max": 64}})
        with contextlib.ExitStack() as stack:
            idle = [stack.enter_context(world.client()) for _ in range(count)]
            wait_until(lambda: world.weir.open_descriptors() >= count, f"{count} connections are taken")
            self.assert_served(world)
            self.assert_memory(world, f"{count} idle connections" + (f" (the limit allows no {wanted})"
                                                                     if count < wanted else ""), 160 * MIB)
            for client in idle[:: count // 100]:
                self.assertEqual(client.ask(OPENAI.path, OPENAI.body()).status, 200)
        wait_until(lambda: world.weir.open_descriptors() < 200, "closed connections give their descriptors back")

    def test_1_000_callers_that_send_a_byte_a_second(self):
        raise_descriptor_limit()
        world = self.start(listener={"request": {"head_timeout": "4s", "body_timeout": "4s"}})
        head = head_lines(f"POST {OPENAI.path} HTTP/1.1", {
            "host": "localhost", "content-type": "application/json", "content-length": "100000"})
        with contextlib.ExitStack() as stack:
            slow_heads = [stack.enter_context(world.client()) for _ in range(500)]
            slow_bodies = [stack.enter_context(world.client()) for _ in range(500)]
            for client in slow_bodies:
                client.send(head)
            told = self.trickle([*slow_heads, *slow_bodies], lambda: self.assert_served(world, 5))
        self.assertEqual(told, {b"HTTP/1.1 408": 1000})
        self.assertTrue(all(call.request.body.startswith(b"{") for call in world.upstream.calls))  # no slow one
        self.assert_memory(world, "1,000 callers with a byte a second", 100 * MIB)

    def trickle(self, clients: list[Client], each_second) -> dict[bytes, int]:
        """A byte a second from each, until each was told something; how often they were told what."""
        told: dict[bytes, int] = {}
        with selectors.DefaultSelector() as selector:
            for client in clients:
                selector.register(client.socket, selectors.EVENT_READ, client)
            deadline = time.monotonic() + 20
            next_byte = time.monotonic()
            while selector.get_map():
                self.assertLess(time.monotonic(), deadline, f"only these were told to stop within 20 s: {told}")
                if time.monotonic() >= next_byte:
                    next_byte += 1
                    for key in list(selector.get_map().values()):
                        with contextlib.suppress(OSError):  # it may have been told, and closed, meanwhile
                            key.data.send(b"P")
                    each_second()
                for key, _ in selector.select(max(0, next_byte - time.monotonic())):
                    selector.unregister(key.fileobj)
                    key.data.more()
                    first = key.data.ahead[:12]
                    told[first] = told.get(first, 0) + 1
        return told

    def test_over_the_limit_of_connections_callers_are_told_at_once(self):
        world = self.start(listener={"connections": 50})
        with contextlib.ExitStack() as stack:
            def admitted() -> bool:
                """The connections of before may not have been counted out yet."""
                client = stack.enter_context(world.client())
                return client.get("/livez").status == 200

            for _ in range(50):
                wait_until(admitted, "there is room for another connection")
            for _ in range(20):
                # Not a byte is sent: the answer comes by itself.
                with world.client() as extra:
                    answer = extra.answer()
                    self.assertEqual((answer.status, answer.code), (503, "overloaded"))
                    self.assertGreaterEqual(int(answer.header("retry-after")), 1)
                    self.assertEqual(answer.header("connection"), "close")
                    extra.end_sending()
                    self.assertEqual(extra.to_end(), b"")
            with world.client() as extra:
                extra.send(post(OPENAI.path, OPENAI.body()))  # with a request on its way, no reset takes it away
                self.assertEqual(extra.answer().status, 503)
        wait_until(lambda: world.ask().status == 200, "there is room again")

    def slow_readers(self, world: World, request: bytes, count: int) -> contextlib.ExitStack:
        stack = contextlib.ExitStack()
        for _ in range(count):
            client = stack.enter_context(world.client(receive_buffer=4096))
            client.send(request)
        wait_until(lambda: len(world.upstream.calls) >= count, "all calls have reached the provider")
        return stack

    def test_callers_that_never_read_a_large_stream(self):
        piece = OPENAI.event("x" * 32_000)

        def answer(call: Call) -> None:
            if b'"stream": true' not in call.request.body:
                return answer_plainly(call)
            call.send(EVENTS_HEAD)
            for _ in range(LARGE_ANSWER // len(piece)):
                call.send(b"%x\r\n%b\r\n" % (len(piece), piece))
            call.send(b"0\r\n\r\n")

        world = self.start(answer)
        with self.slow_readers(world, post(OPENAI.path, OPENAI.body(stream=True)), 32):
            self.wait_until_still(world)
            self.assert_served(world)
            self.assert_memory(world, "32 callers that don't read streams of 32 MiB", 128 * MIB)
        wait_until(lambda: world.upstream.open_connections <= 4, "the provider's streams are cancelled")

    def test_callers_that_never_read_a_large_whole_answer(self):
        large = whole(b'{"pad":"' + b"x" * LARGE_ANSWER + b'"}')

        def answer(call: Call) -> None:
            call.send(large) if b"large" in call.request.body else answer_plainly(call)

        world = self.start(answer, listener={"request": {"buffered": "128MiB"}})
        with self.slow_readers(world, post(OPENAI.path, OPENAI.body("large")), 16):
            self.wait_until_still(world)
            self.assert_served(world)
            self.assert_memory(world, "16 callers that don't read answers of 32 MiB (128 MiB may be held)", 512 * MIB)
        wait_until(lambda: world.ask().status == 200, "memory is given back")
        with world.client() as client:
            self.assertEqual(len(client.ask(OPENAI.path, OPENAI.body("large")).body), LARGE_ANSWER + 10)

    def test_bodies_that_are_never_finished_are_bounded_together(self):
        world = self.start(listener={"request": {"buffered": "64MiB"}})
        head = head_lines(f"POST {OPENAI.path} HTTP/1.1", {
            "host": "localhost", "content-type": "application/json", "content-length": str(30 * MIB)})
        with contextlib.ExitStack() as stack:
            clients = [stack.enter_context(world.client()) for _ in range(10)]
            told = self.send_most(clients, head, 29 * MIB)
            self.assertGreater(told, 0, "somebody is told that there is no room")
            self.assert_served(world)
            self.assert_memory(world, "10 bodies of 29 of 30 MiB (64 MiB may be held)", 256 * MIB)

    @staticmethod
    def send_most(clients: list[Client], head: bytes, size: int) -> int:
        """Sends on all at once; how many were told 503 before they were done."""
        told = []

        def send(client: Client) -> None:
            client.send(head)
            with contextlib.suppress(ConnectionError):  # weir reads on for a while, but not for ever
                client.send(b"x" * size)
            client.socket.settimeout(1)
            with contextlib.suppress(TimeoutError, Broken, ConnectionError):
                told.append(client.answer().status)

        threads = [threading.Thread(target=send, args=(client,)) for client in clients]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert set(told) <= {503}, told
        return len(told)

    def wait_until_still(self, world: World) -> None:
        """Until the gateway reads no more from the provider: its memory has stopped growing for half a second."""
        seen = [(time.monotonic(), world.weir.memory())]

        def still() -> bool:
            if abs(world.weir.memory() - seen[0][1]) > MIB:
                seen[0] = (time.monotonic(), world.weir.memory())
            return time.monotonic() - seen[0][0] > 0.5

        wait_until(still, "memory has stopped growing")


if __name__ == "__main__":
    unittest.main()
