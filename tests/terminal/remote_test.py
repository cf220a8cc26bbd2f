"""Holds that commands which ask a running weir show what it answers, to people and to programs, and that they say in a
sentence why they can't: nobody there, no weir there, no key, or a refusal, which is told in the API's own words.
"""

import json
import pathlib
import re
import socket
import sys
import tempfile
import unittest

from commands import OPTIONS
from harness.http1 import Client
from harness.program import Ended, run
from harness.upstream import CloseConnection, Upstream, whole
from harness.weir import Weir
from harness.world import OPENAI

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "tls"))

from certificates import Authority  # noqa: E402
from world import TlsUpstream  # noqa: E402

ASKING = [command.split() for command in OPTIONS if "--url" in OPTIONS[command]]
NEEDED = {"cache purge": ["--all"], "route open": ["a/b"], "route close": ["a/b"], "route auto": ["a/b"]}
KEY = "sk-master-canary-4711"
QUICK = {"default": {"time_to_first_token": "0ms", "tokens_per_second": 100000}}
READY = {"status": "ready", "degraded": []}
SINCE = "2026-01-02T03:04:05Z"


def ask_for(port: int, *arguments: str, **variables: str) -> Ended:
    return run(*arguments, variables={"WEIR_URL": f"http://127.0.0.1:{port}"} | variables)


def start(folder: pathlib.Path, **settings) -> Weir:
    """A weir whose provider is simulated, and quick."""
    (folder / "script.yaml").write_text(json.dumps(QUICK))
    price = {"input": 1000, "output": 1000}
    deployment = {"provider": "sim", "model": "sim-1", "price": price}
    return Weir({"providers": {"sim": {"kind": "simulated", "script": str(folder / "script.yaml")}},
                 "models": {"gpt": {"deployments": [deployment]}}} | settings)


def remember(weir: Weir, prompt: str, **headers: str) -> str:
    """Has an answer kept, and gives its key."""
    sent = {name.replace("_", "-"): value for name, value in headers.items()} | {"x-weir-cache": "on"}
    with Client(weir.port) as client:
        answer = client.ask(OPENAI.path, OPENAI.body(prompt) | {"max_tokens": 1000}, sent)
        assert answer.status == 200, answer.body
        return answer.header("x-weir-cache-key")


class Asking(unittest.TestCase):
    """A weir that takes calls on this machine without a key."""

    def setUp(self):
        folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))
        self.weir = self.enterContext(start(folder))

    def ask(self, *arguments: str, **variables: str) -> Ended:
        ended = ask_for(self.weir.port, *arguments, **variables)
        self.assertEqual((ended.code, ended.err), (0, ""), ended)
        return ended

    def document(self, path: str) -> bytes:
        with Client(self.weir.port) as client:
            return client.get(path).body

    def figure(self, name: str) -> str:
        return re.search(rf"(?m)^ *{name} +(.*)$", self.ask("cache", "stats").out)[1]

    def test_a_weir_that_is_ready_says_so(self):
        self.assertEqual(self.ask("status").out, f"weir at http://127.0.0.1:{self.weir.port} is ready.\n")
        self.assertEqual(self.ask("status", "--json").out.encode(), self.document("/readyz") + b"\n")

    def test_the_figures_of_the_cache_are_shown_as_people_read_them(self):
        for _ in range(2):
            remember(self.weir, "a")
        self.assertEqual((self.figure("hits"), self.figure("misses"), self.figure("answers now")), ("1", "1", "1"))
        self.assertEqual(self.figure("answered without a call"), "50.0%")
        self.assertRegex(self.figure("memory now"), r"^[\d.]+ (B|KiB) of 256 MiB$")
        self.assertRegex(self.figure("saved"), r"^\$\d+\.\d+$")

    def test_programs_get_the_figures_as_they_came(self):
        remember(self.weir, "a")
        said = self.ask("cache", "stats", "--json").out
        self.assertEqual(said.encode(), self.document("/api/v1/cache/stats") + b"\n")
        self.assertIsInstance(json.loads(said)["data"][0]["bytes"], int)

    def test_a_purge_takes_what_it_names_and_says_how_much_that_was(self):
        for arguments, expected in [
            (["--tag", "x", "--tag=y"], 2), (["--class", "chat"], 1), (["--namespace", "n"], 1),
            (["--model", "gpt"], 5), (["--model", "other"], 0), (["--all"], 5),
        ]:
            with self.subTest(arguments):
                for name, headers in {"1": {"x_weir_tags": "x"}, "2": {"x_weir_tags": "y"}, "3": {},
                                      "4": {"x_weir_class": "chat"}, "5": {"x_weir_cache_namespace": "n"}}.items():
                    remember(self.weir, name, **headers)
                answers = "1 answer" if expected == 1 else f"{expected} answers"
                self.assertEqual(self.ask("cache", "purge", *arguments, "--dry-run").out, f"Would purge {answers}.\n")
                self.assertEqual(self.ask("cache", "purge", *arguments).out, f"Purged {answers}.\n")
                self.assertEqual(self.figure("answers now"), str(5 - expected))

    def test_a_purge_by_key_takes_that_answer(self):
        keys = [remember(self.weir, prompt) for prompt in "abc"]
        said = self.ask("cache", "purge", "--key", keys[0], "--key", keys[1], "--json").out
        self.assertEqual(json.loads(said)["matched"], 2)
        self.assertEqual(self.figure("answers now"), "1")

    def test_a_refusal_is_told_in_the_words_of_the_api(self):
        ended = ask_for(self.weir.port, "cache", "purge", "--key", "12")
        self.assertEqual((ended.code, ended.out), (1, ""))
        self.assertRegex(ended.err, r"^weir cache purge: This purge can't be made; nothing was purged\.\n  keys\[0\]: ")
        ended = ask_for(self.weir.port, "cache", "purge", "--key", "12", "--json")
        self.assertEqual((ended.code, json.loads(ended.out)["code"]), (1, "malformed_request"))


