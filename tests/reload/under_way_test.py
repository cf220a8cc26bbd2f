"""Holds that a reload is nothing that callers notice: what is under way goes on as it began, no connection is closed,
no call is dropped, and weir does not grow by it.
"""

import concurrent.futures
import os
import pathlib
import re
import signal
import threading
import unittest

from operated import BY_SIGNAL, Operated, Provider, deployed_at, settings_for, teller  # finds the others

from answers import Said
from crowd import Caller, Paced
from harness.program import Program
from harness.weir import sanitized, wait_until
from harness.world import OPENAI

WORDS = ("Hel", "lo", ", ", "how", " are", " you", "?")


def question(model: str, **members) -> dict:
    return OPENAI.body() | {"model": model} | members


class UnderWay(unittest.TestCase):
    def setUp(self):
        self.a, self.b = (self.enterContext(Provider(name)) for name in "ab")
        self.weir = self.enterContext(Operated(settings_for(self.a, self.b)))

    def hold(self, provider: Provider) -> Paced:
        """From now on this provider waits for a word before each event."""
        provider.answer = paced = Paced(Said(WORDS))
        return paced

    def caller(self, model: str, **members) -> Caller:
        return self.enterContext(Caller(self.weir.port, OPENAI.path, question(model, **members)))


class Calls(UnderWay):
    def changes(self):
        """Five reloads, among them one after which provider a is no more, and one that brings it back."""
        whole = self.weir.settings
        yield whole | {"models": whole["models"] | {"moving": deployed_at(self.b)}}
        yield {"providers": {"b": whole["providers"]["b"]}, "models": {"moving": deployed_at(self.b)}}
        yield {"providers": {"b": whole["providers"]["b"]}, "auth": {"master_key": "new"}}
        yield whole | {"listener": {"request": {"body": "1KiB"}}}
        yield whole

    def test_a_stream_across_five_reloads_comes_whole(self):
        paced = self.hold(self.a)
        with self.caller("moving", stream=True) as caller:
            wait_until(lambda: self.a.calls, "the call")
            events = paced.events(self.a.calls[0])
            for count, settings in enumerate(self.changes(), 1):
                paced.go_on()
                caller.read_until_said(b"".join(events[:count]))
                self.weir.put_in_force(settings)
            paced.finish()
            self.assertEqual(caller.rest().body, b"".join(events))

    def test_a_call_that_waits_for_its_answer_gets_it_from_the_provider_it_asked(self):
        paced = self.hold(self.a)
        with self.caller("moving") as caller:
            wait_until(lambda: self.a.calls, "the call")
            for settings in self.changes():
                self.weir.put_in_force(settings)
            paced.finish()
            answer = caller.rest()
            self.assertEqual((answer.status, answer.header("x-weir-deployment")), (200, "a/m"))

    def test_who_asks_after_a_model_was_pointed_elsewhere_joins_no_call_from_before(self):
        for stream in (False, True):
            with self.subTest(stream=stream):
                paced = self.hold(self.a)
                before = len(self.a.calls)
                members = {"temperature": 0, "stream": stream, "max_tokens": 7 + stream}
                opener = self.caller("moving", **members)
                wait_until(lambda: len(self.a.calls) > before, "the call")
                self.weir.point("moving", self.b)
                late = self.caller("moving", **members).rest()
                self.assertEqual(teller(late), "b")
                self.assertNotIn("collapsed", late.header("cache-status"))
                paced.finish()
                self.assertEqual(teller(opener.rest()), WORDS[0] + WORDS[1] + ",")
                self.assertEqual(teller(self.caller("moving", **members).rest()), "b", "now and later")
                self.weir.point("moving", self.a)

    def test_no_call_fails_and_no_connection_is_closed_while_a_model_moves_ten_times(self):
        over = threading.Event()
        answered = [0] * 4

        def ask_on_one_connection(number: int) -> set[str]:
            tellers = set()
            with self.weir.client() as client:
                while not over.is_set():
                    tellers.add(teller(client.ask(OPENAI.path, question("moving"))))
                    answered[number] += 1
            return tellers

        def wait_for_more() -> None:
            before = list(answered)
            wait_until(lambda: all(now > was + 9 for now, was in zip(answered, before)) or self.crowd_failed(crowd),
                       "each caller is answered ten times")

        with concurrent.futures.ThreadPoolExecutor(len(answered)) as pool:
            crowd = [pool.submit(ask_on_one_connection, number) for number in range(len(answered))]
            try:
                wait_for_more()
                for count in range(10):
                    self.weir.point("moving", self.a if count % 2 else self.b)
                    wait_for_more()
            finally:
                over.set()
            for caller in crowd:
                self.assertEqual(caller.result(), {"a", "b"})
        self.assertEqual(sum(answered), len(self.a.calls) + len(self.b.calls), "each call once")
        for provider in (self.a, self.b):
            self.assertLessEqual(provider.connections, 2 * len(answered), "providers that stay keep theirs")

    @staticmethod
    def crowd_failed(crowd: list[concurrent.futures.Future]) -> bool:
        return any(caller.done() for caller in crowd)


