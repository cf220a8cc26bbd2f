"""Holds what the health paths say: alive and ready at once, which provider is degraded and since when, and that it is
no more once a call has succeeded. None of them calls a provider.
"""

import datetime
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parents[1]))

from harness.http1 import Message, head_lines  # noqa: E402
from harness.upstream import CloseConnection, whole  # noqa: E402
from harness.world import ANTHROPIC, OPENAI, World, answer_plainly  # noqa: E402

ALIVE = ("/livez", "/health/liveliness")
READY = ("/readyz", "/health", "/health/readiness")
FAILURES = 3  # in a row make a provider degraded
CANARY = "words-of-the-provider-0815"


def fails_with(status: int):
    return lambda call: call.send(whole(b'{"error":{"message":"%b"}}' % CANARY.encode(), status))


def breaks_off(_) -> None:
    raise CloseConnection


class Health(unittest.TestCase):
    def setUp(self):
        self.world = self.enterContext(World(auth={"master_key": "sk-health-needs-no-key"}))

    def get(self, path: str, method: str = "GET") -> Message:
        with self.world.client() as client:
            client.send(head_lines(f"{method} {path} HTTP/1.1", {"host": "10.1.2.3"}))  # as a load balancer does
            return client.head() if method == "HEAD" else client.answer()

    def ask(self, dialect) -> int:
        with self.world.client() as client:
            return client.ask(dialect.path, dialect.body(), {"x-api-key": "sk-health-needs-no-key"}).status

    def degraded(self) -> list[dict]:
        answer = self.get("/readyz")
        self.assertEqual(answer.status, 200, "a degraded provider is no reason to take weir out")
        return answer.json()["degraded"]

    def test_alive(self):
        for path in ALIVE:
            with self.subTest(path):
                answer = self.get(path)
                self.assertEqual((answer.status, answer.json()), (200, {"status": "alive"}))

    def test_ready_with_nothing_degraded(self):
        for path in READY:
            with self.subTest(path):
                answer = self.get(path)
                self.assertEqual((answer.status, answer.json()), (200, {"status": "ready", "degraded": []}))
                self.assertEqual(answer.header("cache-control"), "no-store")

    def test_head_says_the_same_without_a_body(self):
        for path in ALIVE + READY:
            with self.subTest(path):
                self.assertEqual(self.get(path, "HEAD").header("content-length"), str(len(self.get(path).body)))

    def test_a_query_changes_nothing(self):
        self.assertEqual(self.get("/livez?verbose=1").status, 200)

    def test_no_health_path_calls_a_provider(self):
        for path in ALIVE + READY:
            self.get(path)
        self.assertEqual(self.world.upstream.connections, 0)

    def test_a_failing_provider_is_listed_until_a_call_succeeds(self):
        failures = {"status 500": fails_with(500), "a refused key": fails_with(401), "overload": fails_with(503),
                    "broken off": breaks_off, "no HTTP": lambda call: call.send(b"no HTTP at all\r\n\r\n")}
        for name, failure in failures.items():
            with self.subTest(name):
                self.world.upstream.answer = failure
                for _ in range(FAILURES - 1):
                    self.ask(OPENAI)
                self.assertEqual(self.degraded(), [], "not after one failure or two")
                self.ask(OPENAI)
                [part] = self.degraded()
                self.assertEqual(part["part"], "provider openai")
                self.assertTrue(part["reason"])
                self.assertNotIn(CANARY, part["reason"])
                since = datetime.datetime.fromisoformat(part["since"])
                age = datetime.datetime.now(datetime.timezone.utc) - since
                self.assertLess(abs(age), datetime.timedelta(minutes=5))
                self.world.upstream.answer = answer_plainly
                self.assertEqual(self.ask(OPENAI), 200)
                self.assertEqual(self.degraded(), [])

    def test_a_provider_that_nobody_reaches_is_listed(self):
        self.world.upstream.stop_listening()
        for dialect in (OPENAI, ANTHROPIC):
            for _ in range(FAILURES):
                self.assertEqual(self.ask(dialect), 502)
        self.assertEqual([part["part"] for part in self.degraded()], ["provider anthropic", "provider openai"])
        self.assertTrue(all("refused" in part["reason"] for part in self.degraded()))

    def test_a_caller_s_own_mistake_degrades_nobody(self):
        self.world.upstream.answer = fails_with(400)
        for _ in range(FAILURES + 1):
            self.assertEqual(self.ask(OPENAI), 400)
        self.assertEqual(self.degraded(), [])


if __name__ == "__main__":
    unittest.main()
