"""Holds that what is somebody's own stands nowhere else: a canary is put into each place of `places.py`, weir is driven
through all that callers and providers do, and then everything is read that it wrote, answered or keeps.

An answer may hold what its own request said, and what CONTRACT hands on of what the provider said to this very call.
"""

import contextlib
import copy
import itertools
import json
import os
import pathlib
import signal
import sys
import tempfile
import threading
import types
import unittest

tests = pathlib.Path(__file__).parents[1]
sys.path[:0] = [str(tests), str(tests / "cache")]

from answering import BEHAVIOURS, IN_THE_ANSWER, collects  # noqa: E402
from asking import KEY, asked, of_all_kinds  # noqa: E402
from crowd import is_read_by  # noqa: E402
from harness.http1 import Broken, Message, head_lines  # noqa: E402
from harness.program import Program, run  # noqa: E402
from harness.upstream import Call, CloseConnection, Upstream  # noqa: E402
from harness.weir import ONE_ATTEMPT, wait_until  # noqa: E402
from harness.world import DIALECTS, OPENAI  # noqa: E402
from places import ANSWERED, ASKED, GROUPS, REFUSED, WORDS, by_variable, word  # noqa: E402

# What is never said back, not even to whoever sent it.
CREDENTIALS = {"master-key", "wrong-bearer", "wrong-key", "basic", "cookie"}
FILES = {"a.file": f"{word('file')}\nsecond line\n", "key.file": word("key-by-file") + "\n"}
VARIABLES = {by_variable(name)[2:-1]: text for name, text in WORDS.items()} | {
    by_variable("url")[2:-1]: f"https://{word('url')}.example/v1",
    by_variable("address")[2:-1]: f"http://{word('address')}.invalid/v1"}  # RFC 6761 section 6.4: exists nowhere


def settings(upstream: Upstream, collector: Upstream, log_format: str) -> dict:
    def keys(*values: str) -> list[dict]:
        return [{"name": f"key-{number}", "value": value} for number, value in enumerate(values)]

    return ONE_ATTEMPT | {
        "log": {"level": "debug", "format": log_format}, "auth": {"master_key": by_variable("master-key")},
        "traces": {"endpoint": collector.url("/v1/traces"),
                   "headers": {"authorization": by_variable("collector-key"), "x-tenant": word("collector-tenant")}},
        "providers": {
            "openai": {"kind": "openai", "base_url": upstream.url("/v1"),
                       "keys": keys(word("key-by-value"), f"${{NOT_SET:-{word('key-by-default')}}}")},
            "anthropic": {"kind": "anthropic", "base_url": upstream.url(),
                          "keys": keys(by_variable("key-by-variable"), "${file:key.file}")},
            "lost": {"kind": "openai", "base_url": by_variable("address"), "keys": keys("a")}},
        "models": {"gpt": {"deployments": [{"provider": "openai", "model": "gpt"}]},
                   "claude": {"deployments": [{"provider": "anthropic", "model": "claude"}]},
                   "lost": {"deployments": [{"provider": "lost", "model": "lost"}]},
                   "wild/*": {"provider": "openai"}},
    }


def laid_over(settings_before: dict, spoilt: dict) -> dict:
    """`spoilt` over a copy of the settings, group by group; None takes one away."""
    merged = copy.deepcopy(settings_before)
    for name, value in spoilt.items():
        below = merged.get(name, {})
        both = isinstance(value, dict) and isinstance(below, dict)
        merged[name] = laid_over(below, value) if both else value
    return {name: value for name, value in merged.items() if value is not None}


def found_in(text: str | bytes) -> set[str]:
    """The places whose canaries are in it."""
    text = text.decode("latin-1") if isinstance(text, bytes) else text
    return {name for name, canary in WORDS.items() if canary in text}


