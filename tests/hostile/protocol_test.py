"""Holds the corners of HTTP/1.1 that real callers use: pipelining, Expect, single-byte chunks, HTTP/1.0, HEAD."""

import json
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parents[1]))

from harness.framing import at_every_byte, chunked  # noqa: E402
from harness.http1 import Broken, head_lines, post  # noqa: E402
from harness.upstream import whole  # noqa: E402
from harness.world import EVENTS_HEAD, OPENAI, World  # noqa: E402

HEAD = {"host": "localhost", "content-type": "application/json"}


def echo(call) -> None:
    """What was asked, as a whole answer or as a stream."""
    asked = json.loads(call.request.body)
    text = asked["messages"][0]["content"]
    if asked.get("stream"):
        call.send(EVENTS_HEAD, chunked([OPENAI.event(text), OPENAI.last_event]))
    else:
        call.send(whole(json.dumps({"echo": text}).encode()))


class Protocol(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.world = cls.enterClassContext(World(echo))

    def setUp(self):
        self.before = len(self.world.upstream.calls)

    def calls_made(self) -> int:
        return len(self.world.upstream.calls) - self.before

    def request(self, text: str, stream: bool = False) -> bytes:
        return json.dumps(OPENAI.body(text, stream)).encode()

    def head(self, length: int, version: str = "HTTP/1.1", **more: str) -> bytes:
        return head_lines(f"POST {OPENAI.path} {version}", HEAD | {"content-length": str(length)} | more)

    def test_requests_sent_ahead_are_answered_in_their_order(self):
        sent = []
        for number in range(40):
            body = self.request(f"number {number}", stream=number % 3 == 1)
            if number % 4 == 2:  # in chunks
                head = head_lines(f"POST {OPENAI.path} HTTP/1.1", HEAD | {"transfer-encoding": "chunked"})
                sent.append(head + chunked(at_every_byte(body)))
            else:
                sent.append(self.head(len(body)) + body)
            sent.append(b"GET /livez HTTP/1.1\r\nhost: localhost\r\n\r\n")
        with self.world.client() as client:
            client.send(b"".join(sent))
            for number in range(40):
                self.assertIn(f"number {number}".encode() + b'"', client.answer().body)
                self.assertEqual(client.answer().status, 200)
            client.end_sending()
            self.assertEqual(client.to_end(), b"")
        self.assertEqual(self.calls_made(), 40)

    def test_who_expects_100_continue_gets_it_before_the_body(self):
        body = self.request("patient")
        with self.world.client() as client:
            client.send(self.head(len(body), expect="100-continue"))
            self.assertEqual(client.head().status, 100)
            client.send(body)
            self.assertEqual(client.answer().json(), {"echo": "patient"})

    def test_who_sends_the_body_at_once_needs_no_100_continue(self):
        body = self.request("hasty")
        with self.world.client() as client:
            client.send(self.head(len(body), expect="100-continue") + body)
            self.assertEqual(client.answer().json(), {"echo": "hasty"})

    def test_a_refusal_comes_instead_of_100_continue(self):
        refusals = {413: self.head(100 << 20, expect="100-continue"),
                    404: self.head(10, expect="100-continue").replace(b"/chat/", b"/chatter/"),
                    417: self.head(10, expect="200-ok")}
        for status, head in refusals.items():
            with self.world.client() as client, self.subTest(status):
                client.send(head)
                answer = client.head()
                self.assertEqual(answer.status, status)
                self.assertEqual(answer.header("connection"), "close")
        self.assertEqual(self.calls_made(), 0)

    def test_a_body_in_chunks_and_writes_of_one_byte(self):
        body = self.request("slowly")
        with self.world.client() as client:
            client.send(head_lines(f"POST {OPENAI.path} HTTP/1.1", HEAD | {"transfer-encoding": "chunked"}))
            client.send(*at_every_byte(chunked(at_every_byte(body))))
            self.assertEqual(client.answer().json(), {"echo": "slowly"})
        self.assertEqual(self.world.upstream.calls[-1].request.body, body)

    def test_http_1_0_closes_after_one_answer(self):
        body = self.request("old")
        with self.world.client() as client:
            client.send(self.head(len(body), "HTTP/1.0") + body)
            answer = client.answer()
            self.assertEqual((answer.status, answer.json()), (200, {"echo": "old"}))
            self.assertIsNone(answer.header("transfer-encoding"))
            self.assertEqual(client.to_end(), b"")

    def test_http_1_0_stays_when_it_asks_to(self):
        body = self.request("old")
        with self.world.client() as client:
            for _ in range(3):
                client.send(self.head(len(body), "HTTP/1.0", connection="keep-alive") + body)
                answer = client.answer()
                self.assertEqual(answer.json(), {"echo": "old"})
                self.assertEqual(answer.header("connection"), "keep-alive")

    def test_a_stream_to_http_1_0_has_no_chunks_and_ends_with_the_connection(self):
        body = self.request("old", stream=True)
        with self.world.client() as client:
            client.send(self.head(len(body), "HTTP/1.0", connection="keep-alive") + body)
            answer = client.answer()
            self.assertEqual(answer.body, OPENAI.event("old") + OPENAI.last_event)
            self.assertIsNone(answer.header("transfer-encoding"))
            self.assertIsNone(answer.header("content-length"))

    def test_connection_close_is_obeyed(self):
        with self.world.client() as client:
            client.send(post(OPENAI.path, self.request("bye"), {"connection": "close"}))
            answer = client.answer()
            self.assertEqual((answer.json(), answer.header("connection")), ({"echo": "bye"}, "close"))
            self.assertEqual(client.to_end(), b"")

    def test_head_is_get_without_a_body(self):
        with self.world.client() as client:
            client.send(b"HEAD /livez HTTP/1.1\r\nhost: localhost\r\n\r\n")
            self.assertEqual(client.head().status, 200)
            self.assertEqual(client.get("/livez").status, 200)  # nothing stands between the two answers

    def test_a_caller_who_leaves_in_the_middle_of_a_request_costs_no_call(self):
        body = self.request("never whole")
        for part in (self.head(len(body)), self.head(len(body)) + body[:-1], b"POST /v1"):
            with self.world.client() as client:
                client.send(part)
                client.end_sending()
                self.assertEqual(client.answer().status, 400)
                self.assertRaises(Broken, client.answer)
        self.assertEqual(self.calls_made(), 0)


if __name__ == "__main__":
    unittest.main()
