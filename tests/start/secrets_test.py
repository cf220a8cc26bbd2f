"""Holds that nothing secret stands where others read it: a unique word is put into each thing that is somebody's own
(keys, prompts, headers, answers of providers), weir is driven through good and bad calls, and none of the words may
be in what it printed or logged, nor a key in anything that it answered. Log lines are JSON when no terminal reads them.
"""

import json
import os
import pathlib
import pty
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parents[1]))

from harness.http1 import Broken, Message, head_lines, post  # noqa: E402
from harness.program import Program  # noqa: E402
from harness.upstream import CloseConnection, Upstream, whole  # noqa: E402
from harness.weir import PROGRAM, wait_until  # noqa: E402
from harness.world import ANTHROPIC, DIALECTS, EVENTS_HEAD, OPENAI  # noqa: E402

MASTER_KEY = "canary-master-key-1"
OPENAI_KEY = "canary-openai-key-2"
ANTHROPIC_KEY = "canary-anthropic-key-3"
WRONG_KEY = "canary-wrong-key-4"
PROMPT = "canary-prompt-5"
HEADER = "canary-header-6"
ANSWER = "canary-answer-7"  # what a provider says, good or bad
QUERY = "canary-query-8"
KEYS = (MASTER_KEY, OPENAI_KEY, ANTHROPIC_KEY, WRONG_KEY)
CANARIES = (*KEYS, PROMPT, HEADER, ANSWER, QUERY)

HEADERS = {"x-api-key": MASTER_KEY, "cookie": HEADER, "x-weir-user": HEADER, "user-agent": HEADER}
# A provider that repeats the key that it was sent, as some do.
REPEATING = f'{{"error":{{"message":"{ANSWER}: {OPENAI_KEY} {ANTHROPIC_KEY}","code":"{ANSWER}"}}}}'.encode()
PLAIN = f'{{"error":{{"message":"{ANSWER}","code":"{ANSWER}"}}}}'.encode()


def broken_stream(call) -> None:
    event = OPENAI.event(ANSWER) if call.request.target.endswith("completions") else ANTHROPIC.event(ANSWER)
    call.send(EVENTS_HEAD, b"%x\r\n%b\r\n" % (len(event), event))
    raise CloseConnection


def closes(wire: bytes):
    def answer(call) -> None:
        call.send(wire)
        raise CloseConnection
    return answer


# What the provider does, and whether its words are meant for the caller (CONTRACT: a status that is handed on).
ANSWERS = {
    "answers": (lambda call: call.send(whole(f'{{"text":"{ANSWER}"}}'.encode())), True),
    "finds a mistake": (lambda call: call.send(whole(PLAIN, 400)), True),
    "limits": (lambda call: call.send(whole(PLAIN, 429)), True),
    "is overloaded": (lambda call: call.send(whole(PLAIN, 503)), True),
    "refuses the key": (lambda call: call.send(whole(REPEATING, 401)), False),
    "wants to be paid": (lambda call: call.send(whole(REPEATING, 402)), False),
    "forbids": (lambda call: call.send(whole(REPEATING, 403)), False),
    "fails": (lambda call: call.send(whole(REPEATING, 500)), False),
    "redirects": (lambda call: call.send(whole(REPEATING, 302)), False),
    "answers no JSON": (lambda call: call.send(whole(ANSWER.encode())), False),
    "speaks no HTTP": (closes(f"{ANSWER} {OPENAI_KEY}\r\n\r\n".encode()), False),
    "has a bad header": (closes(f"HTTP/1.1 200 OK\r\n{ANSWER} {OPENAI_KEY}\r\n\r\n".encode()), False),
    "has a bad status": (closes(f"HTTP/1.1 {ANSWER}\r\n\r\n".encode()), False),
    "has a bad length": (closes(f"HTTP/1.1 200 OK\r\ncontent-length: {ANSWER}\r\n\r\n".encode()), False),
    "has a bad chunk": (closes(f"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n{ANSWER}\r\n".encode()), False),
    "has a bad coding": (closes(f"HTTP/1.1 200 OK\r\ncontent-encoding: {ANSWER}\r\n\r\nx".encode()), False),
    "breaks off": (closes(f"HTTP/1.1 200 OK\r\ncontent-length: 999\r\n\r\n{ANSWER}".encode()), False),
    "breaks a stream off": (broken_stream, True),
}


def settings(url: str) -> dict:
    return {
        "listen": "127.0.0.1:0", "data_dir": "data", "log": {"level": "debug"}, "auth": {"master_key": MASTER_KEY},
        "providers": {
            "openai": {"kind": "openai", "base_url": url + "/v1", "keys": [{"name": "main", "value": "${OPENAI}"}]},
            "anthropic": {"kind": "anthropic", "base_url": url,
                          "keys": [{"name": "main", "value": "${file:anthropic.key}"}]}},
        "models": {"gpt": {"deployments": [{"provider": "openai", "model": "gpt"}]},
                   "claude": {"deployments": [{"provider": "anthropic", "model": "claude"}]}},
    }


