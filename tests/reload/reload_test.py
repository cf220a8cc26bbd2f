"""Holds that what an operator changes in the file is in force for all calls that begin after the reload, and that what
was not changed goes on as it was: cached answers, connections, and providers that work.
"""

import unittest

from operated import Operated, Provider, deployed_at, settings_for, teller  # finds the others

from answers import cache_status, is_hit, text_of
from harness.upstream import CloseConnection
from harness.weir import wait_until
from harness.world import OPENAI


def breaks_off(_) -> None:
    raise CloseConnection


class Reloading(unittest.TestCase):
    def setUp(self):
        self.a, self.b = (self.enterContext(Provider(name)) for name in "ab")
        self.weir = self.enterContext(Operated(settings_for(self.a, self.b)))

    def status(self, model: str, **request) -> int:
        return self.weir.ask(model, **request).status


class Models(Reloading):
    def names(self) -> set[str]:
        return {model["id"] for model in self.weir.get("/v1/models").json()["data"]}

    def test_one_that_is_added_can_be_called_and_one_that_is_removed_can_not(self):
        self.assertEqual(self.status("new"), 404)
        self.weir.point("new", self.b)
        self.assertEqual(teller(self.weir.ask("new")), "b")
        self.assertEqual(self.names(), {"moving", "still", "new"})
        self.weir.change("models", "new", None)
        self.assertEqual(self.status("new"), 404)
        self.assertEqual(self.names(), {"moving", "still"})

    def test_one_that_is_pointed_elsewhere_is_answered_from_there_at_once(self):
        with self.weir.client() as client:
            for provider in (self.a, self.b, self.a, self.b):
                self.weir.point("moving", provider)
                answer = client.ask(OPENAI.path, OPENAI.body() | {"model": "moving"})
                self.assertEqual(teller(answer), provider.name, "on a connection that was open before, too")
                self.assertEqual(answer.header("x-weir-deployment"), f"{provider.name}/m")


class Cached(Reloading):
    def test_answers_of_a_target_that_is_left_are_not_served_and_all_others_are(self):
        said = {model: text_of(self.weir.ask(model, temperature=0)) for model in ("moving", "still")}
        for _ in range(5):
            self.weir.point("moving", self.b)
            answer = self.weir.ask("moving", temperature=0)
            self.assertEqual(teller(answer), "b")
            self.weir.point("moving", self.a)
            self.assertEqual(teller(self.weir.ask("moving", temperature=0)), "a")
        answer = self.weir.ask("still", temperature=0)
        self.assertTrue(is_hit(answer), answer.headers)
        self.assertEqual(text_of(answer), said["still"])

    def test_an_answer_stays_while_its_target_is_among_those_of_its_model(self):
        said = text_of(self.weir.ask("moving", temperature=0))
        self.weir.point("moving", self.a, self.b)
        answer = self.weir.ask("moving", temperature=0)
        self.assertTrue(is_hit(answer))
        self.assertEqual(text_of(answer), said)

    def test_the_same_name_at_another_address_is_another_target(self):
        self.weir.ask("moving", temperature=0)
        self.weir.change("providers", "a", "base_url", self.b.url("/v1"))
        self.assertEqual(teller(self.weir.ask("moving", temperature=0)), "b")

    def test_times_hold_for_what_is_kept_from_now_on(self):
        def ttl(text: str, headers: dict | None = None) -> int:
            for _ in range(2):
                answer = self.weir.ask("still", text, headers, temperature=0)
            [seconds] = [part[4:] for part in cache_status(answer) if part.startswith("ttl=")]
            return int(seconds)

        self.assertIn(ttl("first"), range(3500, 3601))
        self.weir.change("cache", "ttl", "100s")
        self.assertIn(ttl("second"), range(50, 101))
        self.assertIn(ttl("first"), range(3500, 3601), "as it was kept")
        self.weir.change("cache", "classes", {"chat": "500s"})
        self.assertIn(ttl("third", {"x-weir-class": "chat"}), range(400, 501))


