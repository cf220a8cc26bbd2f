"""Holds what a caller can ask of the cache: each header and each member of LiteLLM's `cache`, in every value that is
documented, what becomes of values that aren't, and that no provider sees any of them.
"""

import json
import pathlib
import sys
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parents[1]))

from answers import Model, cache_status, is_hit, number_of, question, start  # noqa: E402
from harness.http1 import Message  # noqa: E402
from harness.weir import wait_until  # noqa: E402
from harness.world import DIALECTS, OPENAI  # noqa: E402

# A wish is headers, and members of the body's `cache`.
OPTING_IN = [
    ({"x-weir-cache": "on"}, {}),
    ({"X-Weir-Cache": "ON"}, {}),
    ({"helicone-cache-enabled": "true"}, {}),
    ({"Helicone-Cache-Enabled": "True"}, {}),
    ({"cf-aig-cache-ttl": "60"}, {}),
    ({"x-weir-class": "template"}, {}),
    ({"x-weir-class": "chat"}, {}),
    ({"x-weir-class": "insight"}, {}),
    ({}, {"use-cache": True}),
]
# These say something about caching, but not that a call is to be cached whatever its temperature.
NOT_OPTING_IN = [
    ({"x-weir-cache-ttl": "300"}, {}),
    ({"x-weir-cache-namespace": "a"}, {}),
    ({"x-weir-tags": "a, b"}, {}),
    ({"cache-control": "max-age=60"}, {}),
    ({"cf-aig-skip-cache": "false"}, {}),
    ({}, {"use-cache": False}),
    ({}, {"use-cache": None}),
    ({}, {"ttl": 60}),
    ({}, {"namespace": "a"}),
]
OFF = [
    ({"x-weir-cache": "off"}, {}),
    ({"helicone-cache-enabled": "false"}, {}),
    ({"cf-aig-skip-cache": "true"}, {}),
    ({"cache-control": "no-cache, no-store"}, {}),
    ({}, {"no-cache": True, "no-store": True}),
    ({"cache-control": "no-cache"}, {"no-store": True}),
    ({"x-weir-cache": "off", "helicone-cache-enabled": "true"}, {}),  # what is stricter holds
    ({"x-weir-cache": "on"}, {"no-cache": True, "no-store": True}),
]
FRESH = [({"cache-control": "no-cache"}, {}), ({"cache-control": "max-age=0"}, {}), ({}, {"no-cache": True}),
         ({"Cache-Control": "private, No-Cache"}, {}), ({}, {"s-maxage": 0})]
UNKEPT = [({"cache-control": "no-store"}, {}), ({}, {"no-store": True}), ({"x-weir-cache-ttl": "0"}, {})]
# The header or member, a value that means nothing, and what the sentence must name.
WRONG = [
    ({"x-weir-cache": "yes"}, None, "x-weir-cache"),
    ({"x-weir-cache": ""}, None, "x-weir-cache"),
    ({"x-weir-cache-ttl": "soon"}, None, "x-weir-cache-ttl"),
    ({"x-weir-cache-ttl": "-1"}, None, "x-weir-cache-ttl"),
    ({"x-weir-cache-ttl": "5 minutes"}, None, "x-weir-cache-ttl"),
    ({"x-weir-cache-ttl": ""}, None, "x-weir-cache-ttl"),
    ({"x-weir-cache-namespace": ""}, None, "x-weir-cache-namespace"),
    ({"x-weir-cache-namespace": "n" * 129}, None, "x-weir-cache-namespace"),
    ({"x-weir-class": "chta"}, None, "chat"),
    ({"x-weir-class": ""}, None, "x-weir-class"),
    ({"x-weir-tags": "t" * 65}, None, "x-weir-tags"),
    ({"x-weir-tags": ",".join(f"t{i}" for i in range(17))}, None, "x-weir-tags"),
    ({"helicone-cache-enabled": "1"}, None, "helicone-cache-enabled"),
    ({"cf-aig-cache-ttl": "5m"}, None, "cf-aig-cache-ttl"),
    ({"cf-aig-cache-ttl": "-5"}, None, "cf-aig-cache-ttl"),
    ({"cf-aig-skip-cache": "maybe"}, None, "cf-aig-skip-cache"),
    ({"cache-control": "max-age"}, None, "max-age"),
    ({"cache-control": "max-age=soon"}, None, "max-age"),
    ({"cache-control": "max-age=-1"}, None, "max-age"),
    ({}, {"ttl": "300"}, "cache.ttl"),
    ({}, {"ttl": -1}, "cache.ttl"),
    ({}, {"s-maxage": "x"}, "cache.s-maxage"),
    ({}, {"no-cache": "true"}, "cache.no-cache"),
    ({}, {"no-store": 1}, "cache.no-store"),
    ({}, {"use-cache": "yes"}, "cache.use-cache"),
    ({}, {"namespace": ""}, "cache.namespace"),
    ({}, {"namespace": 7}, "cache.namespace"),
    ({}, "on", "`cache`"),
    ({}, [1], "`cache`"),
]


