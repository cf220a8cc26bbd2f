"""The yardstick itself: framing round-trips, the reader is strict, and the upstream keeps the bytes it was sent."""

import pathlib
import random
import socket
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parents[1]))

from harness import framing, http1, upstream  # noqa: E402


def read(raw: bytes) -> http1.Message:
    near, far = socket.socketpair()
    with near, far:
        far.sendall(raw)
        far.shutdown(socket.SHUT_WR)
        return http1.Reader(near).answer()


class Harness(unittest.TestCase):
    def test_every_cut_of_a_body_is_the_body_again(self):
        source = random.Random(1)
        for size in (0, 1, 2, 3, 1000):
            body = source.randbytes(size)
            self.assertEqual(b"".join(framing.at_every_byte(body)), body)
            for _ in range(50):
                pieces = framing.at_random(body, source)
                self.assertEqual(b"".join(pieces), body)
                self.assertNotIn(b"", pieces)

    def test_chunks_are_read_back_as_they_were_written(self):
        answer = read(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n" + framing.chunked([b"ab", b"c" * 20]))
        self.assertEqual(answer.pieces, [b"ab", b"c" * 20])

    def test_what_is_cut_off_or_ambiguous_is_no_answer(self):
        for raw in (
            b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nabc",
            b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n",
            b"HTTP/1.1 200 OK\r\ncontent-length: 3\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n",
            b"HTTP/1.1 200 OK\r\ncontent-length: 3\r\ncontent-length: 3\r\n\r\nabc",
            b"HTTP/1.1 200 OK\r\n",
        ):
            with self.assertRaises(http1.Broken, msg=raw):
                read(raw)

    def test_the_upstream_keeps_what_it_was_sent(self):
        with upstream.Upstream(lambda call: call.send(upstream.whole(b"{}"))) as provider:
            with http1.Client(provider.port) as client:
                sent = http1.post("/v1/x", b"body", {"x-a": "b"})
                client.send(sent)
                self.assertEqual(client.answer().body, b"{}")
            call = provider.calls[0]
            self.assertEqual(call.request.raw_head + call.request.body, sent)


if __name__ == "__main__":
    unittest.main()
