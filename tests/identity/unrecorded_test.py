"""Holds that weir passes on byte for byte what no recording covers, and maps the statuses that none has.

Forms with audio, speech and images have bodies of random bytes here, and answers that are no JSON. Provider's statuses
become the caller's as CONTRACT's table says, in the caller's dialect, with words that name no key of ours.
"""

import json
import pathlib
import random
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parents[1]))

import wire  # noqa: E402
from harness.http1 import Client, Message, head_lines, post  # noqa: E402
from harness.upstream import CloseConnection, Upstream, answer_head, whole  # noqa: E402
from harness.weir import ONE_ATTEMPT, Weir, data_folder  # noqa: E402

PROVIDERS_KEY = "providers-key-0815"
BOUNDARY = "----a-boundary'()+_,./:=?"
FORM_TYPE = f'multipart/form-data; boundary="{BOUNDARY}"'
FORM_PATHS = ("/v1/audio/transcriptions", "/v1/audio/translations")
CHAT = {"model": "gpt", "messages": [{"role": "user", "content": "hi"}]}


def form(audio: bytes, model: str) -> bytes:
    """A form as the SDKs send it: the file first, then fields; RFC 7578."""
    parts = [b'content-disposition: form-data; name="file"; filename="a \xc3\xa9.mp3"\r\n'
             b"Content-Type: audio/mpeg\r\n\r\n" + audio,
             b'Content-Disposition: form-data; name="model"\r\n\r\n' + model.encode(),
             b'Content-Disposition: form-data; name="response_format"\r\n\r\ntext']
    mark = b"--" + BOUNDARY.encode()
    return b"".join(mark + b"\r\n" + part + b"\r\n" for part in parts) + mark + b"--\r\n"


