"""Holds that weir calls providers over TLS as a careful client does: authorities from the system (SSL_CERT_FILE),
the server's name sent and checked, no old versions; that a certificate which is not good means 502 in the caller's
dialect with the reason, and nothing sent; and that an answer which ends without close_notify is not taken for whole.
"""

import pathlib
import random
import ssl
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parents[1]))

from certificates import Authority, Pair  # noqa: E402
from harness.http1 import Broken, Client, Message, post  # noqa: E402
from harness.upstream import CloseConnection, Upstream, answer_head, whole  # noqa: E402
from harness.weir import wait_until  # noqa: E402
from harness.world import ANTHROPIC, DIALECTS, OPENAI, answer_plainly  # noqa: E402
from world import PROVIDERS_KEY, TlsUpstream, TrustingWeir, settings_for  # noqa: E402

LARGE = 5 * 1024 * 1024
UNTIL_CLOSE_EVENTS = answer_head(200, {"content-type": "text/event-stream", "connection": "close"})
UNTIL_CLOSE = answer_head(200, {"content-type": "application/json", "connection": "close"})


def end_properly(call) -> None:
    """close_notify before the connection ends."""
    try:
        call.connection.unwrap()
    except OSError:
        pass  # weir has gone without waiting for ours
    raise CloseConnection


