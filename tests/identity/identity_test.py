"""Holds that weir passes a call on byte for byte.

Every recorded exchange of a relayed path goes client -> weir -> a provider made of sockets and back, in each way that
its bytes may be put on the wire: whole, in chunks of a byte, in random chunks, until the connection ends, encoded.
What the provider received and what the client received are compared with the recording. Where a deployment's model has
another name, the model's value and nothing else has changed. Of headers only those of the lists below go on, and the
caller's key never does. The seed is printed; WEIR_SEED sets it.
"""

import collections
import contextlib
import json
import os
import pathlib
import random
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parents[1]))

import recordings  # noqa: E402
import wire  # noqa: E402
from harness.http1 import Client, Message  # noqa: E402
from harness.upstream import Call, CloseConnection, Upstream  # noqa: E402
from harness.weir import ONE_ATTEMPT, Weir  # noqa: E402

CALLERS_KEY = "callers-own-key-4711"
PROVIDERS_KEY = "providers-key-0815"
SEED = int(os.environ.get("WEIR_SEED", "1"))
RENAMED = "renamed \"model\" \u00e9/"  # needs care inside JSON

# What may reach a provider: framing and credentials of weir's own, and what the dialect's list hands on.
TO_EITHER = {"host", "content-length", "accept-encoding", "content-type", "accept", "user-agent",
             "traceparent", "tracestate"}
TO_PROVIDER = {"openai": TO_EITHER | {"authorization", "openai-beta"},
               "anthropic": TO_EITHER | {"x-api-key", "anthropic-version", "anthropic-beta"}}
# What a caller sends that is nobody else's business.
CALLERS_OWN = [("authorization", f"Bearer {CALLERS_KEY}"), ("x-api-key", CALLERS_KEY), ("cookie", "session=1"),
               ("proxy-authorization", "Basic eDp5"), ("x-forwarded-for", "10.1.2.3"), ("x-weir-tags", "a,b"),
               ("x-weir-cache", "on"), ("idempotency-key", "k1"), ("accept-encoding", "gzip, br"), ("te", "trailers")]


def expected_of(status: int) -> tuple[int, str | None]:
    """CONTRACT "Provider's answer to caller's answer": the caller's status, and the code where the words are weir's."""
    if status in (401, 402, 403):
        return 502, "provider_auth"
    if status in (503, 529):
        return 503, "provider_overloaded"
    if status >= 500 or 300 <= status < 400:
        return 502, "provider_failed"
    return status, None


def own_end(exchange: recordings.Exchange) -> bool:
    """Whether a stream tells its own end, so that one which ends with its connection is known to be whole."""
    last = exchange.answer.replace(b"\r\n", b"\n").rstrip(b"\n").split(b"\n\n")[-1]
    marks = (b"data: [DONE]", b"event: message_stop", b"event: response.completed", b"event: error", b'data: {"error"')
    return last.startswith(marks)


def settings_for(kind: str, base_url: str, models: dict[str, str]) -> dict:
    return ONE_ATTEMPT | {
        "auth": {"master_key": CALLERS_KEY},
        "log": {"level": "warn"},
        "providers": {"upstream": {"kind": kind, "base_url": base_url,
                                   "keys": [{"name": "main", "value": PROVIDERS_KEY}]}},
        # Each exchange is asked often, and each time the provider is to answer.
        "models": {name: {"deployments": [{"provider": "upstream", "model": theirs}], "cacheable": "never"}
                   for name, theirs in models.items()},
    }


class Player:
    """Plays exchanges through one weir; the connection is kept while weir keeps it."""

    def __init__(self, port: int, upstream: Upstream, source: random.Random):
        self.port, self.upstream, self.source = port, upstream, source
        self.client: Client | None = None

    def close(self) -> None:
        if self.client:
            self.client.close()

    def play(self, exchange: recordings.Exchange, variant: wire.Variant) -> tuple[Message, list[Call]]:
        framed = wire.ANSWERS[variant.answer](exchange.answer, self.source)
        answer = wire.writes_of(f"HTTP/1.1 {exchange.status} Recorded", list(exchange.answer_headers), framed,
                                self.source)

        def replay(call: Call) -> None:
            call.send(*answer)
            if framed.closes:
                raise CloseConnection

        self.upstream.answer = replay
        before = len(self.upstream.calls)
        answered = self.ask(exchange, variant)
        return answered, self.upstream.calls[before:]

    def ask(self, exchange: recordings.Exchange, variant: wire.Variant) -> Message:
        framed = wire.REQUESTS[variant.request](exchange.request, self.source)
        own_names = {name for name, _ in CALLERS_OWN}
        headers = [(name, value) for name, value in exchange.request_headers if name.lower() not in own_names]
        target = exchange.path + ("?" + exchange.query if exchange.query else "")
        writes = wire.writes_of(f"POST {target} HTTP/1.1", [("host", "localhost"), *headers, *CALLERS_OWN], framed,
                                self.source)
        if variant.each_byte_a_write:
            writes = [bytes([byte]) for byte in b"".join(writes)]
        self.client = self.client or Client(self.port)
        self.client.send(*writes)
        answered = self.client.answer()
        if answered.header("connection") == "close":
            self.client.close()
            self.client = None
        return answered