class Unrecorded(unittest.TestCase):
    def setUp(self):
        self.source = random.Random(7)
        self.upstream = self.enterContext(Upstream(lambda call: None))
        deployment = {"deployments": [{"provider": "openai", "model": "gpt"}]}
        key = {"keys": [{"name": "main", "value": PROVIDERS_KEY}]}
        self.weir = self.enterContext(Weir(ONE_ATTEMPT | {
            "providers": {"openai": {"kind": "openai", "base_url": self.upstream.url("/v1")} | key,
                          "anthropic": {"kind": "anthropic", "base_url": self.upstream.url()} | key},
            "models": {"gpt": deployment,
                       "whisper": {"deployments": [{"provider": "openai", "model": "whisper-large-v3"}]},
                       "claude": {"deployments": [{"provider": "anthropic", "model": "claude"}]}},
        }))

    def send_back(self, wire_bytes: bytes, closes: bool = False) -> None:
        def answer(call):
            call.send(wire_bytes)
            if closes:
                raise CloseConnection

        self.upstream.answer = answer

    def ask(self, path: str, content_type: str, framed: wire.OnWire) -> Message:
        with Client(self.weir.port) as client:
            headers = {"host": "localhost", "content-type": content_type} | dict(framed.headers)
            client.send(head_lines(f"POST {path} HTTP/1.1", headers) + framed.payload)
            return client.answer()

    def test_a_form_reaches_the_provider_and_its_answer_comes_back(self):
        text = "nothing here is JSON \u2014 \u00e9\n".encode()
        for path in FORM_PATHS:
            for size in (0, 1, 5000, 3_000_000):
                body = form(self.source.randbytes(size), "gpt")
                for name, framing in wire.REQUESTS.items():
                    if size > 5000 and name == "a chunk a byte":
                        continue  # 18 MB on the wire; the smaller ones have been cut at every byte
                    with self.subTest(path=path, size=size, framing=name):
                        self.send_back(whole(text, content_type="text/plain; charset=utf-8"))
                        answer = self.ask(path, FORM_TYPE, framing(body, self.source))
                        self.assertEqual((answer.status, answer.body), (200, text))
                        self.assertEqual(answer.header("content-type"), "text/plain; charset=utf-8")
                        request = self.upstream.calls[-1].request
                        self.assertEqual(request.target, path)
                        self.assertTrue(request.body == body, "the form has changed")
                        self.assertEqual(request.header("content-type"), FORM_TYPE)

    def test_a_form_with_another_model_changes_in_its_value_only(self):
        audio = self.source.randbytes(4000) + b'\r\n--no-boundary\r\nname="model"\r\n\r\nwhisper'
        self.send_back(whole(b'{"text":"hi"}'))
        answer = self.ask(FORM_PATHS[0], FORM_TYPE, wire.whole(form(audio, "whisper"), self.source))
        self.assertEqual((answer.status, answer.header("x-weir-edits")), (200, "model"))
        self.assertEqual(self.upstream.calls[-1].request.body, form(audio, "whisper-large-v3"))

    def test_speech_and_images_come_back_as_they_were_made(self):
        for path, content_type in (("/v1/audio/speech", "audio/mpeg"), ("/v1/images/generations", "application/json")):
            for size in (1, 1000, 300_000):
                made = self.source.randbytes(size)
                if content_type == "application/json":
                    made = json.dumps({"data": [{"b64_json": made.hex()}]}).encode()
                for name, framing in wire.ANSWERS.items():
                    with self.subTest(path=path, size=size, framing=name):
                        framed = framing(made, self.source)
                        headers = {"content-type": content_type, "x-request-id": "req_theirs"} | dict(framed.headers)
                        self.send_back(answer_head(200, headers) + framed.payload, framed.closes)
                        body = json.dumps({"model": "gpt", "input": "say", "prompt": "draw"}).encode()
                        answer = self.ask(path, "application/json", wire.whole(body, self.source))
                        self.assertEqual(answer.status, 200)
                        self.assertTrue(answer.body == made, "the answer has changed")
                        self.assertEqual(answer.header("content-type"), content_type)
                        self.assertEqual(answer.header("x-request-id"), "req_theirs")
                        self.assertEqual(self.upstream.calls[-1].request.body, body)

    def test_statuses_are_the_contracts(self):
        secret = f"Incorrect API key provided: {PROVIDERS_KEY}. Busy at the moment."
        theirs = {"/v1/chat/completions": ("gpt", {"error": {"message": secret, "type": "x", "code": "theirs"}}),
                  "/v1/messages": ("claude", {"type": "error", "error": {"type": "x", "message": secret}})}
        table = {200: (200, None), 201: (201, None), 301: (502, "provider_failed"), 400: (400, None),
                 401: (502, "provider_auth"), 402: (502, "provider_auth"), 403: (502, "provider_auth"),
                 404: (404, None), 408: (408, None), 409: (409, None), 413: (413, None), 415: (415, None),
                 418: (418, None), 422: (422, None), 429: (429, None), 500: (502, "provider_failed"),
                 501: (502, "provider_failed"), 502: (502, "provider_failed"), 503: (503, "provider_overloaded"),
                 504: (502, "provider_failed"), 529: (503, "provider_overloaded")}
        for path, (model, error) in theirs.items():
            for streamed in (False, True):
                for status, (expected, code) in table.items():
                    with self.subTest(path=path, streamed=streamed, status=status):
                        body = json.dumps(error).encode()
                        headers = {"content-type": "application/json", "content-length": str(len(body))} | (
                            {"retry-after": "1.2"} if code == "provider_overloaded" else {})
                        self.send_back(answer_head(status, headers) + body)
                        with Client(self.weir.port) as client:
                            answer = client.ask(path, CHAT | {"model": model, "stream": streamed})
                        self.check_status(path, answer, expected, code, body)

    def check_status(self, path: str, answer: Message, status: int, code: str | None, theirs: bytes) -> None:
        self.assertEqual(answer.status, status)
        if code is None:
            self.assertEqual(answer.body, theirs)
            return
        error = answer.json()
        self.assertEqual(error["error"]["code"], code)
        self.assertEqual(error.get("type"), "error" if path == "/v1/messages" else None)
        own_id = error["request_id"] if path == "/v1/messages" else error["error"]["request_id"]
        self.assertEqual(own_id, answer.header("x-weir-request-id"))
        if code == "provider_overloaded":
            self.assertEqual(answer.header("retry-after"), "2")  # whole seconds, rounded up
            self.assertIn("Busy at the moment.", error["error"]["message"])
        else:
            self.assertNotIn(PROVIDERS_KEY.encode(), answer.raw_head + answer.body)

    def test_errors_that_people_have_reported_become_what_the_contract_says(self):
        file = data_folder() / "recordings/errors_reported.jsonl"
        if not file.exists():
            print("\nthe shared test data was not found (set WEIR_TEST_DATA): one error of the kind is asked here")
        lines = file.read_text().splitlines() if file.exists() else [
            '{"api":"messages","status":529,"body":{"type":"error","error":{"message":"Overloaded"}}}']
        for line in lines:
            reported = json.loads(line)
            body = json.dumps(reported["body"]).encode()
            self.send_back(whole(body, reported["status"]))
            path, model = ("/v1/messages", "claude") if reported["api"] == "messages" else (
                "/v1/chat/completions", "gpt")
            with Client(self.weir.port) as client, self.subTest(line):
                answer = client.ask(path, CHAT | {"model": model})
                expected = {529: 503, 500: 502}.get(reported["status"], reported["status"])
                self.assertEqual(answer.status, expected)
                if expected == reported["status"]:
                    self.assertEqual(answer.body, body)

    def test_a_whole_answer_that_is_no_json_is_told(self):
        for body in (b"", b"<html>", b'{"a":1', b'{"a":1} trailing', b"\xff\xfe"):
            self.send_back(whole(body))
            with Client(self.weir.port) as client, self.subTest(body):
                answer = client.ask("/v1/chat/completions", CHAT)
                self.assertEqual((answer.status, answer.code), (502, "provider_malformed"))


if __name__ == "__main__":
    unittest.main()
