"""Traces as somebody has them who watches calls through weir: what arrives at the collector, what callers and
providers say and see of a trace, and that no collector, however broken, is in the way of a call.

Weir sends what it has when it ends, so most tests end it and then look at what came.
"""

import json
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parents[1]))
sys.path.insert(0, str(pathlib.Path(__file__).parent))

from collector import Collector, Span  # noqa: E402
from harness.http1 import Message  # noqa: E402
from harness.upstream import Call, CloseConnection, whole  # noqa: E402
from harness.weir import wait_until  # noqa: E402
from harness.world import ANTHROPIC, OPENAI, World  # noqa: E402

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
SPAN = "00f067aa0ba902b7"
SAMPLED = f"00-{TRACE}-{SPAN}-01"
UNSAMPLED = f"00-{TRACE}-{SPAN}-00"
COLLECTORS_KEY = "canary-collectors-key"
# Enough for three full batches, which go out at once: a batch has 512 spans, a call 5.
THREE_BATCHES = 320
ANSWER = whole(json.dumps({
    "id": "chatcmpl-1", "object": "chat.completion", "created": 1, "model": "gpt",
    "choices": [{"index": 0, "message": {"role": "assistant", "content": "hi"}, "finish_reason": "stop"}],
    "usage": {"prompt_tokens": 12, "completion_tokens": 34, "total_tokens": 46}}).encode())


def answer(call: Call) -> None:
    call.send(ANSWER)


def ask(world: World, traceparent: str | None = None, **body) -> Message:
    with world.client() as client:
        headers = {} if traceparent is None else {"traceparent": traceparent}
        return client.ask(OPENAI.path, OPENAI.body() | body, headers)


def by_kind(spans: list[Span], kind: str) -> list[Span]:
    return [span for span in spans if span.kind == kind]


def degraded(world: World) -> dict[str, str]:
    with world.client() as client:
        return {part["part"]: part["reason"] for part in client.get("/readyz").json()["degraded"]}