class Identity(unittest.TestCase):
    maxDiff = 400

    @classmethod
    def setUpClass(cls):
        cls.source = random.Random(SEED)
        cls.exchanges, cls.others, cls.where_from = recordings.read_all()
        cls.groups = collections.defaultdict(list)
        for exchange in cls.exchanges:
            cls.groups[exchange.provider, exchange.kind, exchange.base].append(exchange)
        print(f"\nrecordings: {cls.where_from}; seed {SEED}")

    def setUp(self):
        self.upstream = Upstream(lambda call: None)
        self.addCleanup(self.upstream.__exit__)

    def same(self, got: bytes, wanted: bytes, what: str) -> None:
        """assertEqual would print megabytes."""
        if got != wanted:
            at = next((i for i, (a, b) in enumerate(zip(got, wanted)) if a != b), min(len(got), len(wanted)))
            self.fail(f"{what}: {len(got)} bytes instead of {len(wanted)}, different from byte {at} on: "
                      f"{got[at : at + 80]!r} instead of {wanted[at : at + 80]!r}")

    def check_request(self, exchange: recordings.Exchange, calls: list[Call], body: bytes) -> None:
        self.assertEqual(len(calls), 1, "calls at the provider")
        request = calls[0].request
        self.same(request.body, body, "request at the provider")
        self.assertEqual(request.first_line, f"POST {exchange.target} HTTP/1.1")
        names = [name.lower() for name, _ in request.headers]
        self.assertLessEqual(set(names), TO_PROVIDER[exchange.kind])
        self.assertEqual(len(names), len(set(names)), f"a header is there twice: {names}")
        self.assertEqual(request.header("host"), f"127.0.0.1:{self.upstream.port}")
        self.assertEqual(request.header("accept-encoding"), "identity")
        key = "x-api-key" if exchange.kind == "anthropic" else "authorization"
        self.assertEqual(request.header(key).removeprefix("Bearer "), PROVIDERS_KEY)
        self.assertNotIn(CALLERS_KEY.encode(), request.raw_head + request.body)
        sent = {name.lower(): value for name, value in exchange.request_headers}
        for name in TO_PROVIDER[exchange.kind] & {"content-type", "accept", "user-agent", "openai-beta",
                                                  "anthropic-version", "anthropic-beta"}:
            if name in sent:
                self.assertEqual(request.header(name), sent[name])

    def check_answer(self, exchange: recordings.Exchange, answer: Message, variant: wire.Variant) -> None:
        status, code = expected_of(exchange.status)
        self.assertEqual(answer.status, status)
        self.assertTrue(answer.header("x-weir-request-id").startswith("req_"))
        for name in ("content-encoding", "set-cookie", "server"):
            self.assertIsNone(answer.header(name))
        if code is not None:
            self.assertEqual(answer.code, code)
            self.assertNotIn(PROVIDERS_KEY.encode(), answer.raw_head + answer.body)
            return
        if exchange.is_stream and variant.answer == "until close" and not own_end(exchange):
            self.same(answer.body[: len(exchange.answer)], exchange.answer, "answer, but for its terminal event")
            self.assertIn(b'"provider_failed"', answer.body[len(exchange.answer) :])
            return
        self.same(answer.body, exchange.answer, "answer at the client")
        theirs = {name.lower(): value for name, value in exchange.answer_headers}
        self.assertEqual(answer.header("content-type"), theirs.get("content-type"))
        request_id = theirs.get("x-request-id", theirs.get("request-id"))
        self.assertEqual(answer.header("x-request-id"), request_id)

    def test_every_recorded_exchange_arrives_as_it_was_recorded(self):
        played: collections.Counter[tuple[str, str]] = collections.Counter()
        passed: collections.Counter[tuple[str, str]] = collections.Counter()
        calls_made = large = 0
        for (provider, kind, base), exchanges in self.groups.items():
            settings = settings_for(kind, self.upstream.url(base), {each.model: each.model for each in exchanges})
            with Weir(settings) as weir, contextlib.closing(Player(weir.port, self.upstream, self.source)) as player:
                for exchange in exchanges:
                    variants = wire.variants_for(exchange.request, exchange.answer)
                    large += len(variants) < len(wire.REQUESTS) * len(wire.ANSWERS)
                    played[provider, exchange.path] += 1
                    calls_made += len(variants)
                    identical = sum(self.plays_identically(player, exchange, variant) for variant in variants)
                    passed[provider, exchange.path] += identical == len(variants)
        self.print_counts(played, passed, calls_made, large)
        self.assertGreater(calls_made, 0)
        self.assertEqual(self.upstream.mistakes, [])

    def plays_identically(self, player: Player, exchange: recordings.Exchange, variant: wire.Variant) -> bool:
        with self.subTest(exchange.name, variant=variant):
            answer, calls = player.play(exchange, variant)
            self.check_request(exchange, calls, exchange.request)
            self.check_answer(exchange, answer, variant)
            self.assertIsNone(answer.header("x-weir-edits"))
            return True
        return False  # a failed subtest leaves its block early

    def print_counts(self, played, passed, calls_made: int, large: int) -> None:
        print(f"{'provider':12} {'path':28} identical")
        for provider, path in sorted(played):
            print(f"{provider:12} {path:28} {passed[provider, path]} of {played[provider, path]}")
        print(f"in all       {sum(passed.values())} of {sum(played.values())} exchanges, {calls_made} calls; encoded: "
              f"gzip, deflate (Python's own library has no br or zstd)")
        print(f"{large} exchanges with a body over 64 KiB: each way of framing once on either side, not every pair")
        for line, count in sorted(collections.Counter(self.others).items()):
            print(f"not a relayed path: {count} x {line}")

    def test_where_the_deployments_model_has_another_name_only_that_name_changes(self):
        renamed = json.dumps(RENAMED, ensure_ascii=False).encode()
        count = 0
        for (_, kind, base), exchanges in self.groups.items():
            settings = settings_for(kind, self.upstream.url(base), {each.model: RENAMED for each in exchanges})
            with Weir(settings) as weir, contextlib.closing(Player(weir.port, self.upstream, self.source)) as player:
                for exchange in exchanges:
                    request = "random chunks" if count % 2 else "whole"
                    variant = wire.Variant(request, "random chunks")
                    count += 1
                    with self.subTest(exchange.name, variant=variant):
                        answer, calls = player.play(exchange, variant)
                        begin, end = place_of_model(exchange.request, exchange.model)
                        got = calls[0].request.body
                        theirs = got[begin : len(got) - (len(exchange.request) - end)]
                        self.assertEqual(json.loads(theirs), RENAMED)
                        self.check_request(exchange, calls, exchange.request[:begin] + theirs + exchange.request[end:])
                        self.check_answer(exchange, answer, variant)
                        if expected_of(exchange.status)[1] is None:
                            self.assertEqual(answer.header("x-weir-edits"), "model")
        print(f"renamed: {count} exchanges, {renamed.decode()} in place of the model's name")


def place_of_model(body: bytes, model: str) -> tuple[int, int]:
    """Where the value of the outermost `model` stands in `body`, with its quotes."""
    depth, at, text = 0, 0, body.decode()
    decoder = json.JSONDecoder()
    while at < len(text):
        character = text[at]
        if character == '"':
            word, end = decoder.raw_decode(text, at)
            after = end
            while text[after : after + 1].isspace():
                after += 1
            if depth == 1 and word == "model" and text[after] == ":":
                begin = text.index('"', after)
                value, end = decoder.raw_decode(text, begin)
                assert value == model
                return len(text[:begin].encode()), len(text[:end].encode())
            at = end
            continue
        depth += (character in "{[") - (character in "}]")
        at += 1
    raise AssertionError("no model")


if __name__ == "__main__":
    unittest.main()
