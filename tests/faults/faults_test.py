"""Holds what each fault of the simulated provider means to a caller: the right status and code in the caller's dialect,
or a terminal event in it once a stream has begun; within its deadline; with no connection left behind; and that the
next call works. One attempt a call: what becomes of several is in matrix_test.py. What is expected is in table.py; the
deadlines are short and of the configuration.
"""

import json
import pathlib
import sys
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parents[1]))

from harness.http1 import Client, Message  # noqa: E402
from harness.program import Mock, Program  # noqa: E402
from harness.weir import ONE_ATTEMPT, sanitized, wait_until  # noqa: E402
from table import EVENT, HANDED_ON, IMPOSSIBLE, KINDS, PASSED, PLACES, ROWS, STATUSES, Row  # noqa: E402

QUICK = {"time_to_first_token": "0ms", "tokens_per_second": 0, "output_tokens": 6}
FIRST_BYTE, BETWEEN_EVENTS, TOTAL = 0.4, 0.3, 0.6  # seconds
SLACK = 5.0  # a busy machine is no fault of weir's; nothing below waits that long unless a deadline is not kept
TIMEOUTS = {"connect": "1s", "first_byte": f"{FIRST_BYTE * 1000:.0f}ms",
            "between_events": f"{BETWEEN_EVENTS * 1000:.0f}ms", "total": f"{TOTAL * 1000:.0f}ms"}
WAITED_FOR = (429, 503, 529)  # statuses whose `retry-after` callers get
WAYS = {  # what is asked where; the model is the provider's name
    "chat": ("/v1/chat/completions", {"messages": [{"role": "user", "content": "hi"}]}),
    "responses": ("/v1/responses", {"input": "hi"}),
    "messages": ("/v1/messages", {"messages": [{"role": "user", "content": "hi"}], "max_tokens": 50}),
}


class Asker:
    """A connection that asks in one way, in one mode."""

    def __init__(self, port: int, way: str, stream: bool, fresh: bool = False):
        self.way, self.stream, self.client = way, stream, Client(port)
        self.path, self.body = WAYS[way]
        provider = "anthropic" if way == "messages" else "openai"
        self.body = self.body | {"model": ("fresh-" if fresh else "") + provider, "stream": stream}

    def ask(self) -> Message:
        return self.client.ask(self.path, self.body)

    def error_of(self, document: dict) -> dict:
        """The error in a body or in the last event, once its shape is known to be this dialect's."""
        error = document["error"]
        assert isinstance(error["message"], str) and error["message"], document
        if self.way == "messages":
            assert document["type"] == "error" and document["request_id"].startswith("req_"), document
            assert isinstance(error["type"], str), document
        else:
            assert error["request_id"].startswith("req_") and "param" in error, document
        return error

    def events_in(self, body: bytes) -> list[tuple[str | None, str]]:
        """Name and data of each event; every one must be whole and in the form that the SDKs read."""
        assert body.endswith(b"\n\n"), body[-200:]
        events = []
        for block in body.decode().rstrip("\n").split("\n\n"):
            fields = dict(line.split(": ", 1) for line in block.split("\n") if not line.startswith(":"))
            assert set(fields) in ({"data"}, {"event", "data"}), block
            events.append((fields.get("event"), fields["data"]))
        return events

    def last_error_in(self, body: bytes) -> dict:
        *before, (name, data) = self.events_in(body)
        for _, earlier in before:
            assert earlier == "[DONE]" or json.loads(earlier), earlier
        assert before, "an error event that is alone should have been a status"
        assert name == (None if self.way == "chat" else "error"), name
        return self.error_of(json.loads(data))


