"""Holds that what a provider tells of its rate limit is believed: a key whose quota is used up is left alone until its
reset, its calls go elsewhere meanwhile, and where there is nowhere else the caller is told when to ask again, without
the provider being asked.
"""

import collections
import concurrent.futures
import datetime
import json
import pathlib
import sys
import threading
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parents[1]))

from harness.http1 import Client, Message  # noqa: E402
from harness.program import Program  # noqa: E402
from harness.upstream import Call, Upstream, answer_head, whole  # noqa: E402
from harness.weir import wait_until  # noqa: E402
from harness.world import ANTHROPIC, OPENAI  # noqa: E402

LIMIT = 20  # calls, of each key
SOON, LATE = 1.0, 600.0  # seconds until a quota is full again; the later one is over in no test
KEYS = ("main", "spare")


def openai_lines(left: int, reset: float) -> dict[str, str]:
    return {"x-ratelimit-limit-requests": str(LIMIT), "x-ratelimit-remaining-requests": str(left),
            "x-ratelimit-reset-requests": f"{reset * 1000:.0f}ms"}


def anthropic_lines(left: int, reset: float) -> dict[str, str]:
    when = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=reset)
    return {"anthropic-ratelimit-requests-limit": str(LIMIT), "anthropic-ratelimit-requests-remaining": str(left),
            "anthropic-ratelimit-requests-reset": when.strftime("%Y-%m-%dT%H:%M:%SZ")}


class Limited:
    """A provider that takes LIMIT calls of a key until its reset, and then says 429."""

    def __init__(self, lines, reset: float):
        self._lines, self._reset = lines, reset
        self._lock = threading.Lock()
        self._ends = 0.0
        self.taken = collections.Counter()
        self.refused = collections.Counter()
        self._left = collections.Counter()

    def __call__(self, call: Call) -> None:
        key = call.request.header("x-api-key") or call.request.header("authorization").removeprefix("Bearer ")
        with self._lock:
            now = time.monotonic()
            if now >= self._ends:
                self._ends = now + self._reset
                self._left = collections.Counter({name: LIMIT for name in KEYS})
            good = self._left[key] > 0
            self._left[key] -= good
            (self.taken if good else self.refused)[key] += 1
            headers = self._lines(self._left[key], self._ends - now)
        if not good:
            headers["retry-after"] = f"{self._ends - now:.0f}"
        body = {"answered_by": key} if good else {"error": {"message": "Rate limit reached", "type": "requests"}}
        text = json.dumps(body).encode()
        headers |= {"content-type": "application/json", "content-length": str(len(text))}
        call.send(answer_head(200 if good else 429, headers) + text)


class Quotas(unittest.TestCase):
    def start(self, dialect, limited: Limited, spare_deployment: bool) -> None:
        self.dialect, self.limited = dialect, limited
        narrow = self.enterContext(Upstream(limited))
        self.wide = self.enterContext(Upstream(lambda call: call.send(whole(b'{"answered_by":"wide"}'))))
        kind, path = ("openai", "/v1") if dialect is OPENAI else ("anthropic", "")
        providers = {
            "narrow": {"kind": kind, "base_url": narrow.url(path),
                       "keys": [{"name": name, "value": name} for name in KEYS]},
            "wide": {"kind": kind, "base_url": self.wide.url(path)}}
        names = ("narrow", "wide") if spare_deployment else ("narrow",)
        self.weir = self.enterContext(Program("serve", "--config", "weir.yaml", files={"weir.yaml": {
            "listen": "127.0.0.1:0", "workers": 2, "providers": providers,
            "models": {dialect.model: {"deployments": [{"provider": name, "model": "m"} for name in names]}}}}))

    def call(self) -> Message:
        with Client(self.weir.port) as client:
            return client.ask(self.dialect.path, self.dialect.body())

    def test_no_key_is_asked_for_more_than_it_has(self):
        for dialect, lines in ((OPENAI, openai_lines), (ANTHROPIC, anthropic_lines)):
            with self.subTest(path=dialect.path):
                self.start(dialect, Limited(lines, LATE), spare_deployment=True)
                answers = [self.call() for _ in range(8 * LIMIT)]
                self.assertEqual({answer.status for answer in answers}, {200})
                self.assertEqual({answer.header("x-weir-attempts") for answer in answers}, {"1"})
                self.assertEqual(self.limited.refused, {})
                for name in KEYS:
                    self.assertGreater(self.limited.taken[name], LIMIT / 2, "what there is is used")

    def test_callers_at_once_don_t_notice_that_it_is_used_up(self):
        self.start(OPENAI, Limited(openai_lines, LATE), spare_deployment=True)
        callers = 8
        with concurrent.futures.ThreadPoolExecutor(callers) as threads:
            answers = list(threads.map(lambda _: self.call(), range(8 * LIMIT)))
        self.assertEqual({answer.status for answer in answers}, {200})
        self.assertLess(self.limited.refused.total(), callers * len(KEYS), "those that were under way already")

    def test_where_there_is_nowhere_else_the_caller_is_told_when_to_ask_again(self):
        self.start(OPENAI, Limited(openai_lines, LATE), spare_deployment=False)
        self.assertEqual({self.call().status for _ in range(len(KEYS) * LIMIT)}, {200})
        answer = self.call()
        self.assertEqual((answer.status, answer.code), (429, "rate_limited"), answer.body)
        self.assertGreater(int(answer.header("retry-after")), 1)
        self.assertEqual(self.limited.refused, {}, "nobody was asked")

    def test_after_its_reset_a_key_is_used_again(self):
        self.start(OPENAI, Limited(openai_lines, SOON), spare_deployment=True)
        wait_until(lambda: self.call().status == 200 and self.limited.taken.total() > 2 * len(KEYS) * LIMIT,
                   "more calls than one quota has")
        self.assertEqual(self.limited.refused, {})


if __name__ == "__main__":
    unittest.main()
