"""Holds that weir listens with TLS as a careful server does: streamed and not, byte for byte, versions from 1.2 on,
HTTP/1.1 by ALPN, a proper end; that what is no TLS neither hangs nor disturbs, and that a slow handshake is bounded.
"""

import pathlib
import random
import socket
import ssl
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parents[1]))

from certificates import Authority  # noqa: E402
from harness.framing import at_random  # noqa: E402
from harness.http1 import Client, post  # noqa: E402
from harness.weir import wait_until  # noqa: E402
from harness.world import DIALECTS, EVENTS_HEAD, OPENAI, answer_plainly  # noqa: E402
from world import ListeningWeir, TlsUpstream, settings_for  # noqa: E402

LARGE = 5 * 1024 * 1024
EVENTS_OF_A_STREAM = 400


class Listening(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.authority = cls.enterClassContext(Authority("weir's test authority"))
        pair = cls.authority.issue("server", "DNS:localhost,IP:127.0.0.1")
        cls.upstream = cls.enterClassContext(TlsUpstream(answer_plainly, pair))
        limits = {"request": {"head_timeout": "1s"}}
        cls.weir = cls.enterClassContext(ListeningWeir(settings_for(cls.upstream.url()) | {"listener": limits},
                                                       cls.authority.own.certificate, pair))

    def setUp(self):
        self.upstream.answer = answer_plainly
        self.upstream.calls.clear()

    def plain(self) -> Client:
        return self.enterContext(Client(self.weir.port))

    def assert_others_are_served(self) -> None:
        with self.weir.client() as client:
            self.assertEqual(client.ask(OPENAI.path, OPENAI.body()).body, b'{"answered":true}')

    def test_a_call_is_answered_on_a_connection_that_stays(self):
        with self.weir.client() as client:
            for dialect in DIALECTS * 2:
                self.assertEqual(client.ask(dialect.path, dialect.body()).body, b'{"answered":true}')

    def test_the_greeting_says_https(self):
        self.assertIn("https://127.0.0.1:", self.weir._greeting.read_text())

    def test_streams_are_the_same_bytes_with_tls_on_both_sides(self):
        source = random.Random(5)
        for dialect in DIALECTS:
            events = b"".join(dialect.event(source.randbytes(source.randrange(300)).hex())
                              for _ in range(EVENTS_OF_A_STREAM)) + dialect.last_event

            def answer(call):
                call.send(EVENTS_HEAD)
                for piece in at_random(events, source, most=200):
                    call.send(b"%x\r\n%b\r\n" % (len(piece), piece))
                call.send(b"0\r\n\r\n")

            self.upstream.answer = answer
            with self.subTest(path=dialect.path), self.weir.client() as client:
                request = post(dialect.path, dialect.body(stream=True))
                client.send(*at_random(request, source))
                got = client.answer()
                self.assertEqual(got.status, 200)
                self.assertEqual(got.body, events)
                self.assertTrue(request.endswith(self.upstream.calls[-1].request.body))

    def test_an_event_is_passed_on_while_the_stream_goes_on(self):
        seen = []

        def answer(call):
            call.send(EVENTS_HEAD)
            event = OPENAI.event("first")
            call.send(b"%x\r\n%b\r\n" % (len(event), event))
            wait_until(lambda: seen, "the client to have the first event")
            call.send(b"%x\r\n%b\r\n0\r\n\r\n" % (len(OPENAI.last_event), OPENAI.last_event))

        self.upstream.answer = answer
        with self.weir.client() as client:
            client.send(post(OPENAI.path, OPENAI.body(stream=True)))
            head = client.head()
            self.assertEqual(client.exactly(int(client.until(b"\r\n"), 16) + 2), OPENAI.event("first") + b"\r\n")
            seen.append(True)
            self.assertEqual(client.chunks(), [OPENAI.last_event])
            self.assertEqual(head.status, 200)
        self.assertEqual(self.upstream.mistakes, [])

    def test_large_bodies_arrive_as_they_were(self):
        source = random.Random(4)
        request = b'{"model":"gpt","input":"' + source.randbytes(LARGE // 2).hex().encode() + b'"}'
        with self.weir.client() as client:
            client.send(post("/v1/embeddings", request))
            self.assertEqual(client.answer().status, 200)
        self.assertEqual(self.upstream.calls[-1].request.body, request)

    def test_a_caller_that_reads_slowly_gets_all_of_it(self):
        events = OPENAI.event("x" * 1000) * 3000 + OPENAI.last_event
        self.upstream.answer = lambda call: call.send(EVENTS_HEAD, b"%x\r\n%b\r\n0\r\n\r\n" % (len(events), events))
        with self.weir.client() as client:
            client.send(post(OPENAI.path, OPENAI.body(stream=True)))
            while len(client.ahead) < len(events):
                client.ahead += client.socket.recv(7000)
            self.assertEqual(client.answer().body, events)

    def test_both_versions_of_today_are_spoken(self):
        for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
            with self.subTest(version.name):
                with self.weir.client(minimum_version=version, maximum_version=version) as client:
                    self.assertEqual(client.get("/livez").status, 200)

    def test_older_versions_are_refused(self):
        for version in (ssl.TLSVersion.TLSv1_1, ssl.TLSVersion.TLSv1):
            with self.subTest(version.name):
                context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
                context.load_verify_locations(self.authority.own.certificate)
                context.set_ciphers("ALL:@SECLEVEL=0")
                context.minimum_version = context.maximum_version = version
                with self.assertRaisesRegex(ssl.SSLError, "(?i)protocol.version|unsupported protocol"):
                    context.wrap_socket(self.plain().socket, server_hostname="localhost")
        self.assert_others_are_served()

    def test_http_1_1_is_agreed_on(self):
        context = ssl.create_default_context(cafile=str(self.authority.own.certificate))
        for offered, chosen in [(["h2", "http/1.1"], "http/1.1"), (["http/1.1"], "http/1.1"), (["h2"], None)]:
            with self.subTest(offered):
                context.set_alpn_protocols(offered)
                with context.wrap_socket(self.plain().socket, server_hostname="localhost") as encrypted:
                    self.assertEqual(encrypted.selected_alpn_protocol(), chosen)

    def test_a_session_can_be_resumed(self):
        context = ssl.create_default_context(cafile=str(self.authority.own.certificate))
        context.maximum_version = ssl.TLSVersion.TLSv1_2  # where the session is there with the handshake
        with context.wrap_socket(self.plain().socket, server_hostname="localhost") as first:
            session = first.session
        with context.wrap_socket(self.plain().socket, server_hostname="localhost", session=session) as second:
            self.assertTrue(second.session_reused)

    def test_the_end_is_told_on_both_sides(self):
        with self.weir.client() as client:
            client.send(post("/v1/nothing", b"{}", {"connection": "close"}))
            self.assertEqual(client.answer().status, 404)
            self.assertFalse(client.more(), "close_notify; without it this would be an ssl.SSLError")
            client.end_properly()

    def test_plain_http_gets_an_end_and_reaches_nobody(self):
        client = self.plain()
        client.send(post(OPENAI.path, OPENAI.body()))
        self.assert_ends(client)
        self.assertEqual(self.upstream.calls, [])
        self.assert_others_are_served()

    def test_what_is_no_tls_gets_an_end(self):
        for noise in (b"\x00" * 64, b"\x16\x03\x01\xff\xff" + b"\xff" * 64, random.Random(6).randbytes(5000)):
            with self.subTest(noise[:8]):
                client = self.plain()
                client.send(noise)
                self.assert_ends(client)
        self.assert_others_are_served()

    def test_who_says_nothing_or_half_a_greeting_is_let_go(self):
        hello = b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"
        for said in (b"", hello):
            with self.subTest(said):
                client = self.plain()
                client.send(said)
                self.assert_ends(client)  # after head_timeout
        self.assert_others_are_served()

    def test_a_caller_who_leaves_in_the_middle_of_a_stream_ends_the_call_upstream(self):
        ended = []

        def answer(call):
            event = OPENAI.event("x")
            call.send(EVENTS_HEAD, b"%x\r\n%b\r\n" % (len(event), event))
            ended.append(call.wait_for_end())

        self.upstream.answer = answer
        for properly in (True, False):
            with self.subTest(close_notify=properly):
                ended.clear()
                client = self.weir.client()
                client.send(post(OPENAI.path, OPENAI.body(stream=True)))
                client.until(b"\n\n")
                if not properly:
                    client.socket.shutdown(socket.SHUT_RDWR)
                client.close()
                wait_until(lambda: ended, "the end of the call upstream")

    def assert_ends(self, client: Client) -> None:
        """The connection ends, whatever is said before."""
        try:
            client.to_end()
        except ConnectionError:
            pass  # reset is an end too


if __name__ == "__main__":
    unittest.main()
