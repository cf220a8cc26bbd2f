"""Holds which requests are answered from the cache and which never are, and that what a caller gets from it is what the
first caller got: the same question twice is one call upstream, and nothing else is.
"""

import fractions
import json
import pathlib
import sys
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parents[1]))

from answers import (CACHED, INPUT, LAST_CHUNK, OUTPUT, PRICE, Model, Said, cache_status, chunk, data,  # noqa: E402
                     document_for, events_for, is_hit, number_of, question, start, text_of, wants_stream)
from harness.http1 import Message  # noqa: E402
from harness.upstream import Call, CloseConnection, whole  # noqa: E402
from harness.weir import wait_until  # noqa: E402
from harness.world import ANTHROPIC, DIALECTS, EVENTS_HEAD, OPENAI  # noqa: E402

OPT_IN = {"x-weir-cache": "on"}


class Suite(unittest.TestCase):
    """One gateway for all tests: each asks questions of its own."""

    @classmethod
    def setUpClass(cls):
        cls.model = Model()
        cls.world = cls.enterClassContext(start(cls.model))
        cls.client = cls.enterClassContext(cls.world.client())

    def ask(self, body, dialect=OPENAI, headers=None) -> Message:
        answer = self.client.ask(dialect.path, body, headers)
        self.assertEqual(answer.status, 200, answer.body)
        return answer

    def assert_cached(self, first: dict | bytes, second: dict | bytes | None = None, dialect=OPENAI, headers=None,
                      path: str | None = None) -> None:
        self.assertEqual(self.calls_for(first, second, dialect, headers, path), 1)

    def assert_apart(self, first: dict | bytes, second: dict | bytes | None = None, dialect=OPENAI, headers=None,
                     path: str | None = None) -> None:
        self.assertEqual(self.calls_for(first, second, dialect, headers, path), 2)

    def calls_for(self, first, second, dialect, headers, path) -> int:
        before = self.model.count
        for body in (first, first if second is None else second):
            self.assertEqual(self.client.ask(path or dialect.path, body, headers).status, 200)
        return self.model.count - before