class Directives(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.model = Model()
        cls.world = cls.enterClassContext(start(cls.model))
        cls.client = cls.enterClassContext(cls.world.client())
        cls.texts = iter(range(10_000))

    def fresh(self, dialect=OPENAI, **members) -> dict:
        """A question that nobody has asked."""
        return question(dialect, f"question {next(self.texts)}", **members)

    def ask(self, body: dict, wish=({}, {}), dialect=OPENAI) -> Message:
        headers, member = wish
        answer = self.client.ask(dialect.path, body | ({"cache": member} if member else {}), headers)
        self.assertEqual(answer.status, 200, answer.body)
        return answer

    def test_each_way_to_ask_for_caching(self):
        for wish in OPTING_IN:
            for dialect in DIALECTS:
                with self.subTest(wish, path=dialect.path):
                    warm = self.fresh(dialect, temperature=1)
                    self.assertEqual(cache_status(self.ask(warm, wish, dialect)), ("fwd=uri-miss", "stored"))
                    self.assertTrue(is_hit(self.ask(warm, wish, dialect)))
                    # Who doesn't ask for it gets an answer of their own.
                    self.assertEqual(cache_status(self.ask(warm, dialect=dialect))[0], "fwd=bypass")

    def test_other_wishes_do_not_make_a_warm_answer_cacheable(self):
        for wish in NOT_OPTING_IN:
            with self.subTest(wish):
                warm = self.fresh(temperature=1)
                for _ in range(2):
                    self.assertEqual(cache_status(self.ask(warm, wish)), ("fwd=bypass", "detail=temperature"))

    def test_off_neither_serves_nor_keeps(self):
        for wish in OFF:
            with self.subTest(wish):
                body = self.fresh()
                self.assertEqual(cache_status(self.ask(body, wish))[0], "fwd=bypass")
                self.assertFalse(is_hit(self.ask(body)), "it was not kept")
                self.assertFalse(is_hit(self.ask(body, wish)), "it is not served")
                self.assertTrue(is_hit(self.ask(body)), "it did not take away what was kept")

    def test_no_cache_brings_a_new_answer_which_is_kept(self):
        for wish in FRESH:
            with self.subTest(wish):
                body = self.fresh()
                old = number_of(self.ask(body))
                new = self.ask(body, wish)
                self.assertGreater(number_of(new), old)
                now = self.ask(body)
                self.assertTrue(is_hit(now))
                self.assertEqual(number_of(now), number_of(new))

    def test_no_store_keeps_nothing_but_may_be_served(self):
        for wish in UNKEPT:
            with self.subTest(wish):
                body = self.fresh()
                self.assertNotIn("stored", cache_status(self.ask(body, wish)))
                kept = self.ask(body)
                self.assertFalse(is_hit(kept), "nothing was there")
                served = self.ask(body, wish)
                self.assertTrue(is_hit(served))
                self.assertEqual(number_of(served), number_of(kept))

    def test_only_if_cached_makes_no_call(self):
        wish = {"cache-control": "only-if-cached"}
        for dialect in DIALECTS:
            for stream in (False, True):
                with self.subTest(dialect.path, stream=stream):
                    body, before = self.fresh(dialect, stream=stream), self.model.count
                    answer = self.client.ask(dialect.path, body, wish)
                    self.assertEqual((answer.status, dialect.error_in(answer)["code"]), (504, "not_cached"))
                    self.assertEqual(answer.header("x-should-retry"), "false")
                    self.assertEqual(self.model.count, before)
                    self.ask(body, dialect=dialect)
                    self.assertTrue(is_hit(self.ask(body, (wish, {}), dialect)))
        warm = self.client.ask(OPENAI.path, self.fresh(temperature=1), wish)
        self.assertEqual((warm.status, warm.code), (504, "not_cached"))

    def test_each_way_to_say_how_long(self):
        for wish, seconds in [
            (({"x-weir-cache-ttl": "300"}, {}), 300),
            (({"x-weir-cache-ttl": "5m"}, {}), 300),
            (({"x-weir-cache-ttl": "90s"}, {}), 90),
            (({"x-weir-cache-ttl": "7d"}, {}), 7 * 86400),
            (({"cf-aig-cache-ttl": "120"}, {}), 120),
            (({}, {"ttl": 200}), 200),
            (({"x-weir-class": "template"}, {}), 86400),
            (({"x-weir-class": "chat"}, {}), 3600),
            (({"x-weir-class": "insight"}, {}), 6 * 3600),
            (({"x-weir-class": "insight", "cf-aig-cache-ttl": "120"}, {}), 120),
            (({"cf-aig-cache-ttl": "120"}, {"ttl": 200}), 200),
            (({"cf-aig-cache-ttl": "120", "x-weir-cache-ttl": "1h"}, {"ttl": 200}), 3600),
            (({}, {}), 3600),
        ]:
            with self.subTest(wish):
                body = self.fresh()
                self.ask(body, wish)
                left = int(cache_status(self.ask(body))[1].removeprefix("ttl="))
                self.assertIn(left, range(seconds - 60, seconds + 1))

    def test_a_second_is_over_after_a_second(self):
        wishes = [({"x-weir-cache-ttl": "1"}, {}), ({"x-weir-cache-ttl": "1s"}, {}), ({"cf-aig-cache-ttl": "1"}, {}),
                  ({}, {"ttl": 1})]
        begun = time.monotonic()
        bodies = [self.fresh() for _ in wishes]
        for body, wish in zip(bodies, wishes):
            self.ask(body, wish)
        for body in bodies:
            wait_until(lambda: not is_hit(self.ask(body)), "an answer is gone after its second")
            self.assertGreaterEqual(time.monotonic() - begun, 1)

    def test_a_greatest_age_leaves_older_answers_to_others(self):
        for wish in [({"cache-control": "max-age=1"}, {}), ({}, {"s-maxage": 1}),
                     ({"cache-control": "max-age=60"}, {"s-maxage": 1})]:
            with self.subTest(wish):
                body, begun = self.fresh(), time.monotonic()
                old = number_of(self.ask(body))
                self.assertTrue(is_hit(self.ask(body, ({"cache-control": "max-age=60"}, {}))))
                too_old = []

                def is_too_old() -> bool:
                    self.assertEqual(number_of(kept := self.ask(body)), old)
                    self.assertTrue(is_hit(kept))
                    too_old[:] = [answer] if not is_hit(answer := self.ask(body, wish)) else []
                    return bool(too_old)

                wait_until(is_too_old, "an answer is older than a second")
                self.assertGreaterEqual(time.monotonic() - begun, 1)
                self.assertEqual(number_of(self.ask(body)), number_of(too_old[0]), "the newer one is kept")

    def test_namespaces_are_apart(self):
        body = self.fresh()
        wishes = [({}, {}), ({"x-weir-cache-namespace": "a"}, {}), ({"x-weir-cache-namespace": "b"}, {}),
                  ({}, {"namespace": "c"}), ({"x-weir-cache-namespace": "A"}, {})]
        numbers = [number_of(self.ask(body, wish)) for wish in wishes]
        self.assertEqual(len(set(numbers)), len(wishes))
        self.assertEqual([number_of(self.ask(body, wish)) for wish in wishes], numbers)
        for same, index in [(({}, {"namespace": "a"}), 1), (({"x-weir-cache-namespace": "c"}, {}), 3),
                            (({"x-weir-cache-namespace": "b"}, {"namespace": "a"}), 2)]:
            self.assertEqual(number_of(self.ask(body, same)), numbers[index], same)

    def test_classes_and_tags_share_their_answers(self):
        body = self.fresh()
        number = number_of(self.ask(body, ({"x-weir-class": "template", "x-weir-tags": "a, b"}, {})))
        for wish in [({}, {}), ({"x-weir-class": "chat"}, {}), ({"x-weir-tags": "c"}, {})]:
            self.assertEqual(number_of(self.ask(body, wish)), number)

    def test_own_classes_are_known(self):
        with start(Model(), cache={"classes": {"report": "2h"}}) as world, world.client() as client:
            for headers in ({"x-weir-class": "report"}, {}):
                answer = client.ask(OPENAI.path, question(), headers)
            self.assertIn(int(cache_status(answer)[1].removeprefix("ttl=")), range(7100, 7201))

    def test_what_means_nothing_is_refused_with_a_sentence(self):
        for dialect in DIALECTS:
            for headers, member, named in WRONG:
                with self.subTest(path=dialect.path, headers=headers, member=member):
                    before = self.model.count
                    body = self.fresh(dialect) | ({} if member is None else {"cache": member})
                    answer = self.client.ask(dialect.path, body, headers)
                    error = dialect.error_in(answer)
                    self.assertEqual((answer.status, error["code"]), (400, "malformed_request"))
                    self.assertIn(named, error["message"])
                    self.assertEqual(self.model.count, before, "nobody was asked")

    def test_what_is_said_twice_is_refused(self):
        for name, value in [("x-weir-cache", "on"), ("x-weir-cache-ttl", "300"), ("x-weir-cache-namespace", "a")]:
            answer = self.client.ask(OPENAI.path, self.fresh(), {name: value, name.upper(): value})
            self.assertEqual(answer.status, 400)
            self.assertIn(f"`{name}`", answer.json()["error"]["message"])

    def test_what_others_may_say_is_let_through(self):
        """`cache-control` is everybody's, and LiteLLM ignores members that it doesn't know."""
        for wish in [({"cache-control": "no-transform, max-stale=5"}, {}), ({"cache-control": ""}, {}),
                     ({}, {"unknown": 1})]:
            body = self.fresh()
            self.ask(body, wish)
            self.assertTrue(is_hit(self.ask(body, wish)), wish)

    def test_no_provider_sees_any_of_it(self):
        everything = {"cache-control": "max-age=5", "x-weir-cache": "on", "x-weir-cache-ttl": "5m",
                      "x-weir-cache-namespace": "secret-space", "x-weir-class": "chat", "x-weir-tags": "secret-tag",
                      "helicone-cache-enabled": "true", "cf-aig-cache-ttl": "60", "cf-aig-skip-cache": "false"}
        members = {"use-cache": True, "ttl": 60, "s-maxage": 5, "namespace": "other-space", "no-cache": False}
        for dialect in DIALECTS:
            for asked in ({"cache": members} | self.fresh(dialect), self.fresh(dialect) | {"cache": members},
                          self.fresh(dialect) | {"cache": members, "user_field": {"cache": "stays"}}):
                answer = self.client.ask(dialect.path, asked, everything)
                self.assertEqual(answer.status, 200)
                self.assertIn("cache", answer.header("x-weir-edits").split(", "))
                seen = self.world.upstream.calls[-1].request
                names = {name.lower() for name, _ in seen.headers}
                self.assertEqual(names & set(everything), set())
                self.assertEqual([name for name in names if name.startswith(("x-weir", "cf-", "helicone"))], [])
                self.assertNotIn(b"secret", seen.raw_head + seen.body)
                self.assertEqual(json.loads(seen.body), {k: v for k, v in asked.items() if k != "cache"})


if __name__ == "__main__":
    unittest.main()