class WhatTheCollectorGets(unittest.TestCase):
    def trace_of(self, *traceparents: str | None, provider=answer, **settings) -> tuple[list[Span], World]:
        """The spans of a call for each, and what is left of the world they were made in."""
        with Collector() as collector:
            with World(provider, traces=collector.settings(**settings)) as world:
                for traceparent in traceparents:
                    ask(world, traceparent)
            return collector.spans(), world

    def test_a_call_is_one_trace_of_a_server_span_its_stages_and_its_attempt(self):
        spans, _ = self.trace_of(None)
        self.assertEqual(len({span.trace for span in spans}), 1)
        self.assertEqual(len({span.id for span in spans}), len(spans))
        [call] = by_kind(spans, "SERVER")
        self.assertEqual(call.parent, "")
        self.assertEqual(call.name, "POST /v1/chat/completions")
        self.assertEqual(call.attributes["http.request.method"], "POST")
        self.assertEqual(call.attributes["http.route"], "/v1/chat/completions")
        self.assertEqual(call.attributes["http.response.status_code"], 200)
        self.assertEqual(call.attributes["weir.outcome"], "ok")
        self.assertFalse(call.failed)
        stages = by_kind(spans, "INTERNAL")
        self.assertEqual([stage.name for stage in stages], ["body", "plan", "answer"])
        [attempt] = by_kind(spans, "CLIENT")
        self.assertEqual(attempt.name, "chat gpt")
        self.assertEqual(attempt.attributes["gen_ai.operation.name"], "chat")
        self.assertEqual(attempt.attributes["gen_ai.provider.name"], "openai")
        self.assertEqual(attempt.attributes["gen_ai.request.model"], "gpt")
        self.assertEqual(attempt.attributes["gen_ai.usage.input_tokens"], 12)
        self.assertEqual(attempt.attributes["gen_ai.usage.output_tokens"], 34)
        self.assertEqual(attempt.attributes["http.response.status_code"], 200)
        self.assertEqual(attempt.attributes["weir.attempt"], 1)
        for span in (*stages, attempt):
            self.assertEqual(span.parent, call.id)
            self.assertLessEqual(call.begun, span.begun)
        for before, after in zip(stages, stages[1:]):
            self.assertEqual(before.ended, after.begun)

    def test_the_request_id_of_the_answer_finds_its_trace(self):
        with Collector() as collector:
            with World(answer, traces=collector.settings()) as world:
                request_id = ask(world).header("x-weir-request-id")
            for kind in ("SERVER", "CLIENT"):
                [span] = by_kind(collector.spans(), kind)
                self.assertEqual(span.attributes["weir.request_id"], request_id)

    def test_the_callers_span_is_the_parent(self):
        spans, _ = self.trace_of(SAMPLED)
        self.assertEqual({span.trace for span in spans}, {TRACE})
        self.assertEqual(by_kind(spans, "SERVER")[0].parent, SPAN)

    def test_a_caller_who_does_not_want_a_trace_gets_none(self):
        spans, world = self.trace_of(UNSAMPLED, None)
        self.assertEqual(len(by_kind(spans, "SERVER")), 1)
        self.assertNotIn(TRACE, {span.trace for span in spans})
        _, trace, _, flags = world.upstream.calls[0].request.header("traceparent").split("-")
        self.assertEqual((trace, flags), (TRACE, "00"), "the provider is told so")

    def test_a_header_that_is_no_traceparent_is_as_none(self):
        bad = ("", "00-" + "0" * 32 + f"-{SPAN}-01", f"00-{TRACE}-{'0' * 16}-01", f"ff-{TRACE}-{SPAN}-01", "x" * 55)
        spans, _ = self.trace_of(*bad)
        calls = by_kind(spans, "SERVER")
        self.assertEqual(len(calls), len(bad))
        self.assertEqual({call.parent for call in calls}, {""})
        self.assertEqual(len({call.trace for call in calls} - {TRACE, "0" * 32}), len(bad))

    def test_the_provider_is_told_the_attempts_span(self):
        spans, world = self.trace_of(None, SAMPLED)
        attempts = {span.trace: span.id for span in by_kind(spans, "CLIENT")}
        self.assertEqual(len(attempts), 2)
        for call in world.upstream.calls:
            version, trace, span, flags = call.request.header("traceparent").split("-")
            self.assertEqual((version, flags), ("00", "01"))
            self.assertEqual(span, attempts[trace])

    def test_only_the_share_of_calls_is_traced_whose_callers_do_not_decide(self):
        spans, _ = self.trace_of(*[None] * 20, SAMPLED, sample="0%")
        self.assertEqual({span.trace for span in spans}, {TRACE})

    def test_a_failed_call_and_its_attempt_are_errors(self):
        spans, _ = self.trace_of(None, provider=lambda call: call.send(whole(b"{}", 500)))
        [call] = by_kind(spans, "SERVER")
        self.assertTrue(call.failed)
        self.assertEqual(call.attributes["http.response.status_code"], 502)
        self.assertEqual(call.attributes["error.type"], "provider_failed")
        for attempt in by_kind(spans, "CLIENT"):
            self.assertTrue(attempt.failed)
            self.assertEqual(attempt.attributes["http.response.status_code"], 500)
            self.assertEqual(attempt.attributes["error.type"], "provider_failed")

    def test_a_callers_mistake_is_no_error_of_the_server(self):
        with Collector() as collector:
            with World(answer, traces=collector.settings()) as world:
                ask(world, model="nobody")
            [call] = by_kind(collector.spans(), "SERVER")
        self.assertFalse(call.failed)
        self.assertEqual(call.attributes["http.response.status_code"], 404)
        self.assertNotIn("nobody", json.dumps(call.attributes), "a caller's own words are not shown")

    def test_a_hit_has_no_attempt(self):
        with Collector() as collector:
            with World(answer, traces=collector.settings()) as world:
                for _ in range(2):
                    self.assertEqual(ask(world, temperature=0).status, 200)
            spans = collector.spans()
        calls = sorted(by_kind(spans, "SERVER"), key=lambda call: call.begun)
        self.assertEqual([call.attributes["weir.cache"] for call in calls], ["miss", "hit"])
        self.assertEqual(len(by_kind(spans, "CLIENT")), 1)

    def test_anthropics_calls_are_traced_too(self):
        with Collector() as collector:
            with World(traces=collector.settings()) as world:
                world.ask(ANTHROPIC)
            [attempt] = by_kind(collector.spans(), "CLIENT")
        self.assertEqual(attempt.attributes["gen_ai.provider.name"], "anthropic")
        self.assertEqual(attempt.name, "chat claude")

    def test_the_log_line_of_a_call_names_its_trace(self):
        with Collector() as collector:
            with World(answer, traces=collector.settings()) as world:
                ask(world, SAMPLED)
                wait_until(lambda: TRACE in world.weir.log(), "the call's line")

    def test_without_an_endpoint_calls_are_as_they_were(self):
        with World(answer) as world:
            self.assertEqual(ask(world, SAMPLED).status, 200)
            threads = [name.read_text().strip() for name in pathlib.Path(f"/proc/{world.weir.pid}/task").glob("*/comm")]
            self.assertIn("bg-log", threads)
            self.assertNotIn("bg-traces", threads)


