"""Holds that an outage stays the provider's: of one of two deployments no caller notices it, of both every caller is
told in time, attempts are at most 1.2 times the calls, and afterwards all is as before within 35 s.

Three kinds of outage: nobody listens any more, errors, silence. Calls come at a steady rate all the time. WEIR_DEEP=1:
200 a second, outages of 10 s, weir's own settings; else shorter, with breakers that look again sooner. The figures are
printed.
"""

import contextlib
import os
import pathlib
import sys
import time
import unittest

tests = pathlib.Path(__file__).parents[1]
sys.path[:0] = [str(tests), str(tests / "metrics")]

import page  # noqa: E402
from harness.program import Mock, Program  # noqa: E402
from harness.weir import wait_until  # noqa: E402
from load import Call, Load, steadily  # noqa: E402

DEEP = os.environ.get("WEIR_DEEP") == "1"
RATE = 200 if DEEP else 100  # calls a second
PHASE = 10.0 if DEEP else 3.0  # seconds: of the usual before an outage, and of the outage
FIRST_BYTE = 1.0 if DEEP else 0.5
BACK_WITHIN = 35.0
MOST_ATTEMPTS = 1.2  # for each call
ATTEMPTS = 3
RESULTS_THAT_OPEN_A_BREAKER = 10
SLACK = 10.0  # a busy machine is no fault of weir's; an error without a deadline would come far later
USUAL = {"time_to_first_token": "20ms", "tokens_per_second": 0, "output_tokens": 6}
FAULTS = {"errors": {"kind": "status", "status": 500}, "silence": {"kind": "hang"}}
NAMES = ("first", "second")


class Provider:
    """A simulated one that may be out."""

    def __init__(self):
        self._mock = Mock()
        self.port = self._mock.port
        self._calls_before = 0  # in the ledgers of those that died
        self._mock.behave({"default": USUAL})

    def __enter__(self) -> "Provider":
        return self

    def __exit__(self, *about) -> None:
        self._mock.__exit__(*about)

    def go_out(self, how: str) -> None:
        if how in FAULTS:
            self._mock.behave({"default": USUAL, "rules": [{"fault": FAULTS[how]}]})
            return
        self._calls_before += self._mock.ledger()["calls"]
        self._mock.die()

    def come_back(self, how: str) -> None:
        if how not in FAULTS:
            self._mock = Mock(self.port)
        self._mock.behave({"default": USUAL})

    def calls(self) -> int:
        return self._calls_before + self._mock.ledger()["calls"]


class Storm(contextlib.ExitStack):
    """A gateway with two deployments of one model, under load."""

    def __init__(self):
        super().__init__()
        self.providers = {name: self.enter_context(Provider()) for name in NAMES}
        waits = f"{FIRST_BYTE * 1000:.0f}ms"
        timeouts = {"connect": "1s", "first_byte": waits, "between_events": waits, "total": waits}
        settings = {
            "listen": "127.0.0.1:0", "log": {"level": "error"},
            "providers": {name: {"kind": "openai", "base_url": f"http://127.0.0.1:{provider.port}/v1",
                                 "timeouts": timeouts} for name, provider in self.providers.items()},
            "models": {"m": {"deployments": [{"provider": name, "model": "sim-1"} for name in NAMES]}},
        } | ({} if DEEP else {"breaker": {"window": 20, "open": "2s"}})
        self.weir = self.enter_context(Program("serve", "--config", "weir.yaml", files={"weir.yaml": settings}))
        self.load = Load(self.weir.port, "m", steadily(RATE))

    def attempts(self) -> float:
        with self.weir.client() as client:
            return page.read(client).value("weir_upstream_attempts_total")

    def begun_between(self, begin: float, end: float) -> list[Call]:
        return [call for call in self.load.calls if begin <= call.begun < end]

    def is_usual_again(self, since: float) -> bool:
        """Of the calls of a whole second all were answered, by both."""
        last = self.begun_between(max(since, time.monotonic() - 1.5), time.monotonic() - 0.5)
        return (len(last) > 0.8 * RATE and all(call.fine for call in last)
                and len({call.deployment for call in last}) == len(NAMES))


