"""Holds that a purge is over when it is confirmed: what it names is never served again, what it doesn't name stays, and
an answer that was under way is not kept. And that the API for it takes what it documents and refuses the rest by name.
"""

import datetime
import json
import pathlib
import sys
import threading
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parents[1]))

from answers import (CACHED, INPUT, OUTPUT, PRICE, Model, Said, cache_status, give, is_hit, number_of,  # noqa: E402
                     question, start)
from crowd import Crowd, Paced, read_all, wait_until_all_have_asked  # noqa: E402
from harness.http1 import PATIENCE, Client, Message, post  # noqa: E402
from harness.upstream import Call  # noqa: E402
from harness.weir import wait_until  # noqa: E402
from harness.world import ANTHROPIC, DIALECTS, OPENAI, World  # noqa: E402

PURGE, STATS = "/api/v1/cache/purge", "/api/v1/cache/stats"
ROUNDS = 100
ALL_OF_THEM = {"all": True}


class Suite(unittest.TestCase):
    def start(self, answer=None, **settings) -> tuple[World, Client]:
        world = self.enterContext(start(answer or Model(), **settings))
        return world, self.enterContext(world.client())

    def purge(self, client: Client, what: dict) -> dict:
        answer = client.ask(PURGE, what)
        self.assertEqual((answer.status, answer.header("content-type")), (200, "application/json"), answer.body)
        return answer.json()

    def problem(self, answer: Message, status: int, *fields: str) -> dict:
        """RFC 9457, with an entry for each member that is wrong."""
        self.assertEqual((answer.status, answer.header("content-type")), (status, "application/problem+json"))
        document = answer.json()
        self.assertEqual(set(document), {"type", "title", "status", "detail", "code", "errors"})
        self.assertEqual(document["status"], status)
        for name in ("type", "title", "detail", "code"):
            self.assertTrue(document[name] and isinstance(document[name], str), name)
        for error in document["errors"]:
            self.assertEqual(set(error), {"field", "message"})
            self.assertTrue(error["message"])
        named = [error["field"] for error in document["errors"]]
        for field in fields:
            self.assertIn(field, named)
        return document