class WhatIsCached(Suite):
    def test_the_same_question_twice_is_one_call(self):
        for dialect in DIALECTS:
            for stream in (False, True):
                with self.subTest(dialect.path, stream=stream):
                    self.assert_cached(question(dialect, f"twice, {stream}", stream), dialect=dialect)

    def test_embeddings_need_not_be_asked_for(self):
        self.assert_cached({"model": "gpt", "input": "twice"}, path="/v1/embeddings")

    def test_at_another_temperature_or_none_everybody_gets_an_answer_of_their_own(self):
        for dialect in DIALECTS:
            for temperature in (1, 0.7, 1e-9, None):
                with self.subTest(dialect.path, temperature=temperature):
                    body = dialect.body(f"at {temperature}")
                    if temperature is not None:
                        body["temperature"] = temperature
                    self.assert_apart(body, dialect=dialect)
                    self.assertEqual(cache_status(self.ask(body, dialect)), ("fwd=bypass", "detail=temperature"))

    def test_a_question_in_one_dialect_does_not_answer_the_other(self):
        first = self.ask(question(OPENAI, "in both"))
        second = self.ask(question(ANTHROPIC, "in both"), ANTHROPIC)
        self.assertNotEqual(number_of(first), number_of(second))

    def test_tools_that_look_at_the_world_are_asked_again(self):
        tool = {"type": "web_search_20250305", "name": "web_search"}
        self.assert_apart(question(ANTHROPIC, "look", tools=[tool]), dialect=ANTHROPIC)
        self.assert_apart(question(OPENAI, "look", web_search_options={}))
        self.assert_cached(question(OPENAI, "look once", web_search_options={}), headers=OPT_IN)

    def test_other_paths_are_cached_where_the_caller_asks_for_it(self):
        for path, body in [
            ("/v1/moderations", {"model": "gpt", "input": "asked for"}),
            ("/v1/images/generations", {"model": "gpt", "prompt": "asked for"}),
            ("/v1/responses/input_tokens", {"model": "gpt", "input": "asked for"}),
            ("/v1/messages/count_tokens", {"model": "claude", "messages": []}),
            ("/v1/audio/speech", {"model": "gpt", "input": "asked for", "voice": "alloy"}),
        ]:
            with self.subTest(path):
                self.assert_apart(body, path=path)
                self.assertEqual(cache_status(self.client.ask(path, body)), ("fwd=bypass", "detail=opt-in"))
                self.assert_cached(body, headers=OPT_IN, path=path)

    def test_some_requests_are_never_cached_whoever_asks_for_it(self):
        for body, path, why in [
            (question(text="x" * (1 << 20)), OPENAI.path, "too-large"),
            (question(seed=18446744073709551616), OPENAI.path, "unreadable"),
            ({"model": "gpt", "input": "hi", "background": True}, "/v1/responses", "state"),
            ({"model": "gpt", "input": "hi", "conversation": "conv_1"}, "/v1/responses", "state"),
            ({"model": "gpt", "prompt": {"id": "pmpt_1"}}, "/v1/responses", "state"),
            (question(ANTHROPIC, container="container_1"), ANTHROPIC.path, "state"),
        ]:
            with self.subTest(why, path=path):
                self.assert_apart(body, headers=OPT_IN, path=path)
                answer = self.client.ask(path, body, OPT_IN)
                self.assertEqual(cache_status(answer), ("fwd=bypass", f"detail={why}"))
                self.assertIsNone(answer.header("x-weir-cache-key"))

    def test_a_model_may_be_cached_always_or_never(self):
        deployment = {"deployments": [{"provider": "openai", "model": "m"}]}
        model = Model()
        with start(model, models={"eager": deployment | {"cacheable": "always"},
                                  "fresh": deployment | {"cacheable": "never"}}) as world, world.client() as client:
            def calls(body: dict, headers: dict | None = None) -> int:
                before = model.count
                for _ in range(2):
                    self.assertEqual(client.ask(OPENAI.path, body, headers).status, 200)
                return model.count - before

            self.assertEqual(calls(OPENAI.body() | {"model": "eager", "temperature": 1}), 1)
            self.assertEqual(calls(OPENAI.body("no temperature") | {"model": "eager"}), 1)
            self.assertEqual(calls(question(model="fresh")), 2)
            self.assertEqual(calls(question(model="fresh"), OPT_IN), 2)
            answer = client.ask(OPENAI.path, question(model="fresh"))
            self.assertEqual(cache_status(answer), ("fwd=bypass", "detail=never"))
            self.assertIsNone(answer.header("x-weir-cache-key"))