class Calling(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.authority = cls.enterClassContext(Authority("weir's test authority"))
        cls.stranger = cls.enterClassContext(Authority("somebody else's authority"))
        cls.good = cls.authority.issue("good", "DNS:localhost,IP:127.0.0.1")

    def start(self, pair: Pair, answer=answer_plainly, host: str = "localhost", **upstream) -> None:
        self.upstream = self.enterContext(TlsUpstream(answer, pair, **upstream))
        settings = settings_for(self.upstream.url(host=host), timeouts={"connect": "5s", "total": "10s"})
        self.weir = self.enterContext(TrustingWeir(settings, self.authority.own.certificate))

    def ask(self, dialect, stream: bool = False) -> Message:
        with Client(self.weir.port) as client:
            return client.ask(dialect.path, dialect.body(stream=stream))

    def assert_not_trusted(self, reason: str) -> None:
        for dialect in DIALECTS:
            for stream in (False, True):
                with self.subTest(path=dialect.path, stream=stream):
                    answer = self.ask(dialect, stream)
                    self.assertEqual((answer.status, answer.code), (502, "provider_failed"), answer.body)
                    self.assertRegex(dialect.error_in(answer)["message"], reason)
        wait_until(lambda: len(self.upstream.failed_handshakes) == 4, "all handshakes to have failed")
        self.assertEqual(self.upstream.calls, [], "nothing is sent to somebody who is not known")
        self.assertEqual(self.upstream.mistakes, [])


class GoodProvider(Calling):
    def test_its_authority_is_found_by_ssl_cert_file_and_its_name_is_sent(self):
        self.start(self.good)
        for dialect in DIALECTS:
            self.assertEqual(self.ask(dialect).body, b'{"answered":true}')
        self.assertEqual(self.upstream.names, ["localhost", "localhost"])
        for call in self.upstream.calls:
            self.assertEqual(call.request.header("host"), f"localhost:{self.upstream.port}")

    def test_an_address_is_checked_too_and_sent_as_no_name(self):
        self.start(self.good, host="127.0.0.1")
        self.assertEqual(self.ask(OPENAI).status, 200)
        self.assertEqual(self.upstream.names, [None])

    def test_its_connection_is_kept(self):
        self.start(self.good)
        with Client(self.weir.port) as client:  # one connection lives on one loop, which has one pool
            for _ in range(5):
                self.assertEqual(client.ask(OPENAI.path, OPENAI.body()).status, 200)
        self.assertEqual(self.upstream.connections, 1)

    def test_large_bodies_arrive_as_they_were_both_ways(self):
        source = random.Random(3)
        request = b'{"model":"gpt","input":"' + source.randbytes(LARGE // 2).hex().encode() + b'"}'
        answer = b'{"text":"' + source.randbytes(LARGE // 2).hex().encode() + b'"}'
        self.start(self.good, lambda call: call.send(whole(answer)))
        with Client(self.weir.port) as client:
            client.send(post("/v1/embeddings", request))
            self.assertEqual(client.answer().body, answer)
        self.assertEqual(self.upstream.calls[0].request.body, request)

    def test_an_answer_that_ends_with_its_connection_and_close_notify_is_whole(self):
        def answer(call):
            stream = b'"stream": true' in call.request.body
            dialect = ANTHROPIC if call.request.target == ANTHROPIC.path else OPENAI
            call.send(UNTIL_CLOSE_EVENTS + dialect.event("a") + dialect.last_event if stream
                      else UNTIL_CLOSE + b'{"answered":true}')
            end_properly(call)

        self.start(self.good, answer)
        for dialect in DIALECTS:
            with self.subTest(path=dialect.path):
                self.assertEqual(self.ask(dialect).body, b'{"answered":true}')
                self.assertEqual(self.ask(dialect, stream=True).body, dialect.event("a") + dialect.last_event)


class BadProvider(Calling):
    def test_an_authority_that_nobody_knows(self):
        self.start(self.stranger.issue("stranger", "DNS:localhost,IP:127.0.0.1"))
        self.assert_not_trusted("certificate not accepted: .*issuer")

    def test_a_certificate_that_vouches_for_itself(self):
        self.start(self.stranger.own)
        self.assert_not_trusted("certificate not accepted: .*self[- ]signed")

    def test_a_certificate_for_another_name(self):
        self.start(self.authority.issue("other", "DNS:other.example"))
        self.assert_not_trusted("certificate not accepted: .*mismatch")

    def test_a_certificate_for_another_address(self):
        self.start(self.authority.issue("by-name", "DNS:localhost"), host="127.0.0.1")
        self.assert_not_trusted("certificate not accepted: .*mismatch")

    def test_a_certificate_that_has_expired(self):
        self.start(self.authority.issue("old", "DNS:localhost", "20200101", "20210101"))
        self.assert_not_trusted("certificate not accepted: .*expired")

    def test_a_certificate_that_is_not_valid_yet(self):
        self.start(self.authority.issue("early", "DNS:localhost", "20480101", "20491231"))
        self.assert_not_trusted("certificate not accepted: .*not yet valid")

    def test_a_version_that_is_too_old(self):
        self.start(self.good, newest=ssl.TLSVersion.TLSv1_1)
        self.assert_not_trusted("TLS failed")

    def test_a_server_that_speaks_no_tls(self):
        self.upstream = self.enterContext(Upstream(answer_plainly))
        self.weir = self.enterContext(TrustingWeir(settings_for(f"https://127.0.0.1:{self.upstream.port}",
                                                                timeouts={"connect": "300ms"}),
                                                   self.authority.own.certificate))
        for dialect in DIALECTS:
            answer = self.ask(dialect)
            self.assertIn((answer.status, answer.code), [(502, "provider_failed"), (504, "provider_timeout")])
            self.assertNotIn(PROVIDERS_KEY.encode(), answer.raw_head + answer.body)
        self.assertEqual(self.upstream.calls, [])

    def test_an_end_without_close_notify_is_no_end(self):
        """It may be somebody cutting the answer short: RFC 8446 section 6.1."""
        def answer(call):
            stream = b'"stream": true' in call.request.body
            dialect = ANTHROPIC if call.request.target == ANTHROPIC.path else OPENAI
            call.send(UNTIL_CLOSE_EVENTS + dialect.event("a") if stream else UNTIL_CLOSE + b'{"answered":true}')
            raise CloseConnection

        self.start(self.good, answer)
        for dialect in DIALECTS:
            with self.subTest(path=dialect.path):
                cut = self.ask(dialect)
                self.assertEqual((cut.status, cut.code), (502, "provider_failed"), cut.body)
                dialect.error_in(cut)
                stream = self.ask(dialect, stream=True)
                self.assertEqual(stream.status, 200)
                self.assertTrue(stream.body.startswith(dialect.event("a")), stream.body)
                last = stream.body.rstrip(b"\n").split(b"\n\n")[-1]
                self.assertIn(b'"code":"provider_failed"', last)
                self.assertEqual(last.startswith(b"event: error\n"), dialect is ANTHROPIC)

    def test_a_sound_that_ends_without_close_notify_is_no_sound(self):
        def answer(call):
            call.send(answer_head(200, {"content-type": "audio/mpeg", "connection": "close"}) + b"half a sound")
            raise CloseConnection

        self.start(self.good, answer)
        with Client(self.weir.port) as client:
            client.send(post("/v1/audio/speech", {"model": "gpt", "input": "hi", "voice": "v"}))
            try:
                got = client.answer()
            except (Broken, ConnectionError):
                return  # broken off, as it should be
            self.assertEqual(got.status, 502, "half of it was handed on as if it were all")


if __name__ == "__main__":
    unittest.main()