class Canaries(unittest.TestCase):
    def start(self, log_format: str) -> None:
        self.upstream = self.enterContext(Upstream(BEHAVIOURS["answers"].answer))
        self.collector = self.enterContext(Upstream(collects))
        self.settings = settings(self.upstream, self.collector, log_format)
        first = self.settings | {"auth": {"master_key": word("old-master-key")}}
        self.weir = self.enterContext(Program(
            "serve", "--config", "weir.yaml", "--listen", "127.0.0.1:0", "--data-dir", "data",
            files=FILES | {"weir.yaml": first}, variables=VARIABLES))
        self.public: dict[str, str] = {}  # what anybody may read, by where it was read and after what
        self.reload(self.settings, "reloaded")

    def reload(self, content: dict, event: str) -> None:
        before = self.weir.err().count(event)
        (self.weir.folder / "weir.yaml").write_text(json.dumps(content))
        os.kill(self.weir.pid, signal.SIGHUP)
        wait_until(lambda: self.weir.err().count(event) > before, event)

    def look_around(self, after: str) -> None:
        """Keeps what weir shows of itself now."""
        for path in ("/readyz", "/metrics", "/api/v1/cache/stats", "/v1/models", "/api/v1/mock/ledger"):
            answer = self.send(head_lines(f"GET {path} HTTP/1.1", KEY | {"host": "a"}), set())
            self.public[f"{path} after {after}"] = answer.body.decode()

    def send(self, wire: bytes, told: set[str]) -> Message | None:
        with self.weir.client() as client:
            client.send(wire)
            return self.receive(client, wire, told)

    def receive(self, client, wire: bytes, told: set[str]) -> Message | None:
        try:
            answer = client.answer()
            heard = answer.raw_head + answer.body
        except Broken:
            answer, heard = None, client.ahead
        allowed = (found_in(wire) | told) - CREDENTIALS
        self.assertEqual(found_in(heard) - allowed, set(), f"in {heard[:3000]!r}")
        return answer

    def drive_refused_files(self) -> None:
        for name, (where, spoilt) in REFUSED.items():
            with self.subTest("a refused file", where=where):
                self.reload(laid_over(self.settings, spoilt), "reload_refused")
                self.look_around(f"a file with a mistake in {where}")
        self.reload(self.settings, "reloaded")

    def drive_behaviours(self) -> None:
        for number, (name, behaviour) in enumerate(BEHAVIOURS.items(), 1):
            self.upstream.answer = behaviour.answer
            for dialect in DIALECTS:
                with self.subTest("the provider", does=name, path=dialect.path):
                    for stream in (False, True):
                        before = len(self.upstream.calls)
                        self.assertIsNotNone(self.send(asked(dialect, stream, temperature=1), behaviour.told))
                        self.assertGreater(len(self.upstream.calls), before, "it was asked")
                    self.drive_flight(dialect, behaviour, {"temperature": 0, "max_tokens": number})
            self.look_around(f"the provider {name}")

    def drive_flight(self, dialect, behaviour, members: dict) -> None:
        """One call, streamed, and one that joins it, which are both told what is said to it."""
        before, released = len(self.upstream.calls), threading.Event()

        def waits(call) -> None:
            released.wait()
            behaviour.answer(call)

        self.upstream.answer = waits
        wires = [asked(dialect, stream, **members) for stream in (True, False)]
        with self.weir.client() as opener, self.weir.client() as follower:
            opener.send(wires[0])
            wait_until(lambda: len(self.upstream.calls) > before, "the call")
            follower.send(wires[1])
            wait_until(lambda: is_read_by(self.weir.port), "the other")
            released.set()
            for client, wire in zip((opener, follower), wires):
                self.receive(client, wire, behaviour.told)
        self.upstream.answer = behaviour.answer

    def drive_hits(self) -> None:
        """Another caller gets the answer, and nothing that was said to the first alone."""
        self.upstream.answer = BEHAVIOURS["answers"].answer
        for dialect in DIALECTS:
            for stream in (False, True):
                with self.subTest("a cached answer", path=dialect.path, stream=stream):
                    wire = asked(dialect, stream, temperature=0)
                    self.send(wire, BEHAVIOURS["answers"].told)
                    answer = self.send(wire, IN_THE_ANSWER)
                    self.assertIn("hit", answer.header("cache-status"))

    def drive_requests(self) -> None:
        for name in ("status 400", "answers"):  # in this order: what is answered is kept
            self.upstream.answer = BEHAVIOURS[name].answer
            for wire in of_all_kinds():
                with self.subTest("a request", wire=wire[:2000], provider=name):
                    self.send(wire, BEHAVIOURS[name].told)
        self.look_around("all requests")

    def drive_nobody_there(self) -> None:
        self.upstream.stop_listening()
        self.upstream.close_connections()
        for dialect in DIALECTS:
            for _ in range(3):
                self.assertEqual(self.send(asked(dialect, temperature=1), set()).status, 502)
                self.assertEqual(self.send(asked(OPENAI, model="lost"), set()).status, 502)
        self.look_around("nobody is there")

    def written(self) -> dict[str, str]:
        """All that weir has written, by where."""
        folder = self.weir.folder
        kept = {str(file): file.read_text("latin-1") for file in (folder / "data").rglob("*") if file.is_file()}
        traces = {f"trace {number}": call.request.target + call.request.body.decode()
                  for number, call in enumerate(self.collector.calls)}
        return {"stdout": self.weir.out(), "stderr": self.weir.err()} | kept | traces | self.public

    def test_no_canary_is_found_where_it_was_not_put(self):
        for log_format in ("json", "text"):
            with self.subTest(log_format):
                self.start(log_format)
                self.drive_refused_files()
                self.drive_behaviours()
                self.drive_hits()
                self.drive_requests()
                self.drive_nobody_there()
                command_line = pathlib.Path(f"/proc/{self.weir.pid}/cmdline").read_text()
                self.assertEqual(self.weir.stop(), 0)
                written = self.written() | {"the command line": command_line}
                for where, text in written.items():
                    if found := found_in(text):
                        with self.subTest(where):
                            lines = [line[:600] for line in text.splitlines() if found_in(line)]
                            self.fail(f"{sorted(found)} in {where}:\n" + "\n".join(lines[:5]))
                self.assert_there_was_something_to_find(written)

    def assert_there_was_something_to_find(self, written: dict[str, str]) -> None:
        for event in ("provider_auth", "reload_refused", "degraded", "call"):
            self.assertIn(event, written["stderr"])
        self.assertIn("gen_ai.request.model", "".join(written.values()))
        sent = b"".join(call.request.raw_head + call.request.body
                        for call in self.upstream.calls + self.collector.calls)
        in_force = set(GROUPS["settings in force"]) - {"master-key", "old-master-key", "address", "unused-variable"}
        self.assertEqual(in_force - found_in(sent), set(), "each key was used")

    def test_check_does_not_tell_either(self):
        with tempfile.TemporaryDirectory() as folder:
            for name, content in FILES.items():
                (pathlib.Path(folder) / name).write_text(content)
            with Upstream(collects) as nobody:
                good = settings(nobody, nobody, "json")
            for _, (where, spoilt) in REFUSED.items():
                with self.subTest(where):
                    (pathlib.Path(folder) / "weir.yaml").write_text(json.dumps(laid_over(good, spoilt)))
                    ended = run("check", "weir.yaml", folder=folder, variables=VARIABLES)
                    # Where a good file's calls would go is what whoever runs this wants to know.
                    self.assertEqual(found_in(ended.out + ended.err) - {"address"}, set(), ended)

    def test_a_key_that_weir_made_is_shown_once_and_kept_in_its_file(self):
        with Program("serve", "--listen", "127.0.0.1:0", "--data-dir", "data") as weir:
            key = (weir.folder / "data" / "master_key").read_text().strip()
            with weir.client() as client:
                client.ask("/v1/chat/completions", {"model": "sim-1", "messages": []}, {"x-api-key": key})
                self.assertNotIn(key.encode(), client.get("/readyz").body)
            weir.stop()
            self.assertEqual(weir.out().count(key), 1)
            self.assertNotIn(key, weir.err())
            holders = [file.name for file in (weir.folder / "data").rglob("*")
                       if file.is_file() and key.encode() in file.read_bytes()]
            self.assertEqual(holders, ["master_key"])

    def test_each_is_put_where_its_table_says(self):
        requests = [*of_all_kinds(), *(asked(dialect) for dialect in DIALECTS)]
        self.assertEqual(set(ASKED) - found_in(b"".join(requests)), set())
        said: list[bytes] = []

        def hear(answer, dialect, stream: bool, number: int = 1) -> None:
            request = Message(f"POST {dialect.path} HTTP/1.1", [], b"", json.dumps({"stream": stream}).encode())
            with contextlib.suppress(CloseConnection):
                answer(Call(request, types.SimpleNamespace(sendall=said.append), number))

        for dialect, stream in itertools.product(DIALECTS, (False, True)):
            for behaviour in BEHAVIOURS.values():
                hear(behaviour.answer, dialect, stream)
        hear(collects, OPENAI, False)
        self.assertEqual(set(ANSWERED) - found_in(b"".join(said)), set())

    def test_the_canaries_are_many_and_none_is_part_of_another(self):
        self.assertGreaterEqual(len(WORDS), 50)
        self.assertEqual(sum(map(len, GROUPS.values())), len(WORDS), "each name once")
        for name, canary in WORDS.items():
            self.assertEqual(found_in(canary), {name})


if __name__ == "__main__":
    unittest.main()