class WhatIsTheSame(Suite):
    def test_order_white_space_and_spelling_do_not_matter(self):
        first = (b'{"model":"gpt","temperature":0,"max_tokens":9,"top_p":0.5,'
                 b'"messages":[{"role":"user","content":"a\\u00e9/"}]}')
        before = self.model.count
        self.ask(first)
        for same in (
            b'{"messages":[{"role":"user","content":"a\\u00e9/"}],"top_p":0.5,"max_tokens":9,"temperature":0,'
            b'"model":"gpt"}',
            b'{"model":"gpt","temperature":0,"max_tokens":9,"top_p":0.5,'
            b'"messages":[{"content":"a\\u00e9/","role":"user"}]}',
            first.replace(b",", b" ,\r\n\t").replace(b":", b" : "),
            first.replace(b'"temperature":0', b'"temperature":0.0'),
            first.replace(b'"temperature":0', b'"temperature":-0e3'),
            first.replace(b'"max_tokens":9', b'"max_tokens":9.0'),
            first.replace(b'"top_p":0.5', b'"top_p":5e-1'),
            first.replace(b"a\\u00e9/", "aé\\/".encode()),
            first.replace(b'"model"', b'"\\u006dodel"'),
        ):
            with self.subTest(same):
                self.assertTrue(is_hit(self.ask(same)), cache_status(self.ask(same)))
        self.assertEqual(self.model.count - before, 1)

    def test_who_asks_does_not_matter(self):
        self.assert_cached(question(text="who"), question(text="who", user="u-1", metadata={"run": "7"}))
        self.assert_cached(question(ANTHROPIC, "who", metadata={"user_id": "u-1"}),
                           question(ANTHROPIC, "who", metadata={"user_id": "u-2"}), dialect=ANTHROPIC)
        self.ask(question(text="with which program"), headers={"user-agent": "one/1", "accept": "*/*"})
        self.assertTrue(is_hit(self.ask(question(text="with which program"), headers={"user-agent": "two/2"})))

    def test_whatever_shapes_the_answer_matters(self):
        base = question(text="shape")
        system = [{"role": "system", "content": "be brief"}]
        image = {"type": "image_url", "image_url": {"url": "https://example.com/a.png"}}
        seen = {number_of(self.ask(base))}
        changes = [
            {"max_tokens": 10}, {"max_completion_tokens": 9}, {"messages": system + base["messages"]},
            {"messages": base["messages"] * 2}, {"messages": [{"role": "user", "content": "shape "}]},
            {"messages": [{"role": "user", "content": "shape", "name": "ann"}]},
            {"messages": [{"role": "user", "content": [{"type": "text", "text": "shape"}, image]}]},
            {"model": "other"}, {"top_p": 0.9}, {"seed": 1}, {"seed": "1"}, {"seed": None}, {"n": 1}, {"stop": ["."]},
            {"tools": [{"type": "function", "function": {"name": "weather"}}]}, {"tool_choice": "none"},
            {"response_format": {"type": "json_object"}}, {"logprobs": True}, {"reasoning_effort": "low"},
            {"presence_penalty": 0}, {"a_field_nobody_knows": 1}, {"a_field_nobody_knows": [1]},
        ]
        for change in changes:
            with self.subTest(change):
                answer = self.ask(base | change)
                self.assertFalse(is_hit(answer))
                self.assertNotIn(number_of(answer), seen)
                seen.add(number_of(answer))
        self.assertTrue(is_hit(self.ask(base)))

    def test_the_system_prompt_and_versions_matter_in_messages(self):
        base = question(ANTHROPIC, "shape")
        versions = [{"anthropic-version": "2023-06-01"}, {"anthropic-version": "2023-01-01"},
                    {"anthropic-version": "2023-06-01", "anthropic-beta": "context-1m-2025-08-07"}]
        for body, headers in [(base, {}), (base | {"system": "be brief"}, {}),
                              (base | {"max_tokens": 10}, {}), (base | {"top_k": 1}, {}),
                              (base | {"thinking": {"type": "enabled", "budget_tokens": 1024}}, {}),
                              (base | {"metadata": {"user_id": "u", "other": 1}}, {}),
                              *((base, version) for version in versions)]:
            with self.subTest(body=body, headers=headers):
                self.assertFalse(is_hit(self.ask(body, ANTHROPIC, headers)))
                self.assertTrue(is_hit(self.ask(body, ANTHROPIC, headers)))

    def test_a_query_matters(self):
        for path in (OPENAI.path, OPENAI.path + "?api-version=1", OPENAI.path + "?api-version=2"):
            answers = [self.client.ask(path, question(text="query")) for _ in range(2)]
            self.assertEqual([is_hit(answer) for answer in answers], [False, True], path)