class Faults(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.mock = cls.enterClassContext(Mock())
        url = f"http://127.0.0.1:{cls.mock.port}"
        usual = {"timeouts": TIMEOUTS, "answer_limit": "1MiB"}
        providers = {}
        for name, base in (("openai", url + "/v1"), ("anthropic", url)):
            providers[name] = {"kind": name, "base_url": base} | usual
            # A fault of a connection needs a new one.
            providers[f"fresh-{name}"] = providers[name] | {"connections": {"idle": 0, "max": 10}}
        models = {name: {"deployments": [{"provider": name, "model": "sim-1"}]} for name in providers}
        settings = ONE_ATTEMPT | {"listen": "127.0.0.1:0", "workers": 1, "providers": providers, "models": models}
        cls.weir = cls.enterClassContext(Program("serve", "--config", "weir.yaml", files={"weir.yaml": settings}))
        cls.usual_answers = {}
        cls.mock.script({"default": QUICK})
        for way in WAYS:
            for stream in (False, True):
                asker = Asker(cls.weir.port, way, stream)
                answer = asker.ask()
                assert answer.status == 200, answer.body
                cls.usual_answers[way, stream] = answer.body
                asker.client.close()
        # From now on a connection of each provider that keeps them stays, and the one to the mock's desk.
        cls.idle = cls.count_descriptors()

    @classmethod
    def count_descriptors(cls) -> tuple[int, int]:
        with Client(cls.weir.port) as client:  # all that came before it has been accepted when it is answered
            client.get("/livez")
            return cls.weir.open_descriptors(), cls.mock.open_descriptors()

    def script(self, fault: dict, pace: int = 0, **when) -> None:
        rule = {"when": when, "fault": fault, "tokens_per_second": pace}
        self.mock.script({"default": QUICK, "rules": [rule]})

    def assert_as_before(self, asker: Asker) -> None:
        """The next call works, and nothing is left of the last."""
        self.mock.script({"default": QUICK})
        again = Asker(self.weir.port, asker.way, asker.stream)
        answer = again.ask()
        again.client.close()
        asker.client.close()
        self.assertEqual(answer.status, 200, answer.body)
        self.assertEqual(answer.body, self.usual_answers[asker.way, asker.stream])
        wait_until(lambda: self.count_descriptors() == self.idle,
                   f"as many descriptors as at first: {self.idle}, not {self.count_descriptors()}")

    def ask_in_time(self, asker: Asker) -> Message:
        began = time.monotonic()
        answer = asker.ask()  # reads to the end of the body, and fails where its framing has no proper one
        if not sanitized():
            self.assertLess(time.monotonic() - began, FIRST_BYTE + TOTAL + SLACK)
        return answer

    def assert_outcome(self, outcome, asker: Asker, answer: Message) -> None:
        self.assertTrue(answer.header("x-weir-request-id").startswith("req_"))
        if outcome == PASSED:
            self.assertEqual(answer.status, 200, answer.body[:500])
            self.assertNotIn(b"provider_", answer.body)
            return
        where, code = outcome
        if where == EVENT:
            self.assertEqual(answer.status, 200, answer.body[:500])
            self.assertTrue(answer.header("content-type").startswith("text/event-stream"))
            self.assertEqual(asker.last_error_in(answer.body)["code"], code)
            return
        self.assertEqual((answer.status, answer.code), (where, code), answer.body[:500])
        self.assertEqual(answer.header("content-type"), "application/json")
        asker.error_of(answer.json())

    def test_the_table_names_every_fault_at_every_place(self):
        rows = [(row.kind, row.at) for row in ROWS] + [*IMPOSSIBLE, ("status", "before_head")]
        self.assertEqual(sorted(rows), sorted((kind, at) for kind in KINDS for at in PLACES))

    def test_what_is_called_impossible_is_refused_by_the_mock(self):
        with Client(self.mock.port) as client:
            for kind, at in IMPOSSIBLE:
                with self.subTest(kind=kind, at=at):
                    answer = client.ask("/_mock/script", {"rules": [{"fault": {"kind": kind, "at": at}}]})
                    self.assertEqual(answer.status, 400)

    def run_row(self, row: Row) -> None:
        for way in WAYS:
            for stream in (False, True):
                if way == "responses" and not stream:
                    continue  # the same as chat's
                with self.subTest(kind=row.kind, at=row.at, way=way, stream=stream):
                    outcome = row.stream if stream else row.whole
                    # What comes in one piece with what is broken may be lost with it: events come apart.
                    pace = 40 if outcome[0] == EVENT else 0
                    self.script({"kind": row.kind, "at": row.at, "delay": "0ms" if stream else "50ms"} | row.more, pace)
                    asker = Asker(self.weir.port, way, stream, fresh=row.at == "connect")
                    try:
                        answer = self.ask_in_time(asker)
                        self.assert_outcome(outcome, asker, answer)
                        calls = self.mock.ledger()["calls"]
                        self.assertIn(calls, (1, 2), "one call, and at most one more for a dead kept connection")
                        if row.kind == "drip" and stream:
                            self.assertEqual(answer.body, self.usual_answers[way, stream])
                    finally:
                        self.assert_as_before(asker)

    def test_faults_of_a_connection(self):
        for row in (row for row in ROWS if row.at == "connect"):
            self.run_row(row)

    def test_faults_before_the_head(self):
        for row in (row for row in ROWS if row.at == "before_head"):
            self.run_row(row)

    def test_faults_after_the_head(self):
        for row in (row for row in ROWS if row.at == "after_head"):
            self.run_row(row)

    def test_faults_in_the_body(self):
        for row in (row for row in ROWS if row.at in ("middle", "end")):
            self.run_row(row)

    def test_a_stream_that_drips_for_longer_than_any_deadline_is_passed_on(self):
        self.script({"kind": "drip", "at": "middle", "delay": "1ms"})
        asker = Asker(self.weir.port, "chat", stream=True)
        began = time.monotonic()
        self.assertEqual(asker.ask().body, self.usual_answers["chat", True])
        self.assertGreater(time.monotonic() - began, max(FIRST_BYTE, BETWEEN_EVENTS, TOTAL))
        self.assert_as_before(asker)

    def test_statuses(self):
        for theirs, ours, code in STATUSES:
            for way in ("chat", "messages"):
                for stream in (False, True):
                    with self.subTest(provider=theirs, way=way, stream=stream):
                        wait = {"retry_after": "1500ms"} if theirs in WAITED_FOR else {}
                        self.script({"kind": "status", "status": theirs} | wait)
                        asker = Asker(self.weir.port, way, stream)
                        answer = self.ask_in_time(asker)
                        self.assert_status(theirs, ours, code, asker, answer)
                        self.assert_as_before(asker)

    def assert_status(self, theirs: int, ours: int, code: str, asker: Asker, answer: Message) -> None:
        self.assertEqual(answer.status, ours, answer.body)
        words = f"answers {theirs}"
        message = answer.json()["error"]["message"]
        if code == HANDED_ON:
            self.assertIn(words, message)
            self.assertNotIn("code" if asker.way == "messages" else "request_id", answer.json()["error"])
        else:
            self.assertEqual(asker.error_of(answer.json())["code"], code)
            self.assertEqual(words in message, code == "provider_overloaded", message)
        if theirs in WAITED_FOR:
            self.assertEqual(answer.header("retry-after"), "2", "whole seconds, rounded up")
        if code == "provider_auth":
            self.assertEqual(answer.header("x-should-retry"), "false")
        self.assertEqual(self.mock.ledger()["calls"], 1)

    def test_a_kept_connection_that_dies_is_replaced_once_and_nobody_notices(self):
        for way in WAYS:
            for stream in (False, True):
                with self.subTest(way=way, stream=stream):
                    self.script({"kind": "reset", "at": "before_head"}, call={"to": 1})
                    asker = Asker(self.weir.port, way, stream)
                    answer = self.ask_in_time(asker)
                    self.assertEqual(answer.body, self.usual_answers[way, stream])
                    self.assertEqual(self.mock.ledger()["calls"], 2)
                    self.assert_as_before(asker)

    def test_a_new_connection_that_dies_is_not_replaced(self):
        for way in ("chat", "messages"):
            with self.subTest(way=way):
                self.script({"kind": "reset", "at": "before_head"}, call={"to": 1})
                asker = Asker(self.weir.port, way, stream=False, fresh=True)
                self.assert_outcome((502, "provider_failed"), asker, self.ask_in_time(asker))
                self.assertEqual(self.mock.ledger()["calls"], 1)
                self.assert_as_before(asker)

    def test_a_kept_connection_that_dies_after_a_byte_of_the_answer_is_not_replaced(self):
        for at in ("after_head", "middle", "end"):
            with self.subTest(at=at):
                self.script({"kind": "reset", "at": at}, call={"to": 1})
                asker = Asker(self.weir.port, "chat", stream=False)
                self.assert_outcome((502, "provider_failed"), asker, self.ask_in_time(asker))
                self.assertEqual(self.mock.ledger()["calls"], 1)
                self.assert_as_before(asker)

    def test_a_caller_s_connection_stays_after_a_fault_that_is_not_its_own(self):
        for way in ("chat", "messages"):
            asker = Asker(self.weir.port, way, stream=True)
            for kind, at in [("truncate", "middle"), ("hang", "before_head"), ("garbage", "after_head"),
                             ("reset", "end")]:
                with self.subTest(way=way, kind=kind, at=at):
                    self.script({"kind": kind, "at": at})
                    answer = self.ask_in_time(asker)
                    self.assertIsNone(answer.header("connection"))
                    self.mock.script({"default": QUICK})
                    self.assertEqual(asker.ask().body, self.usual_answers[way, True])
            self.assert_as_before(asker)


if __name__ == "__main__":
    unittest.main()