class WithAKey(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))
        self.weir = self.enterContext(start(self.folder, auth={"master_key": KEY}))

    def key_file(self, text: str) -> str:
        (self.folder / "key").write_text(text)
        return str(self.folder / "key")

    def test_the_key_comes_from_the_environment_or_a_file(self):
        self.assertEqual(ask_for(self.weir.port, "cache", "stats", WEIR_MASTER_KEY=KEY).code, 0)
        for written in (KEY, KEY + "\n", KEY + "\r\n"):
            with self.subTest(written=written):
                ended = ask_for(self.weir.port, "cache", "stats", "--key-file", self.key_file(written),
                                WEIR_MASTER_KEY="another")
                self.assertEqual((ended.code, ended.err), (0, ""))

    def test_without_it_or_with_another_it_is_told_where_to_give_it(self):
        for variables in ({}, {"WEIR_MASTER_KEY": ""}, {"WEIR_MASTER_KEY": "another"}):
            with self.subTest(variables):
                ended = ask_for(self.weir.port, "cache", "purge", "--all", **variables)
                self.assertEqual((ended.code, ended.out), (1, ""))
                self.assertIn("--key-file", ended.err)
                self.assertIn("WEIR_MASTER_KEY", ended.err)

    def test_what_is_no_key_is_not_sent_or_shown(self):
        for written in ("", "\n", f"{KEY}\r\nx-other: 1", f"{KEY} and more", f"schl\xfcssel-{KEY}"):
            with self.subTest(written=written):
                ended = ask_for(self.weir.port, "status", "--key-file", self.key_file(written))
                self.assertEqual((ended.code, ended.out), (2, ""))
                self.assertRegex(ended.err, r"^weir status: [^\n]*\bkey\b[^\n]*\n$")
                self.assertNotIn(KEY, ended.err)

    def test_a_line_that_would_show_the_key_to_others_is_not_taken(self):
        self.assertEqual(run("status", "--master-key", KEY).code, 2)