class WhatAHitLooksLike(Suite):
    def test_its_headers_say_where_it_came_from(self):
        first = self.ask(question(text="headers"))
        self.assertEqual(cache_status(first), ("fwd=uri-miss", "stored"))
        self.assertIsNone(first.header("age"))
        self.assertIsNone(first.header("x-weir-saved-usd"))
        second = self.ask(question(text="headers"))
        kind, ttl, detail = cache_status(second)
        self.assertEqual((kind, detail), ("hit", "detail=memory"))
        self.assertIn(int(ttl.removeprefix("ttl=")), range(3500, 3601))  # the default is an hour
        self.assertIn(int(second.header("age")), range(0, 60))
        self.assertEqual(second.body, first.body)
        self.assertEqual(second.header("content-type"), first.header("content-type"))
        for name in ("x-weir-deployment", "x-weir-cache-key"):
            self.assertTrue(second.header(name), name)
            self.assertEqual(second.header(name), first.header(name))
        self.assertRegex(second.header("x-weir-cache-key"), "^[0-9a-f]{64}$")
        self.assertNotEqual(second.header("x-weir-request-id"), first.header("x-weir-request-id"))

    def test_what_was_saved_is_exact(self):
        tokens = {"input": INPUT - CACHED, "cached_input": CACHED, "output": OUTPUT}
        picos = sum(count * fractions.Fraction(str(PRICE[kind])) * 10**6 for kind, count in tokens.items())
        nanos = (picos + 500) // 1000  # rounded half up, once
        self.assertNotEqual(picos % 1000, 0, "this price is to need rounding")
        for dialect in DIALECTS:
            self.ask(question(dialect, "saved"), dialect)
            saved = self.ask(question(dialect, "saved"), dialect).header("x-weir-saved-usd")
            self.assertEqual(fractions.Fraction(saved) * 10**9, nanos, saved)
            self.assertRegex(saved, r"^0\.\d{1,9}$")
        self.ask(question(text="saved by stream", stream=True))
        self.assertIsNone(self.ask(question(text="saved by stream", stream=True)).header("x-weir-saved-usd"))
        self.assertEqual(self.ask(question(text="saved by stream")).header("x-weir-saved-usd"), saved)

    def test_a_streamed_hit_is_byte_for_byte_what_the_first_caller_got(self):
        for dialect in DIALECTS:
            first = self.ask(question(dialect, "bytes", stream=True), dialect)
            second = self.ask(question(dialect, "bytes", stream=True), dialect)
            self.assertTrue(is_hit(second))
            self.assertEqual(second.body, first.body)
            self.assertEqual(second.header("content-type").split(";")[0], "text/event-stream")
            self.assertTrue(first.body.endswith(dialect.last_event))

    def test_a_stream_tells_its_usage_to_those_who_ask_for_it(self):
        asking = {"stream_options": {"include_usage": True}}
        for first_asks in (False, True):
            with self.subTest(first_asks=first_asks):
                body = question(text=f"usage {first_asks}", stream=True)
                told = {}
                for asks in (first_asks, not first_asks, first_asks):
                    answer = self.ask(body | (asking if asks else {}))
                    self.assertEqual(told.setdefault(asks, answer.body), answer.body)
                events = told[True].split(b"\n\n")
                usage = [event for event in events if b'"usage"' in event]
                self.assertEqual(len(usage), 1)
                self.assertEqual(json.loads(usage[0].removeprefix(b"data: "))["usage"]["prompt_tokens"], INPUT)
                self.assertEqual([event for event in events if event not in usage], told[False].split(b"\n\n"))
                self.assertEqual(json.loads(self.world.upstream.calls[-1].request.body)["stream_options"],
                                 {"include_usage": True})