class Secrets(unittest.TestCase):
    def setUp(self):
        self.upstream = self.enterContext(Upstream(lambda call: None))
        files = {"weir.yaml": settings(self.upstream.url()), "anthropic.key": ANTHROPIC_KEY + "\n"}
        self.weir = self.enterContext(Program("serve", "--config", "weir.yaml", files=files,
                                              variables={"OPENAI": OPENAI_KEY}))

    def send(self, wire: bytes) -> Message | None:
        with self.weir.client() as client:
            client.send(wire)
            try:
                return client.answer()
            except Broken:
                return None

    def assert_no_key_in(self, answer: Message | None) -> None:
        for key in KEYS:
            if answer is not None:
                self.assertNotIn(key.encode(), answer.raw_head + answer.body)

    def drive_through_answers(self) -> None:
        for name, (does, for_the_caller) in ANSWERS.items():
            self.upstream.answer = does
            for dialect in DIALECTS:
                for stream in (False, True):
                    with self.subTest(provider=name, path=dialect.path, stream=stream):
                        body = dialect.body(PROMPT, stream) | {"user": PROMPT, PROMPT: PROMPT}
                        answer = self.send(post(f"{dialect.path}?q={QUERY}", body, HEADERS))
                        self.assertIsNotNone(answer)
                        self.assert_no_key_in(answer)
                        if not for_the_caller:
                            self.assertGreaterEqual(answer.status, 500)
                            self.assertNotIn(ANSWER.encode(), answer.raw_head + answer.body)

    def drive_through_mistakes(self) -> None:
        long_line = "x" * 70_000
        for dialect in DIALECTS:
            good = dialect.body(PROMPT)
            for wire in [
                post(dialect.path, good, HEADERS | {"x-api-key": WRONG_KEY}),
                post(dialect.path, good, {"authorization": f"Bearer {WRONG_KEY}"}),
                post(dialect.path, good | {"model": PROMPT}, HEADERS),
                post(dialect.path, f'{{"model": {PROMPT}'.encode(), HEADERS),
                post(f"/v1/{QUERY}", good, HEADERS),
                post(dialect.path, good, HEADERS | {"x-long": long_line}),
                post(dialect.path, good, HEADERS | {"content-encoding": HEADER}),
                post(dialect.path, good, HEADERS | {"transfer-encoding": HEADER}),
                head_lines(f"POST {dialect.path} HTTP/1.1", HEADERS | {"content-length": HEADER, "host": "a"}),
                head_lines(f"{PROMPT} {QUERY} HTTP/1.1 {HEADER}", HEADERS),
                head_lines(f"GET /v1/models?{QUERY} HTTP/1.1", HEADERS | {"host": HEADER}),
            ]:
                self.assert_no_key_in(self.send(wire))

    def test_nothing_secret_is_printed_logged_or_answered(self):
        self.drive_through_answers()
        self.drive_through_mistakes()
        self.upstream.stop_listening()
        self.upstream.close_connections()
        self.assert_no_key_in(self.send(post(OPENAI.path, OPENAI.body(PROMPT), HEADERS)))
        self.assertEqual(self.weir.stop(), 0)
        written = self.weir.out() + self.weir.err()
        self.assertIn("provider_auth", written, "there is a log at all")
        for canary in CANARIES:
            with self.subTest(canary):
                lines = [line for line in written.splitlines() if canary in line]
                self.assertEqual(lines, [])

    def test_each_log_line_is_a_json_object_with_time_level_and_event(self):
        for does, _ in ANSWERS.values():
            self.upstream.answer = does
            self.send(post(OPENAI.path, OPENAI.body(PROMPT), HEADERS))
        self.assertEqual(self.weir.stop(), 0)
        lines = self.weir.err().splitlines()
        self.assertGreater(len(lines), len(ANSWERS) // 2)
        for line in lines:
            entry = json.loads(line)
            self.assertRegex(entry["time"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$")
            self.assertIn(entry["level"], {"debug", "info", "warning", "error"})
            self.assertRegex(entry["event"], r"^[a-z_]+$")

    def test_a_failure_is_logged_under_the_request_id_that_its_caller_was_told(self):
        self.upstream.answer = ANSWERS["fails"][0]
        answer = self.send(post(OPENAI.path, OPENAI.body(PROMPT), HEADERS))
        request_id = answer.json()["error"]["request_id"]
        wait_until(lambda: request_id in self.weir.err(), "the failure in the log")


class OnATerminal(unittest.TestCase):
    def test_a_person_gets_plain_lines(self):
        ours, its = pty.openpty()
        with tempfile.TemporaryDirectory() as folder:
            process = subprocess.Popen([PROGRAM, "serve", "--listen", "127.0.0.1:0", "--data-dir", folder],
                                       stdout=subprocess.PIPE, stderr=its)
            try:
                self.assertIn(b"listens on", process.stdout.readline())
            finally:
                process.terminate()
                process.communicate()
        os.close(its)
        text = os.read(ours, 1 << 16).decode()
        os.close(ours)
        self.assertRegex(text, r"(?m)^\S+Z info +draining\r?$")


if __name__ == "__main__":
    unittest.main()