class NotReady(unittest.TestCase):
    """What a weir says in a bad hour, by something that speaks as it does."""

    def start(self, answer) -> int:
        upstream = self.enterContext(Upstream(answer))
        return int(upstream.url().rsplit(":", 1)[1])

    def serve(self, document: object, status: int = 200) -> int:
        return self.start(lambda call: call.send(whole(json.dumps(document).encode(), status)))

    def test_a_weir_that_drains_is_not_ready(self):
        port = self.serve({"status": "draining", "degraded": []}, 503)
        ended = ask_for(port, "status")
        self.assertEqual((ended.code, ended.out), (1, f"weir at http://127.0.0.1:{port} is draining.\n"))
        ended = ask_for(port, "status", "--json")
        self.assertEqual((ended.code, json.loads(ended.out)["status"]), (1, "draining"))

    def test_what_is_degraded_is_told_with_since_when_and_why(self):
        reason = "connection refused \x1b[2Jby 10.0.0.1"
        port = self.serve(READY | {"degraded": [{"part": "provider openai", "reason": reason, "since": SINCE}]})
        ended = ask_for(port, "status")
        self.assertEqual(ended.code, 0)
        lines = ended.out.splitlines()
        self.assertRegex(lines[0], " is ready, but not everything works")
        self.assertRegex(lines[2], r"^DEGRADED +SINCE +FOR +WHY$")
        self.assertRegex(lines[3], rf"^provider openai +{SINCE} +\d+ days +connection refused ")
        self.assertNotIn("\x1b", ended.out)

    def test_a_real_provider_that_is_away_is_seen(self):
        with socket.create_server(("127.0.0.1", 0)) as nobody:
            away = nobody.getsockname()[1]
        with Weir({"providers": {"openai": {"kind": "openai", "base_url": f"http://127.0.0.1:{away}/v1"}},
                   "models": {"gpt": {"deployments": [{"provider": "openai", "model": "gpt"}]}}}) as weir:
            with Client(weir.port) as client:
                for _ in range(3):  # in a row make a provider degraded
                    self.assertEqual(client.ask(OPENAI.path, OPENAI.body()).status, 502)
            self.assertRegex(ask_for(weir.port, "status").out, r"(?m)^provider openai +\d{4}-.* \d+ s +\S")

    def test_nobody_there(self):
        with socket.create_server(("127.0.0.1", 0)) as listener:
            port = listener.getsockname()[1]
        for command in ASKING:
            with self.subTest(command):
                ended = ask_for(port, *command, *NEEDED.get(" ".join(command), []))
                self.assertEqual((ended.code, ended.out), (1, ""))
                self.assertEqual(ended.err, f"weir {' '.join(command)}: no weir answers at http://127.0.0.1:{port}; "
                                            "is it running?\n")

    def test_something_else_there(self):
        def breaks(call):
            raise CloseConnection
        for name, answer in {
            "a web server": lambda call: call.send(whole(b"<html>", 404, "text/html")),
            "no HTTP": lambda call: (call.send(b"220 mail.example ESMTP\r\n\r\n"), breaks(call)),
            "hangs up": breaks,
            "other JSON": lambda call: call.send(whole(b'["hello"]')),
            "a number": lambda call: call.send(whole(b"7", 500)),
            "an endless answer": lambda call: call.send(whole(b"x" * (17 << 20))),
        }.items():
            for command in ASKING:
                with self.subTest(name, command=command):
                    ended = ask_for(self.start(answer), *command, *NEEDED.get(" ".join(command), []))
                    self.assertEqual((ended.code, ended.out), (1, ""))
                    self.assertRegex(ended.err, rf"^weir {' '.join(command)}: \S[^\n]+\n$")


class WhatIsSent(unittest.TestCase):
    def setUp(self):
        self.upstream = self.enterContext(Upstream(lambda call: call.send(whole(json.dumps(READY).encode()))))

    def test_a_path_in_front_and_the_flag_before_the_variable(self):
        ended = run("status", "--url", self.upstream.url("/gateways/weir/"),
                    variables={"WEIR_URL": "http://127.0.0.1:1"})
        self.assertEqual((ended.code, ended.err), (0, ""))
        self.assertEqual([call.request.target for call in self.upstream.calls], ["/gateways/weir/readyz"])

    def test_a_key_is_sent_as_a_bearer_and_none_is_sent_without(self):
        for variables, expected in (({"WEIR_MASTER_KEY": KEY}, f"Bearer {KEY}"), ({}, None)):
            self.assertEqual(run("status", "--url", self.upstream.url(), variables=variables).code, 0)
            self.assertEqual(self.upstream.calls[-1].request.header("authorization"), expected)

    def test_tls_is_checked_against_the_machines_authorities(self):
        with Authority("weir's test authority") as authority:
            pair = authority.issue("server", "DNS:localhost,IP:127.0.0.1")
            answer = self.upstream.answer
            with TlsUpstream(answer, pair) as upstream:
                trusting = {"SSL_CERT_FILE": str(authority.own.certificate)}
                self.assertEqual(run("status", "--url", upstream.url(), variables=trusting).code, 0)
                ended = run("status", "--url", upstream.url())
                self.assertEqual((ended.code, ended.out), (1, ""))
                self.assertRegex(ended.err, "^weir status: no weir answers at https://localhost:.*certificate")
                self.assertEqual(len(upstream.calls), 1)


if __name__ == "__main__":
    unittest.main()