class WhatIsKept(unittest.TestCase):
    def twice(self, answer, body: dict, dialect=OPENAI, **settings) -> tuple[int, list[Message]]:
        """How many calls the same question makes, asked twice."""
        calls: list[Call] = []

        def counted(call: Call) -> None:
            calls.append(call)
            answer(call)

        with start(counted, **settings) as world:
            answers = []
            for _ in range(2):
                with world.client() as client:
                    answers.append(client.ask(dialect.path, body))
            return len(calls), answers

    def assert_not_kept(self, answer, body: dict, dialect=OPENAI, **settings) -> list[Message]:
        calls, answers = self.twice(answer, body, dialect, **settings)
        self.assertEqual(calls, 2, [(a.status, a.headers) for a in answers])
        return answers

    def test_what_failed_is_not_kept(self):
        refusal = b'{"error":{"message":"no","type":"x","code":"x","param":null}}'
        for status, seen in ((500, 502), (503, 503), (429, 429), (400, 400), (401, 502), (200, 200)):
            for stream in (False, True):
                with self.subTest(status=status, stream=stream):
                    answers = self.assert_not_kept(lambda call: call.send(whole(refusal, status)),
                                                   question(stream=stream))
                    self.assertEqual([answer.status for answer in answers], [seen, seen])

    def test_what_is_no_answer_is_not_kept(self):
        for body in (b"not json", b"[]", b"{}", b'{"choices":[]}', b'{"choices":[{"message":{"content":"cut"}}]}'):
            with self.subTest(body):
                self.assert_not_kept(lambda call: call.send(whole(body)), question())

    def test_what_was_cut_or_filtered_is_not_kept(self):
        for stop in ("length", "content_filter"):
            for dialect in DIALECTS:
                for stream in (False, True):
                    with self.subTest(stop, path=dialect.path, stream=stream):
                        self.assert_not_kept(Model(stop), question(dialect, stream=stream), dialect)

    def test_what_was_cut_is_kept_where_the_settings_say_so(self):
        for stream in (False, True):
            calls, _ = self.twice(Model("length"), question(stream=stream), cache={"keep": {"cut": True}})
            self.assertEqual(calls, 1)
        self.assert_not_kept(Model("content_filter"), question(), cache={"keep": {"cut": True}})

    def test_tool_calls_are_kept_unless_the_settings_say_otherwise(self):
        for dialect in DIALECTS:
            for stream in (False, True):
                with self.subTest(dialect.path, stream=stream):
                    body = question(dialect, stream=stream)
                    calls, answers = self.twice(Model("tool_calls"), body, dialect)
                    self.assertEqual(calls, 1)
                    self.assertEqual(answers[0].body, answers[1].body)
                    self.assert_not_kept(Model("tool_calls"), body, dialect, cache={"keep": {"tool_calls": False}})

    def test_a_stream_that_broke_is_not_kept(self):
        def breaks(call: Call) -> None:
            events = events_for(call, Said(("answer ", "1")), 1)
            call.send(EVENTS_HEAD + b"".join(map(chunk, events[:3])))
            raise CloseConnection

        def ends_early(call: Call) -> None:
            events = events_for(call, Said(("answer ", "1")), 1)
            call.send(EVENTS_HEAD + b"".join(map(chunk, events[:3])) + LAST_CHUNK)

        def turns_bad(call: Call) -> None:
            *events, last = events_for(call, Said(("answer ", "1")), 1)
            error = data({"type": "error", "error": {"type": "overloaded_error", "message": "busy"}},
                         "error" if call.request.target == ANTHROPIC.path else None)
            call.send(EVENTS_HEAD + b"".join(map(chunk, [*events[:3], error, last])) + LAST_CHUNK)

        for answer in (breaks, ends_early, turns_bad):
            for dialect in DIALECTS:
                with self.subTest(answer.__name__, path=dialect.path):
                    self.assert_not_kept(answer, question(dialect, stream=True), dialect)

    def test_an_unstreamed_answer_that_broke_is_not_kept(self):
        def breaks(call: Call) -> None:
            answer = whole(document_for(call, Said(("answer 1",)), 1))
            call.send(answer[: len(answer) // 2])
            raise CloseConnection

        answers = self.assert_not_kept(breaks, question())
        self.assertEqual([answer.status for answer in answers], [502, 502])

    def test_answers_over_the_limit_are_passed_on_and_not_kept(self):
        for stream in (False, True):
            for padding, expected in ((20_000, 2), (2_000, 1)):
                with self.subTest(stream=stream, padding=padding):
                    calls, answers = self.twice(Model(padding=padding), question(stream=stream),
                                                cache={"entry_limit": "16KiB"})
                    self.assertEqual(calls, expected)
                    for answer in answers:
                        self.assertEqual(text_of(answer).count("x"), padding)

    def test_a_whole_answer_to_a_streamed_request_is_still_an_answer(self):
        """Some providers ignore `stream`: what they say is passed on, and nobody gets a stream of nothing."""
        def stubborn(call: Call) -> None:
            self.assertTrue(wants_stream(call))
            call.send(whole(document_for(call, Said(("answer 1",)), 1)))

        _, answers = self.twice(stubborn, question(stream=True))
        self.assertEqual([text_of(answer) for answer in answers], ["answer 1", "answer 1"])

    def test_an_answer_is_gone_after_its_time(self):
        with start(Model(), cache={"ttl": "1s"}) as world, world.client() as client:
            begun = time.monotonic()
            self.assertEqual(number_of(client.ask(OPENAI.path, question())), 1)

            def is_new() -> bool:
                answer = client.ask(OPENAI.path, question())
                if is_hit(answer):
                    self.assertIn(cache_status(answer)[1], ("ttl=0", "ttl=1"))
                    self.assertIn(answer.header("age"), ("0", "1"))
                    return False
                self.assertEqual((number_of(answer), cache_status(answer)), (2, ("fwd=uri-miss", "stored")))
                return True

            wait_until(is_new, "an answer that was to be kept for a second is gone")
            self.assertGreaterEqual(time.monotonic() - begun, 1)


if __name__ == "__main__":
    unittest.main()