class Collectors(unittest.TestCase):
    def calls(self, world: World, count: int) -> None:
        with world.client() as client:
            for _ in range(count):
                self.assertEqual(client.ask(OPENAI.path, OPENAI.body()).status, 200)

    def test_a_collector_gets_its_headers_and_nobody_else_sees_them(self):
        with Collector() as collector:
            collector.way = lambda call: call.send(whole(COLLECTORS_KEY.encode(), 401))
            with World(answer, traces=collector.settings(headers={"authorization": COLLECTORS_KEY})) as world:
                self.calls(world, THREE_BATCHES)
                wait_until(lambda: "traces" in degraded(world), "/readyz to name the traces")
                self.assertNotIn(COLLECTORS_KEY, json.dumps(degraded(world)))
                self.assertNotIn(COLLECTORS_KEY, world.weir.log())
            self.assertEqual({call.request.header("authorization") for call in collector.calls}, {COLLECTORS_KEY})

    def test_a_bad_collector_is_named_and_calls_go_on_until_it_recovers(self):
        def close(_: Call) -> None:
            raise CloseConnection

        def talk_nonsense(call: Call) -> None:
            call.send(b"220 ready when you are\r\n\r\n")
            raise CloseConnection

        ways = {"500": lambda call: call.send(whole(b"{}", 500)), "429": lambda call: call.send(whole(b"{}", 429)),
                "closes": close, "garbage": talk_nonsense}
        for name, way in ways.items():
            with self.subTest(name), Collector() as collector:
                good, collector.way = collector.way, way
                with World(answer, traces=collector.settings()) as world:
                    self.calls(world, THREE_BATCHES)
                    wait_until(lambda: "traces" in degraded(world), "/readyz to name the traces")
                    self.assertIn("collector", degraded(world)["traces"])
                    collector.way = good
                    self.calls(world, THREE_BATCHES)
                    wait_until(lambda: "traces" not in degraded(world), "/readyz to be content again")

    def test_a_collector_that_is_not_there_is_named_and_calls_go_on(self):
        with Collector() as collector:
            collector.stop_listening()
            with World(answer, traces=collector.settings()) as world:
                self.calls(world, THREE_BATCHES)
                wait_until(lambda: "traces" in degraded(world), "/readyz to name the traces")
                self.calls(world, 10)

    def test_a_collector_that_hangs_is_in_the_way_of_no_call_and_of_no_end(self):
        with Collector() as collector:
            collector.way = collector.hang
            with World(answer, traces=collector.settings()) as world:
                self.calls(world, THREE_BATCHES)
                wait_until(lambda: collector.calls, "the first batch")
                self.calls(world, THREE_BATCHES)
                world.weir.tell_to_stop()
                self.assertEqual(world.weir.wait_for_end(patience=10), 0)


if __name__ == "__main__":
    unittest.main()