class Keys(Reloading):
    def test_a_provider_sees_its_new_key_from_the_next_call_on(self):
        self.weir.ask("moving")
        self.weir.change("providers", "a", "keys", [{"name": "main", "value": "rotated"}])
        self.weir.ask("moving")
        keys = [call.request.header("authorization") for call in self.a.calls]
        self.assertEqual(keys, ["Bearer key-of-a", "Bearer rotated"])

    def test_a_key_in_a_file_of_its_own_is_read_again_on_sighup(self):
        key = self.weir.folder / "key"
        key.write_text("first\n")
        self.weir.change("providers", "a", "keys", [{"name": "main", "value": f"${{file:{key}}}"}])
        self.weir.ask("moving")
        key.write_text("second\n")
        self.assertEqual(self.weir.read_again()["event"], "reloaded")
        self.weir.ask("moving")
        keys = [call.request.header("authorization") for call in self.a.calls]
        self.assertEqual(keys, ["Bearer first", "Bearer second"])

    def test_the_master_key(self):
        def statuses() -> list[int]:
            return [self.status("still", headers={"x-api-key": key}) for key in ("one", "two")]

        self.assertEqual(statuses(), [200, 200])
        self.weir.change("auth", "master_key", "one")
        self.assertEqual(statuses(), [200, 401])
        self.weir.change("auth", "master_key", "two")
        self.assertEqual(statuses(), [401, 200])
        self.weir.change("auth", "master_key", None)
        self.assertEqual(statuses(), [200, 200])


class Limits(Reloading):
    def test_the_largest_body(self):
        body = OPENAI.body("x" * 5000) | {"model": "still"}
        with self.weir.client() as before:
            self.assertEqual(before.ask(OPENAI.path, body).status, 200)
            self.weir.change("listener", "request", {"body": "2KiB"})
            self.assertEqual(before.ask(OPENAI.path, body).status, 413, "of a connection that was open, too")
        self.weir.change("listener", "request", None)
        self.assertEqual(self.status("still", text="x" * 5000), 200)

    def test_how_long_a_provider_may_take(self):
        self.a.answer = lambda call: call.wait_for_end()
        self.weir.change("providers", "a", "timeouts", {"first_byte": "50ms"})
        answer = self.weir.ask("moving", stream=True)
        self.assertEqual((answer.status, answer.code), (504, "provider_timeout"))


class Log(Reloading):
    def lines_of_calls(self) -> int:
        return len(self.weir.events("call"))

    def test_lines_of_calls_are_turned_off_and_on(self):
        self.weir.change("log", "calls", "false")
        self.weir.ask("still")
        self.weir.change("log", "calls", "true")
        self.weir.ask("missing")
        self.weir.stop()
        self.assertIn("no_such_model", [line.get("failure") for line in self.weir.events("call")])

    def test_no_line_of_a_call_once_they_are_off(self):
        self.weir.change("log", "calls", "false")
        self.weir.ask("still")
        self.weir.stop()
        self.assertEqual(self.lines_of_calls(), 0)

    def test_the_level(self):
        quiet = self.weir.settings | {"log": {"level": "warn"}}
        quiet["models"] = quiet["models"] | {"new": deployed_at(self.a)}
        self.weir.write(quiet)
        self.weir.hang_up()
        wait_until(lambda: self.status("new") == 200, "the change is in force")
        self.weir.put_in_force(self.weir.settings)
        self.assertEqual(len(self.weir.events("reloaded")), 1, "what is less important is not written")


class Degraded(Reloading):
    def fail(self) -> None:
        self.a.answer = breaks_off
        for _ in range(3):
            self.assertEqual(self.status("moving"), 502)

    def test_a_provider_that_is_removed_is_not_listed_any_more_and_begins_anew_when_it_is_back(self):
        self.fail()
        self.assertEqual(list(self.weir.degraded()), ["provider a"])
        full = self.weir.settings
        without = {"providers": {"b": self.b.settings()}, "models": {"moving": deployed_at(self.b)}}
        self.weir.put_in_force(without)
        self.assertEqual(self.weir.degraded(), {})
        self.weir.put_in_force(full)
        self.assertEqual(self.weir.degraded(), {})
        self.fail()
        self.assertEqual(list(self.weir.degraded()), ["provider a"])

    def test_one_that_stays_stays_degraded(self):
        self.fail()
        self.weir.point("still", self.b)
        self.assertEqual(list(self.weir.degraded()), ["provider a"])


if __name__ == "__main__":
    unittest.main()
