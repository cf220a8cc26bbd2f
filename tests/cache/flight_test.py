"""Holds that many who ask the same at once cost one call, and that each gets the whole answer whatever becomes of the
others: whoever comes late, in the other mode, or after the caller has left for whom the call was made.

Answers wait until the gateway has read all questions, so that nobody is late by chance.
"""

import concurrent.futures
import json
import pathlib
import socket
import struct
import sys
import threading
import unittest

import anthropic
import openai

sys.path.insert(0, str(pathlib.Path(__file__).parents[1]))

from answers import (ANTHROPIC_USAGE, INPUT, OUTPUT, Model, Said, cache_status, events_in,  # noqa: E402
                     number_of, question, start, text_of)
from crowd import Caller, Crowd, Paced, read_all, wait_until_all_have_asked  # noqa: E402
from harness.http1 import PATIENCE, Message  # noqa: E402
from harness.upstream import Call, CloseConnection, whole  # noqa: E402
from harness.weir import wait_until  # noqa: E402
from harness.world import DIALECTS, EVENTS_HEAD, OPENAI, World  # noqa: E402

MANY = 1000
LOOPS = 2
WORDS = tuple(f"word {i} " for i in range(20))


def busy_nanos(world: World) -> list[int]:
    """How long each event loop has run (proc(5), schedstat)."""
    threads = pathlib.Path(f"/proc/{world.weir.pid}/task").iterdir()
    loops = sorted(thread for thread in threads if (thread / "comm").read_text().startswith("loop-"))
    return [int((loop / "schedstat").read_text().split()[0]) for loop in loops]


class Flights(unittest.TestCase):
    def start(self, answer, **settings) -> World:
        return self.enterContext(start(answer, workers=LOOPS, **settings))

    def assert_right(self, answer: Message, stream: bool, said: Said) -> None:
        """The whole answer, to its last event and its usage."""
        self.assertEqual((answer.status, text_of(answer)), (200, said.text))
        documents = events_in(answer.body) if stream else [answer.json()]
        if "choices" not in documents[-1]:
            usage = [document["usage"] for document in documents if "usage" in document][-1]
            self.assertEqual(usage["output_tokens"], OUTPUT)
            self.assertEqual(documents[-1]["type"], "message_stop" if stream else "message")
        elif stream:
            self.assertEqual(documents[-1]["choices"][0]["finish_reason"], "stop")
            self.assertTrue(answer.body.endswith(OPENAI.last_event))
        else:
            self.assertEqual(documents[-1]["choices"][0]["finish_reason"], "stop")
            self.assertEqual(documents[-1]["usage"]["prompt_tokens"], INPUT)