class Signals(UnderWay):
    def test_ten_in_a_row(self):
        for _ in range(10):
            self.weir.hang_up()
        wait_until(lambda: self.weir.events("reloaded", reason=BY_SIGNAL), "at least one is heeded")
        self.weir.point("moving", self.b)
        # A signal that was still waiting may have been heeded in place of the last one, just before the change.
        wait_until(lambda: teller(self.weir.ask("moving")) == "b", "the last one is heeded, too")

    def test_after_the_end_has_begun_it_does_no_harm(self):
        paced = self.hold(self.a)
        with self.caller("moving", stream=True) as caller:
            wait_until(lambda: self.a.calls, "the call")
            paced.go_on()
            events = paced.events(self.a.calls[0])
            caller.read_until_said(events[0])
            os.kill(self.weir.pid, signal.SIGTERM)
            wait_until(lambda: self.weir.events("draining"), "the end begins")
            self.weir.write("drain: 5\n")
            for _ in range(10):
                self.weir.hang_up()
            paced.finish()
            self.assertEqual(caller.rest().body, b"".join(events))
        self.assertEqual(self.weir.stop(), 0)
        self.assertEqual(self.weir.events("reloaded", "reload_refused"), [])

    def test_without_a_file_the_defaults_are_taken_again(self):
        with Program("serve", "--listen", "127.0.0.1:0", "--data-dir", "data") as weir, weir.client() as client:
            os.kill(weir.pid, signal.SIGHUP)
            wait_until(lambda: '"reloaded"' in weir.err(), "the reload")
            self.assertEqual(client.get("/readyz").json(), {"status": "ready", "degraded": []})
            self.assertEqual(client.ask(OPENAI.path, question("sim-1")).status, 200)


class Growth(UnderWay):
    MOST = 4 << 20  # bytes, for 200 reloads

    def memory(self) -> int:
        status = pathlib.Path(f"/proc/{self.weir.pid}/status").read_text()
        return int(re.search(r"VmRSS:\s+(\d+) kB", status)[1]) * 1024

    def reload(self, times: int) -> None:
        """Each makes provider a another one, which is called, so that there is a connection to be left."""
        for count in range(times):
            self.weir.change("providers", "a", "timeouts", {"connect": f"{2 + count % 2}s"})
            self.assertEqual(teller(self.weir.ask("moving")), "a")

    def test_two_hundred_reloads_leave_nothing_behind(self):
        self.reload(20)
        memory, descriptors = self.memory(), self.weir.open_descriptors()
        self.reload(200)
        wait_until(lambda: self.weir.open_descriptors() <= descriptors + 2, "what is left is closed")
        grown = self.memory() - memory
        print(f"200 reloads: {grown / 1024:.0f} KiB more memory, {self.weir.open_descriptors() - descriptors} "
              "more descriptors")
        if not sanitized():  # they keep what was freed
            self.assertLess(grown, self.MOST)


if __name__ == "__main__":
    unittest.main()