class Figures:
    """What an outage has come to."""

    def __init__(self, how: str, out: int, warm: bool):
        with Storm() as storm:
            self.play(storm, how, list(storm.providers.values())[:out], warm)

    def play(self, storm: Storm, how: str, out: list[Provider], warm: bool) -> None:
        with storm.load as load:
            if warm:
                wait_until(lambda: load.begun >= PHASE * RATE, "the usual", PHASE + SLACK)
            before = storm.attempts()
            began = time.monotonic()
            for provider in out:
                provider.go_out(how)
            wait_until(lambda: time.monotonic() - began >= PHASE, "the outage to last", PHASE + SLACK)
            self.attempts = storm.attempts() - before
            ended = time.monotonic()
            for provider in out:
                provider.come_back(how)
            with contextlib.suppress(AssertionError):
                wait_until(lambda: storm.is_usual_again(ended), "all to be as before", BACK_WITHIN)
            self.back = time.monotonic() - ended
        self.calls = len(storm.begun_between(began, ended))
        self.all_calls = load.calls
        self.unsent = load.begun - len(load.calls)
        self.failed = [call for call in load.calls if not call.fine]
        self.failed_in_the_outage = [call for call in self.failed if began <= call.begun < ended]
        self.slowest = max(call.took for call in load.calls)
        self.all_attempts = storm.attempts()
        self.asked = sum(provider.calls() for provider in storm.providers.values())

    def __str__(self) -> str:
        statuses = sorted({call.status for call in self.failed})
        return (f"{self.attempts:.0f} attempts for {self.calls} calls in the outage "
                f"({self.attempts / self.calls:.3f}), {self.all_attempts:.0f} for {len(self.all_calls)} in all, "
                f"{self.asked} in the providers' ledgers; {len(self.failed_in_the_outage)} errors in the outage, "
                f"{len(self.failed)} in all {statuses}, slowest {self.slowest:.2f} s; back after {self.back:.1f} s")


class Storms(unittest.TestCase):
    def play(self, how: str, out: int, warm: bool = True) -> Figures:
        figures = Figures(how, out, warm)
        print(f"{how}, {out} of 2{'' if warm else ', from the start'}: {figures}", flush=True)
        self.assertEqual(figures.unsent, 0)
        self.assertLessEqual(figures.attempts, MOST_ATTEMPTS * figures.calls)
        # Beyond one for each call, which those that nobody could take had not even, only as many as the outage allows.
        self.assertLessEqual(figures.all_attempts - len(figures.all_calls), (MOST_ATTEMPTS - 1) * figures.calls)
        self.assertLess(figures.slowest, ATTEMPTS * FIRST_BYTE + SLACK)
        self.assertLess(figures.back, BACK_WITHIN)
        if how in FAULTS:  # a ledger knows nothing of whom its provider didn't hear
            self.assertEqual(figures.asked, figures.all_attempts)
        return figures

    def assert_nobody_notices(self, figures: Figures) -> None:
        self.assertEqual([(call.status, call.text[-300:]) for call in figures.failed], [])

    def assert_all_are_told(self, figures: Figures) -> None:
        for call in figures.failed:
            self.assertIn(call.status, (502, 503, 504), call.text[-300:])
            self.assertIn(b'"request_id":"req_', call.text)

    def test_of_one_of_two_nobody_notices_that_it_is_gone(self):
        self.assert_nobody_notices(self.play("gone", out=1))

    def test_of_one_of_two_nobody_notices_its_errors(self):
        self.assert_nobody_notices(self.play("errors", out=1))

    def test_of_one_of_two_nobody_notices_its_silence(self):
        self.assert_nobody_notices(self.play("silence", out=1))

    def assert_everybody_is_told(self, figures: Figures) -> None:
        self.assertTrue(figures.failed)
        self.assert_all_are_told(figures)

    def test_when_both_are_gone_everybody_is_told(self):
        self.assert_everybody_is_told(self.play("gone", out=2))

    def test_when_both_give_errors_everybody_is_told(self):
        self.assert_everybody_is_told(self.play("errors", out=2))

    def test_when_both_are_silent_everybody_is_told(self):
        self.assert_everybody_is_told(self.play("silence", out=2))

    def test_an_outage_at_the_start_is_noticed_by_few(self):
        # Who has had no calls yet has no share of them to try again, only retry.budget_min at once; until the breaker
        # has seen enough.
        for how in ("gone", "errors"):
            with self.subTest(how):
                figures = self.play(how, out=1, warm=False)
                self.assert_all_are_told(figures)
                self.assertLessEqual(len(figures.failed), RESULTS_THAT_OPEN_A_BREAKER)

    def test_silence_at_the_start_is_told(self):
        self.assert_all_are_told(self.play("silence", out=1, warm=False))


if __name__ == "__main__":
    unittest.main()