class Everybody(Flights):
    def open(self, crowd: Crowd, provider: Paced, dialect, stream: bool) -> Caller:
        opener = crowd.ask(dialect.path, question(dialect, stream=stream))
        wait_until(lambda: provider.count == 1, "the first caller's call")
        return opener

    def follow(self, crowd: Crowd, dialect, count: int) -> list[Caller]:
        """Half of them streamed, in both halves of time."""
        return [crowd.ask(dialect.path, question(dialect, stream=bool(i % 2))) for i in range(count)]

    def assert_all_right(self, callers: list[Caller], provider: Paced) -> None:
        answers = read_all(callers)
        bodies = {True: set(), False: set()}
        joined = 0
        for caller, answer in zip(callers, answers):
            bodies[caller.stream].add(answer.body)
            joined += "collapsed" in cache_status(answer)
        for stream, different in bodies.items():
            self.assertEqual(len(different), 1, "all get the same")
            sample = next(answer for caller, answer in zip(callers, answers) if caller.stream == stream)
            self.assert_right(sample, stream, provider.said)
        self.assertEqual(provider.count, 1)
        # One that was read but not yet looked at when the answer came may have met it in the cache.
        self.assertGreater(joined, len(callers) * 0.98)

    def test_1000_at_once_are_one_call(self):
        for dialect in DIALECTS:
            for stream in (False, True):
                with self.subTest(dialect.path, opened_streamed=stream):
                    provider = Paced(Said(WORDS))
                    world = self.start(provider)
                    wait_until(lambda: len(busy_nanos(world)) == LOOPS, "each loop's thread has its name")
                    idle = busy_nanos(world)
                    with Crowd(world) as crowd:
                        opener = self.open(crowd, provider, dialect, stream)
                        followers = self.follow(crowd, dialect, MANY - 1)
                        wait_until_all_have_asked(world)
                        provider.finish()
                        self.assert_all_right(followers, provider)
                        self.assert_right(opener.rest(), stream, provider.said)
                    busy = [after - before for before, after in zip(idle, busy_nanos(world))]
                    self.assertGreater(min(busy), sum(busy) / 10, "callers came to every loop")
                    self.assertEqual(len(world.upstream.calls), 1)

    def test_all_come_at_the_same_moment_and_nobody_is_first(self):
        provider = Paced(Said(WORDS))
        world = self.start(provider)
        with Crowd(world) as crowd:
            ready = threading.Barrier(8)

            def ask() -> list[Caller]:
                ready.wait(PATIENCE)
                return self.follow(crowd, OPENAI, MANY // 8)

            with concurrent.futures.ThreadPoolExecutor(8) as pool:
                callers = [caller for asked in [pool.submit(ask) for _ in range(8)] for caller in asked.result()]
            wait_until_all_have_asked(world)
            provider.finish()
            self.assert_all_right(callers, provider)

    def test_the_first_caller_leaves_and_all_others_get_everything(self):
        for dialect in DIALECTS:
            for stream in (False, True):
                with self.subTest(dialect.path, opened_streamed=stream):
                    provider = Paced(Said(WORDS))
                    world = self.start(provider)
                    with Crowd(world) as crowd:
                        opener = self.open(crowd, provider, dialect, stream)
                        followers = self.follow(crowd, dialect, MANY - 1)
                        wait_until_all_have_asked(world)
                        if stream:
                            provider.go_on()
                            opener.head()
                        before = world.weir.open_descriptors()
                        # With a reset, as of a program that was killed.
                        opener.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                        opener.close()
                        wait_until(lambda: world.weir.open_descriptors() < before, "the first caller is gone")
                        provider.finish()
                        self.assert_all_right(followers, provider)

    def test_when_all_have_left_the_call_ends_and_the_next_caller_makes_a_new_one(self):
        provider = Paced(Said(WORDS))
        ended = threading.Event()

        def answer(call: Call) -> None:
            if provider.count:
                return Model()(call)
            provider.count += 1
            call.send(EVENTS_HEAD)
            call.wait_for_end()
            ended.set()

        world = self.start(answer)
        with Crowd(world) as crowd:
            self.open(crowd, provider, OPENAI, True)
            self.follow(crowd, OPENAI, 10)
            wait_until_all_have_asked(world)
        self.assertTrue(ended.wait(PATIENCE), "the provider is told that nobody waits any more")
        with Crowd(world) as crowd:
            self.assertEqual(text_of(crowd.ask(OPENAI.path, question()).rest()).strip(), "answer 1")


class Joining(Flights):
    def expected(self, world: World, provider: Paced, asks_usage: bool) -> list[bytes]:
        """The events as a caller sees them who asks for the usage or doesn't; the call's own always asks."""
        events = provider.events(world.upstream.calls[0])
        is_usage = [b'"choices":[],"usage"' in event for event in events]
        return [event if asks_usage or not skip else b"" for event, skip in zip(events, is_usage)]

    def test_whoever_joins_between_any_two_events_gets_all_that_came_and_all_that_comes(self):
        for dialect in DIALECTS:
            with self.subTest(dialect.path):
                provider = Paced(Said(WORDS))
                world = self.start(provider)
                usage = {"stream_options": {"include_usage": True}} if dialect is OPENAI else {}
                with Crowd(world) as crowd:
                    opener = crowd.ask(dialect.path, question(dialect, stream=True))
                    wait_until(lambda: world.upstream.calls, "the call")
                    callers = [(opener, False)]
                    plain, with_usage = (self.expected(world, provider, asks) for asks in (False, True))
                    for count in range(1, len(plain) + 1):
                        provider.go_on()
                        opener.read_until_said(b"".join(plain[:count]))
                        for asks, events in ((False, plain), (True, with_usage)):
                            joiner = crowd.ask(dialect.path,
                                               question(dialect, stream=True, **(usage if asks else {})))
                            joiner.read_until_said(b"".join(events[:count]))
                            callers.append((joiner, asks))
                        callers.append((crowd.ask(dialect.path, question(dialect)), False))
                    for caller, asks in callers:
                        answer = caller.rest()
                        if caller.stream:
                            self.assertEqual(answer.body, b"".join(with_usage if asks else plain))
                        else:
                            self.assert_right(answer, False, provider.said)
                self.assertEqual(provider.count, 1)

    def test_a_joiner_in_the_other_mode_gets_an_equal_answer(self):
        """With a tool call, as OpenAI's and Anthropic's own clients read it."""
        def chat(client, streamed: bool) -> dict:
            asked = {"model": "gpt", "messages": [{"role": "user", "content": "hi"}], "temperature": 0}
            if streamed:
                with client.chat.completions.stream(**asked, stream_options={"include_usage": True}) as stream:
                    answer = stream.get_final_completion()
            else:
                answer = client.chat.completions.create(**asked)
            [choice] = answer.choices
            [call] = choice.message.tool_calls
            return {"text": choice.message.content, "stop": choice.finish_reason, "id": call.id,
                    "call": (call.function.name, json.loads(call.function.arguments)),
                    "usage": answer.usage.model_dump(exclude_none=True)}

        def message(client, streamed: bool) -> dict:
            asked = {"model": "claude", "messages": [{"role": "user", "content": "hi"}], "max_tokens": 9}
            if streamed:
                with client.messages.stream(**asked) as stream:
                    answer = stream.get_final_message()
            else:
                answer = client.messages.create(**asked)
            self.assertEqual(answer.usage.input_tokens, ANTHROPIC_USAGE["input_tokens"])
            return {"content": [block.model_dump(exclude_none=True) for block in answer.content],
                    "stop": answer.stop_reason, "usage": answer.usage.model_dump(exclude_none=True)}

        for told, kind, path in ((chat, openai.OpenAI, "/v1"), (message, anthropic.Anthropic, "")):
            for opened_streamed in (False, True):
                with self.subTest(told.__name__, opened_streamed=opened_streamed):
                    provider = Paced(Said(WORDS, "tool_calls"))
                    world = self.start(provider)
                    with (kind(base_url=f"http://127.0.0.1:{world.weir.port}{path}", api_key="any", max_retries=0,
                               default_headers={"x-weir-cache": "on"}) as client,
                          concurrent.futures.ThreadPoolExecutor(2) as pool):
                        opener = pool.submit(told, client, opened_streamed)
                        wait_until(lambda: provider.count == 1, "the call")
                        before = world.weir.open_descriptors()
                        joiner = pool.submit(told, client, not opened_streamed)
                        wait_until(lambda: world.weir.open_descriptors() > before, "the other caller has come")
                        wait_until_all_have_asked(world)
                        provider.finish()
                        self.assertEqual(opener.result(PATIENCE), joiner.result(PATIENCE))
                    self.assertEqual(provider.count, 1)

    def test_streamed_joiners_of_a_slow_unstreamed_call_are_kept_awake(self):
        """After ten silent seconds, so this takes as long."""
        provider = Paced(Said(WORDS))
        world = self.start(provider)
        with Crowd(world) as crowd:
            for dialect in DIALECTS:
                crowd.ask(dialect.path, question(dialect))
            wait_until(lambda: provider.count == 2, "both calls")
            joiners = [crowd.ask(dialect.path, question(dialect, stream=True)) for dialect in DIALECTS]
            pings = (b": ping\n\n", b'event: ping\ndata: {"type": "ping"}\n\n')
            for joiner, ping in zip(joiners, pings):
                joiner.read_until_said(ping)
                self.assertIn("collapsed", cache_status(joiner.message))
            provider.finish()
            for joiner, ping in zip(joiners, pings):
                answer = joiner.rest()
                answer.body = answer.body.replace(ping, b"")
                self.assert_right(answer, True, provider.said)
        self.assertEqual(provider.count, 2)


class Apart(Flights):
    def test_at_temperature_1_everybody_gets_an_answer_of_their_own(self):
        for dialect in DIALECTS:
            gate, model = threading.Barrier(50), Model()
            lock = threading.Lock()

            def answer(call: Call) -> None:
                gate.wait(PATIENCE)  # all are under way at once
                with lock:
                    model(call)

            world = self.start(answer)
            with self.subTest(dialect.path), Crowd(world) as crowd:
                callers = [crowd.ask(dialect.path, question(dialect, stream=bool(i % 2), temperature=1))
                           for i in range(50)]
                answers = read_all(callers)
            self.assertEqual(sorted(map(number_of, answers)), list(range(1, 51)))

    def test_who_wants_a_fresh_answer_joins_nobody(self):
        provider = Paced(Said(WORDS))
        world = self.start(provider)
        with Crowd(world) as crowd:
            wishes = [{}, {"cache-control": "no-cache"}, {"x-weir-cache": "off"}, {"x-weir-cache-namespace": "a"}]
            callers = [crowd.ask(OPENAI.path, question(), wish) for wish in wishes]
            wait_until(lambda: provider.count == len(wishes), "a call for each")
            provider.finish()
            for answer in read_all(callers):
                self.assertNotIn("collapsed", cache_status(answer))


class Failing(Flights):
    """The first call waits; then it fails, and the second does as it is told."""

    def run_flight(self, second, dialect=OPENAI, count: int = 100) -> tuple[Message, list[Message], int]:
        released, calls = threading.Event(), []
        refusal = whole(b'{"error":{"message":"the first failed","type":"server_error"}}', 500)

        def answer(call: Call) -> None:
            calls.append(call)
            if len(calls) > 1:
                return second(call)
            assert released.wait(PATIENCE)
            call.send(refusal)

        world = self.start(answer)
        with Crowd(world) as crowd:
            opener = crowd.ask(dialect.path, question(dialect, stream=True))
            wait_until(lambda: calls, "the first call")
            followers = [crowd.ask(dialect.path, question(dialect, stream=bool(i % 2))) for i in range(count)]
            wait_until_all_have_asked(world)
            released.set()
            answers = read_all(followers)
            return opener.rest(), answers, len(calls)

    def test_after_a_failure_before_the_first_event_one_more_call_is_made_for_all(self):
        for dialect in DIALECTS:
            with self.subTest(dialect.path):
                opener, followers, calls = self.run_flight(Model(), dialect)
                self.assertEqual(opener.status, 502)
                self.assertEqual(calls, 2)
                self.assertEqual({(answer.status, text_of(answer).strip()) for answer in followers},
                                 {(200, "answer 1")})

    def test_when_that_fails_too_everybody_gets_its_error(self):
        for dialect in DIALECTS:
            with self.subTest(dialect.path):
                refusal = whole(b'{"error":{"message":"the second failed","type":"overloaded_error"}}', 503)
                opener, followers, calls = self.run_flight(lambda call: call.send(refusal), dialect)
                self.assertEqual((opener.status, dialect.error_in(opener)["code"]), (502, "provider_failed"))
                self.assertEqual(calls, 2)
                told = {(answer.status, dialect.error_in(answer)["code"], dialect.error_in(answer)["message"])
                        for answer in followers}
                [(status, code, message)] = told
                self.assertEqual((status, code), (503, "provider_overloaded"))
                self.assertIn("the second failed", message)
                self.assertEqual(len({answer.header("x-weir-request-id") for answer in followers}), len(followers))

    def test_a_connection_that_breaks_before_the_answer_is_such_a_failure(self):
        def breaks(_: Call) -> None:
            raise CloseConnection

        opener, followers, calls = self.run_flight(breaks, count=20)
        self.assertEqual(opener.status, 502)
        self.assertEqual({(answer.status, answer.code) for answer in followers}, {(502, "provider_failed")})
        self.assertIn(calls, (2, 3), "a kept connection that turns out to be dead is replaced once")

    def test_a_stream_that_breaks_after_it_began_is_the_same_for_all_and_not_asked_again(self):
        for dialect in DIALECTS:
            with self.subTest(dialect.path):
                provider = Paced(Said(WORDS))
                events = provider.events

                def broken(call: Call):
                    yield from events(call)[:5]
                    raise CloseConnection

                provider.events = broken
                world = self.start(provider)
                with Crowd(world) as crowd:
                    opener = crowd.ask(dialect.path, question(dialect, stream=True))
                    wait_until(lambda: provider.count == 1, "the call")
                    streamed = [opener] + [crowd.ask(dialect.path, question(dialect, stream=True)) for _ in range(20)]
                    unstreamed = [crowd.ask(dialect.path, question(dialect)) for _ in range(20)]
                    wait_until_all_have_asked(world)
                    provider.finish()
                    for answer in read_all(streamed):
                        self.assertTrue(answer.body.startswith(b"".join(events(world.upstream.calls[0])[:5])))
                        self.assertEqual(events_in(answer.body)[-1]["error"]["code"], "provider_failed")
                        self.assertNotIn(dialect.last_event, answer.body)
                    told = {(answer.status, dialect.error_in(answer)["code"]) for answer in read_all(unstreamed)}
                    self.assertEqual(told, {(502, "provider_failed")})
                self.assertEqual(provider.count, 1)


if __name__ == "__main__":
    unittest.main()