class WhatIsPurged(Suite):
    # Each of these answers is known by something of its own: what a purge names, and the questions that it takes.
    QUESTIONS = {
        "plain": (OPENAI, {}, {}),
        "tagged a": (OPENAI, {}, {"x-weir-tags": "a"}),
        "tagged a, b": (ANTHROPIC, {}, {"x-weir-tags": "a, b"}),
        "class chat": (OPENAI, {}, {"x-weir-class": "chat"}),
        "class insight": (ANTHROPIC, {}, {"x-weir-class": "insight"}),
        "namespace n": (OPENAI, {}, {"x-weir-cache-namespace": "n"}),
        "namespace m": (OPENAI, {"cache": {"namespace": "m"}}, {}),
        "model other": (OPENAI, {"model": "other"}, {}),
        "streamed": (ANTHROPIC, {"stream": True}, {"x-weir-tags": "c"}),
    }

    def ask(self, client: Client, name: str) -> Message:
        dialect, members, headers = self.QUESTIONS[name]
        answer = client.ask(dialect.path, question(dialect, name, **members), headers)
        self.assertEqual(answer.status, 200)
        return answer

    def fill(self, client: Client) -> None:
        for name in self.QUESTIONS:
            self.ask(client, name)
            self.assertTrue(is_hit(self.ask(client, name)), name)

    def gone(self, client: Client) -> set[str]:
        """Which are not there any more; looking makes no call, so it changes nothing."""
        def status(name: str) -> int:
            dialect, members, headers = self.QUESTIONS[name]
            return client.ask(dialect.path, question(dialect, name, **members),
                              headers | {"cache-control": "only-if-cached"}).status

        statuses = {name: status(name) for name in self.QUESTIONS}
        self.assertLessEqual(set(statuses.values()), {200, 504})
        return {name for name, status in statuses.items() if status == 504}

    def test_a_purge_takes_what_it_names_and_nothing_else(self):
        world, client = self.start()
        everything = set(self.QUESTIONS)
        claudes = {name for name, (dialect, _, _) in self.QUESTIONS.items() if dialect is ANTHROPIC}
        for what, expected in [
            (ALL_OF_THEM, everything),
            ({"tags": ["a"]}, {"tagged a", "tagged a, b"}),
            ({"tags": ["b"]}, {"tagged a, b"}),
            ({"tags": ["b", "c"]}, {"tagged a, b", "streamed"}),
            ({"tags": ["nobody's"]}, set()),
            ({"classes": ["chat"]}, {"class chat"}),
            ({"classes": ["chat", "insight"]}, {"class chat", "class insight"}),
            ({"namespaces": ["n"]}, {"namespace n"}),
            ({"namespaces": ["m"]}, {"namespace m"}),
            ({"namespaces": ["a"], "tags": ["n"]}, set()),  # the one's words are not the other's
            ({"models": ["other"]}, {"model other"}),
            ({"models": ["claude"]}, claudes),
            ({"models": ["gpt", "other", "claude"]}, everything),
            ({"classes": ["insight"], "namespaces": ["n"], "tags": ["c"]},
             {"class insight", "namespace n", "streamed"}),
        ]:
            with self.subTest(what):
                self.fill(client)
                dry = self.purge(client, what | {"dry_run": True})
                self.assertEqual(self.gone(client), set(), "a dry run takes nothing")
                done = self.purge(client, what)
                self.assertEqual(self.gone(client), expected)
                self.assertEqual((dry["matched"], done["matched"]), (len(expected), len(expected)))
        self.assertGreater(len(world.upstream.calls), 0)

    def test_a_key_is_purged_as_its_answers_tell_it(self):
        _, client = self.start()
        self.fill(client)
        for name in ("plain", "streamed"):
            key = self.ask(client, name).header("x-weir-cache-key")
            self.assertEqual(self.purge(client, {"keys": [key]})["matched"], 1)
            self.assertEqual(self.gone(client), {name})
            self.assertEqual(self.ask(client, name).header("x-weir-cache-key"), key)
            self.assertTrue(is_hit(self.ask(client, name)))
        self.assertEqual(self.purge(client, {"keys": ["0" * 64]})["matched"], 0)
        self.assertEqual(self.gone(client), set())

    def test_both_modes_of_an_answer_go(self):
        _, client = self.start()
        for dialect in DIALECTS:
            whole, streamed = question(dialect), question(dialect, stream=True)
            client.ask(dialect.path, whole)
            self.assertTrue(is_hit(client.ask(dialect.path, streamed)))
            key = client.ask(dialect.path, whole).header("x-weir-cache-key")
            self.purge(client, {"keys": [key]})
            self.assertFalse(is_hit(client.ask(dialect.path, streamed)))

    def test_a_confirmed_purge_says_when_and_which_generation(self):
        _, client = self.start()
        client.ask(OPENAI.path, question())
        before = datetime.datetime.now(datetime.UTC).replace(microsecond=0)
        answers = [self.purge(client, {"tags": [str(i)]}) for i in range(3)] + [self.purge(client, ALL_OF_THEM)]
        after = datetime.datetime.now(datetime.UTC)
        for answer in answers:
            self.assertEqual(set(answer), {"matched", "generation", "confirmed_at"})
            self.assertRegex(answer["confirmed_at"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$")
            self.assertLessEqual(before, datetime.datetime.fromisoformat(answer["confirmed_at"]))
            self.assertLessEqual(datetime.datetime.fromisoformat(answer["confirmed_at"]), after)
        generations = [answer["generation"] for answer in answers]
        self.assertEqual(sorted(set(generations)), generations, "each purge is a generation of its own")
        self.assertEqual(self.purge(client, ALL_OF_THEM | {"dry_run": True})["generation"], generations[-1])
        self.assertEqual([answer["matched"] for answer in answers], [0, 0, 0, 1])


class WhatIsRefused(Suite):
    def test_each_member_that_is_wrong_is_named_and_nothing_is_purged(self):
        _, client = self.start()
        client.ask(OPENAI.path, question())
        key = "0" * 64
        for what, *fields in [
            ({"all": False}, "all"), ({"all": 1}, "all"), ({"all": "true"}, "all"), ({"all": None}, "all"),
            ({"keys": key}, "keys"), ({"keys": [key, "zz"]}, "keys[1]"), ({"keys": [key[1:]]}, "keys[0]"),
            ({"keys": ["g" * 64]}, "keys[0]"), ({"keys": [7]}, "keys[0]"), ({"keys": [key + "00"]}, "keys[0]"),
            ({"tags": "a"}, "tags"), ({"tags": [1]}, "tags[0]"), ({"tags": ["a", ""]}, "tags[1]"),
            ({"tags": {"a": 1}}, "tags"), ({"models": "gpt"}, "models"), ({"models": [None]}, "models[0]"),
            ({"classes": True}, "classes"), ({"classes": [[]]}, "classes[0]"),
            ({"namespaces": 0}, "namespaces"), ({"namespaces": [{}]}, "namespaces[0]"),
            ({"all": True, "dry_run": "yes"}, "dry_run"), ({"all": True, "dry_run": 1}, "dry_run"),
            ({"all": True, "everything": True}, "everything"), ({"all": True, "key": key}, "key"),
            ({"all": True, "pattern": "*"}, "pattern"), ({"all": True, "team_id": "team_1"}, "team_id"),
            ({"tags": 1, "keys": 2, "colour": 3}, "tags", "keys", "colour"),
        ]:
            with self.subTest(what):
                document = self.problem(client.ask(PURGE, what), 400, *fields)
                self.assertEqual(len(document["errors"]), len(fields))
        for planned in ("pattern", "team_id"):
            document = client.ask(PURGE, {"all": True, planned: "x"}).json()
            self.assertIn("not built yet", document["errors"][0]["message"])
        self.assertTrue(is_hit(client.ask(OPENAI.path, question())), "nothing was purged by any of it")

    def test_a_purge_that_names_nothing_is_refused(self):
        _, client = self.start()
        for body in (b"{}", b'{"tags":[]}', b'{"dry_run":true}', b"", b"[]", b"null", b"all", b'{"all":true',
                     b'"all"', b'{"all":true}}'):
            with self.subTest(body):
                self.problem(client.ask(PURGE, body), 400)

    def test_other_methods_and_paths_are_told_what_there_is(self):
        _, client = self.start()
        client.send(b"GET %b HTTP/1.1\r\nhost: localhost\r\n\r\n" % PURGE.encode())
        answer = client.answer()
        self.problem(answer, 405)
        self.assertEqual(answer.header("allow"), "POST")
        answer = client.ask(STATS, {})
        self.problem(answer, 405)
        self.assertIn("GET", answer.header("allow"))
        self.problem(client.ask("/api/v1/cache/purges", {}), 404)

    def test_with_a_master_key_nobody_else_may_purge_or_look(self):
        key = "sk-master-key-of-this-test"
        _, client = self.start(auth={"master_key": key})
        mine = {"authorization": f"Bearer {key}"}
        client.ask(OPENAI.path, question(), mine)
        get_stats = f"GET {STATS} HTTP/1.1\r\nhost: localhost\r\n".encode()
        for headers in ({}, {"authorization": "Bearer sk-wrong"}, {"x-api-key": "sk-wrong"}):
            with self.subTest(headers):
                document = self.problem(client.ask(PURGE, ALL_OF_THEM, headers), 401)
                self.assertNotIn(key, json.dumps(document))
                lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items()).encode()
                client.send(get_stats + lines + b"\r\n")
                self.problem(client.answer(), 401)
        self.assertTrue(is_hit(client.ask(OPENAI.path, question(), mine)))
        self.assertEqual(client.ask(PURGE, ALL_OF_THEM, mine).json()["matched"], 1)
        self.assertFalse(is_hit(client.ask(OPENAI.path, question(), mine)))
        client.send(get_stats + f"authorization: Bearer {key}\r\n\r\n".encode())
        self.assertEqual(client.answer().status, 200)

    def test_web_pages_from_elsewhere_may_not_purge(self):
        _, client = self.start()
        client.ask(OPENAI.path, question())
        self.problem(client.ask(PURGE, ALL_OF_THEM, {"origin": "https://evil.example"}), 403)
        self.problem(client.ask(PURGE, ALL_OF_THEM, {"host": "evil.example"}), 403)
        self.assertTrue(is_hit(client.ask(OPENAI.path, question())))


class Figures(Suite):
    def figures(self, client: Client) -> dict:
        answer = client.get(STATS)
        self.assertEqual((answer.status, answer.header("content-type")), (200, "application/json"))
        self.assertEqual(set(answer.json()), {"data"})
        [memory] = answer.json()["data"]
        self.assertEqual(set(memory), {"layer", "requests", "evictions", "entries", "bytes", "capacity_bytes",
                                       "saved_nanos"})
        self.assertEqual(memory["layer"], "memory")
        return memory

    def test_each_request_is_counted_by_what_came_of_it(self):
        provider = Paced(Said(("answer 1",)))
        world, client = self.start(provider, cache={"memory": {"capacity": "64MiB"}})
        none = self.figures(client)
        self.assertEqual(none["requests"], {"hit": 0, "miss": 0, "stale": 0, "joined": 0, "bypass": 0})
        self.assertEqual(none["evictions"], {"capacity": 0, "expired": 0, "purged": 0, "replaced": 0})
        self.assertEqual((none["entries"], none["capacity_bytes"], none["saved_nanos"]), (0, 64 << 20, 0))
        with Crowd(world) as crowd:
            callers = [crowd.ask(OPENAI.path, question())]
            wait_until(lambda: provider.count == 1, "the call")
            callers += [crowd.ask(OPENAI.path, question(stream=bool(i % 2))) for i in range(4)]
            wait_until_all_have_asked(world)
            provider.finish()
            told = [cache_status(answer) for answer in read_all(callers)]
        joined = sum("collapsed" in status for status in told)
        self.assertGreater(joined, 0)
        hits = sum(status[0] == "hit" for status in told) + 3  # who came too late to join, and the next three
        for _ in range(3):
            self.assertTrue(is_hit(client.ask(OPENAI.path, question())))
        client.ask(OPENAI.path, OPENAI.body())
        client.ask(OPENAI.path, question(), {"cache-control": "no-cache"})
        # A request is counted when it is over, a moment after its caller has the answer.
        wait_until(lambda: sum(self.figures(client)["requests"].values()) == 10, "all to be counted")
        some = self.figures(client)
        self.assertEqual(some["requests"], {"hit": hits, "miss": 2, "stale": 0, "joined": joined, "bypass": 1})
        self.assertEqual(some["evictions"], {"capacity": 0, "expired": 0, "purged": 0, "replaced": 1})
        self.assertEqual(some["entries"], 1)
        self.assertGreater(some["bytes"], 200)
        self.assertLess(some["bytes"], some["capacity_bytes"])
        self.assertEqual(some["saved_nanos"], hits * self.cost_nanos())
        self.purge(client, ALL_OF_THEM)
        after = self.figures(client)
        self.assertEqual((after["entries"], after["evictions"]["purged"]), (0, 1))
        self.assertLess(after["bytes"], some["bytes"])

    @staticmethod
    def cost_nanos() -> int:
        """Of one answer, rounded half up."""
        micro = {kind: round(price * 10**6) for kind, price in PRICE.items()}  # picodollars a token
        picos = (INPUT - CACHED) * micro["input"] + CACHED * micro["cached_input"] + OUTPUT * micro["output"]
        return (picos + 500) // 1000

    def test_an_answer_whose_time_is_over_is_counted_and_gone(self):
        _, client = self.start(cache={"stale_if_error": "0s"})
        client.ask(OPENAI.path, question(), {"x-weir-cache-ttl": "1"})
        self.assertEqual(self.figures(client)["entries"], 1)
        wait_until(lambda: self.figures(client)["entries"] == 0, "nobody asks, and it goes all the same")
        self.assertEqual(self.figures(client)["evictions"]["expired"], 1)

    def test_a_full_cache_lets_old_answers_go(self):
        _, client = self.start(Model(padding=200_000), cache={"memory": {"capacity": "8MiB"}})
        for i in range(80):
            client.ask(OPENAI.path, question(text=str(i)))
        figures = self.figures(client)
        self.assertGreater(figures["evictions"]["capacity"], 30)
        self.assertLess(figures["bytes"], 8 << 20)
        self.assertEqual(figures["entries"] + figures["evictions"]["capacity"], 80)


class UnderWay(Suite):
    def test_an_answer_that_was_under_way_is_given_and_not_kept(self):
        world, client = self.start()
        for what, headers in [(ALL_OF_THEM, {}), ({"models": ["gpt"]}, {}), ({"tags": ["t"]}, {"x-weir-tags": "t"}),
                              ({"classes": ["chat"]}, {"x-weir-class": "chat"}),
                              ({"namespaces": ["n"]}, {"x-weir-cache-namespace": "n"})]:
            for stream in (False, True):
                with Crowd(world) as crowd:
                    world.upstream.answer = provider = Paced(Said(("answer 1",)))
                    body = question(text=f"{what} {stream}", stream=stream)
                    opener = crowd.ask(OPENAI.path, body, headers)
                    wait_until(lambda: provider.count == 1, "the call")
                    self.purge(client, what)
                    later = crowd.ask(OPENAI.path, body, headers)
                    wait_until(lambda: provider.count == 2, f"a call for who comes after {what}")
                    provider.finish()
                    self.assertEqual(number_of(opener.rest()), 1)
                    self.assertEqual(cache_status(answer := later.rest())[0], "fwd=uri-miss")
                    self.assertNotIn("collapsed", cache_status(answer))
                    self.assertTrue(is_hit(client.ask(OPENAI.path, body, headers)), "the later one is kept")
                    self.assertEqual(provider.count, 2)

    def test_what_was_under_way_alone_leaves_nothing_behind(self):
        world, client = self.start()
        for stream in (False, True):
            world.upstream.answer = provider = Paced(Said(("answer 1",)))
            body = question(text=f"{stream}", stream=stream)
            with self.subTest(stream=stream), Crowd(world) as crowd:
                opener = crowd.ask(OPENAI.path, body)
                wait_until(lambda: provider.count == 1, "the call")
                self.purge(client, ALL_OF_THEM)
                provider.finish()
                self.assertNotIn("stored", cache_status(opener.rest()))
                self.assertFalse(is_hit(client.ask(OPENAI.path, body)))

    def test_a_key_that_is_under_way_is_purged_too(self):
        first = Model()
        world, client = self.start(first)
        key = client.ask(OPENAI.path, question()).header("x-weir-cache-key")
        provider = Paced(Said(("answer 1",)))
        world.upstream.answer = provider
        self.purge(client, {"keys": [key]})
        with Crowd(world) as crowd:
            opener = crowd.ask(OPENAI.path, question())
            wait_until(lambda: provider.count == 1, "the call")
            self.purge(client, {"keys": [key]})
            provider.finish()
            opener.rest()
        self.assertFalse(is_hit(client.ask(OPENAI.path, question())))

    def test_a_purge_of_something_else_leaves_a_flight_alone(self):
        provider = Paced(Said(("answer 1",)))
        world, client = self.start(provider)
        with Crowd(world) as crowd:
            callers = [crowd.ask(OPENAI.path, question(), {"x-weir-tags": "t"})]
            wait_until(lambda: provider.count == 1, "the call")
            self.purge(client, {"tags": ["other"], "models": ["other"], "namespaces": ["t"], "classes": ["chat"]})
            callers.append(crowd.ask(OPENAI.path, question()))
            wait_until_all_have_asked(world)
            provider.finish()
            self.assertIn("collapsed", cache_status(read_all(callers)[1]))
        self.assertTrue(is_hit(client.ask(OPENAI.path, question())))
        self.assertEqual(provider.count, 1)

    def test_after_a_purge_nobody_ever_gets_an_old_answer(self):
        """While others ask the same all the time, in both modes, and new answers are on their way into the cache."""
        lock, count, over = threading.Lock(), [0], threading.Event()
        floor = [0]  # the provider's count when the last confirmed purge was sent
        old: list[str] = []
        asked = [0]

        def answer(call: Call) -> None:
            with lock:
                count[0] += 1
                number = count[0]
            give(call, Said((f"answer {number} ", "and more")), number)

        world, client = self.start(answer, workers=2)

        def ask_on(stream: bool, wish: dict[str, str]) -> None:
            request = post(OPENAI.path, question(stream=stream), wish)
            with world.client() as own:
                while not over.is_set():
                    least = floor[0]
                    own.send(request)
                    got = own.answer()
                    asked[0] += 1
                    if got.status != 200 or number_of(got) <= least:
                        old.append(f"{got.status} {got.body[:80]!r} where more than {least} was due")

        fresh = {"cache-control": "no-cache"}  # a call each time, whose answer is kept
        threads = [threading.Thread(target=ask_on, args=(stream, wish))
                   for stream in (False, True) for wish in ({}, {}, fresh)]
        for thread in threads:
            thread.start()
        try:
            for number in range(ROUNDS):
                before, seen = count[0], asked[0]
                what = ({"models": ["gpt"]}, ALL_OF_THEM)[number % 2]
                self.purge(client, what)
                floor[0] = before
                got = client.ask(OPENAI.path, question(stream=bool(number % 3)))
                self.assertGreater(number_of(got), before)
                wait_until(lambda: asked[0] > seen + len(threads), "the others have gone on asking")
        finally:
            over.set()
            for thread in threads:
                thread.join(PATIENCE)
        self.assertEqual(old[:5], [])
        self.assertGreater(count[0], 2 * ROUNDS, "at each purge answers were under way")
        self.assertLess(count[0], asked[0], "in between there were hits")


if __name__ == "__main__":
    unittest.main()
