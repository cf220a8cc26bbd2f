"""Holds that what is too large or too deep gets a clear answer that its sender can read, in bounded memory.

The bounds on resident memory are generous (several times what is expected): they catch what grows without end, not
what grows. Under sanitizers memory is printed but not judged.
"""

import json
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parents[1]))

from harness.framing import chunked  # noqa: E402
from harness.http1 import head_lines, post  # noqa: E402
from harness.upstream import whole  # noqa: E402
from harness.weir import sanitized  # noqa: E402
from harness.world import ANTHROPIC, DIALECTS, OPENAI, World  # noqa: E402

MIB = 1 << 20
HEAD = {"host": "localhost", "content-type": "application/json"}
# One request of 32 MiB, the buffer it grows into, the parser's working memory, and room to spare.
MOST_GROWTH = 400 * MIB


def nested(depth: int, size: int) -> bytes:
    """A chat request with `depth` arrays inside each other and `size` bytes in all."""
    begin, end = b'{"model":"gpt","messages":' + b"[" * depth, b"]" * depth + b',"pad":"'
    return begin + end + b"x" * (size - len(begin) - len(end) - 2) + b'"}'


class Size(unittest.TestCase):
    def setUp(self):
        self.world = self.enterContext(World())
        self.memory_before = self.world.weir.memory()

    def tearDown(self):
        self.assertEqual(self.world.ask().status, 200)
        grown = self.world.weir.memory() - self.memory_before
        print(f"\n{self.id().split('.')[-1]}: memory +{grown / MIB:.0f} MiB (at most {MOST_GROWTH // MIB})")
        if not sanitized():
            self.assertLess(grown, MOST_GROWTH)

    def test_json_100_000_deep_in_10_mb(self):
        for dialect in DIALECTS:
            with self.world.client() as client:
                client.send(post(dialect.path, nested(100_000, 10_000_000)))
                answer = client.answer()
                self.assertEqual((answer.status, answer.code), (400, "malformed_request"))
                self.assertIn("nested", dialect.error_in(answer)["message"])
        self.assertEqual(self.world.upstream.calls, [])

    def test_arrays_that_never_end_10_mb_deep(self):
        with self.world.client() as client:
            answer = client.ask(OPENAI.path, b'{"model":"gpt","messages":' + b"[" * 10_000_000)
            self.assertEqual((answer.status, answer.code), (400, "malformed_request"))
        self.assertEqual(self.world.upstream.calls, [])

    def test_an_answer_100_000_deep(self):
        deep = b"[" * 100_000 + b"]" * 100_000
        self.world.upstream.answer = lambda call: call.send(whole(deep))
        answer = self.world.ask(ANTHROPIC)
        self.assertEqual((answer.status, answer.code), (502, "provider_malformed"))
        self.world.upstream.answer = lambda call: call.send(whole(b"{}"))

    def test_a_body_of_100_mb_is_told_that_it_is_too_large(self):
        body = b"x" * 100_000_000
        framings = {"content-length": (str(len(body)), body),
                    "transfer-encoding": ("chunked", chunked([body[:65536]] * (len(body) // 65536)))}
        for name, (value, payload) in framings.items():
            for dialect in DIALECTS:
                with self.world.client() as client, self.subTest(name):
                    # The client sends all of it before it reads a byte: no reset may take the answer away.
                    client.send(head_lines(f"POST {dialect.path} HTTP/1.1", HEAD | {name: value}), payload)
                    answer = client.answer()
                    self.assertEqual((answer.status, answer.code), (413, "too_large"))
                    self.assertEqual(answer.header("connection"), "close")
                    self.assertIn(str(32 * MIB), answer.json()["error"]["message"])
        self.assertEqual(self.world.upstream.calls, [])

    def test_too_large_is_told_in_the_callers_dialect(self):
        for dialect in DIALECTS:
            for framing in ({"content-length": "100000000"}, {"transfer-encoding": "chunked"}):
                with self.world.client() as client, self.subTest(dialect=dialect, framing=framing):
                    payload = b"" if "content-length" in framing else chunked([b"x" * 34_000_000])
                    client.send(head_lines(f"POST {dialect.path} HTTP/1.1", HEAD | framing), payload)
                    dialect.error_in(client.answer())

    def test_a_body_of_the_largest_size_that_is_allowed(self):
        begin = json.dumps(OPENAI.body()).encode()[:-1] + b',"pad":"'
        body = begin + b"y" * (32 * MIB - len(begin) - 2) + b'"}'
        with self.world.client() as client:
            self.assertEqual(client.ask(OPENAI.path, body).status, 200)
            self.assertTrue(self.world.upstream.calls[-1].request.body == body)
            answer = client.ask(OPENAI.path, body + b" ")
            self.assertEqual((answer.status, answer.code), (413, "too_large"))

    def test_a_header_of_1_mb(self):
        heads = {"one header": {"x-long": "y" * 1_000_000},
                 "many headers": {f"x-{number}": "y" * 80 for number in range(10_000)},
                 "small but many": {f"x-{number}": "" for number in range(101)}}
        for name, headers in heads.items():
            with self.world.client() as client, self.subTest(name):
                client.send(post(OPENAI.path, OPENAI.body(), headers))
                answer = client.answer()
                self.assertEqual((answer.status, answer.code), (431, "malformed_http"))
                self.assertEqual(answer.header("connection"), "close")
        with self.world.client() as client:
            client.send(b"POST /" + b"a" * 1_000_000 + b" HTTP/1.1\r\nhost: localhost\r\n\r\n")
            self.assertIn(client.answer().status, (414, 431))
        self.assertEqual(self.world.upstream.calls, [])


if __name__ == "__main__":
    unittest.main()
