"""Holds that an operator sees a provider's bad day and can steer it: a breaker that opens, by itself or by hand, is
told by the API, /readyz, the metrics and the log, and its deployment gets no calls until it is let go; the level of
service likewise.
"""

import datetime
import json
import os
import pathlib
import signal
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parents[1]))
sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "metrics"))

from harness.http1 import Message, head_lines  # noqa: E402
from harness.program import Ended, Program, run  # noqa: E402
from harness.upstream import Call, Upstream, whole  # noqa: E402
from harness.weir import wait_until  # noqa: E402
from harness.world import OPENAI  # noqa: E402
from page import Page, read  # noqa: E402

KEY = "sk-master-canary-4711"
DEPLOYMENTS, BREAKER, LEVEL = "/api/v1/deployments", "/api/v1/deployments/breaker", "/api/v1/level"
EAST, WEST = "east/gpt", "west/gpt"
LEVELS = ("full", "no_extras", "cheaper", "cache_only")


def fail(call: Call) -> None:
    call.send(whole(b'{"error":{"message":"out of order"}}', 500))


class BadDay(unittest.TestCase):
    """A weir with a model at two providers, of which `east` has two keys."""

    def setUp(self):
        self.east = self.enterContext(Upstream(self.answer_as("east")))
        self.west = self.enterContext(Upstream(self.answer_as("west")))
        keys = [{"name": name, "value": f"sk-{name}"} for name in ("main", "spare")]
        self.settings = {
            "listen": "127.0.0.1:0", "workers": 2, "auth": {"master_key": KEY},
            "providers": {"east": {"kind": "openai", "base_url": self.east.url("/v1"), "keys": keys},
                          "west": {"kind": "openai", "base_url": self.west.url("/v1")}},
            "models": {"gpt": {"strategy": "priority", "breaker": {"window": 10},
                               "deployments": [{"provider": name, "model": "gpt"} for name in ("east", "west")]},
                       "east/*": {"provider": "east"}}}
        self.weir = self.enterContext(Program("serve", "--config", "weir.yaml", "--data-dir", "data",
                                              files={"weir.yaml": self.settings}))

    @staticmethod
    def answer_as(name: str):
        return lambda call: call.send(whole(json.dumps({"answered_by": name}).encode()))

    def request(self, method: str, path: str, body: object = None, key: str = KEY) -> Message:
        text = b"" if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
        headers = {"host": "localhost", "content-length": str(len(text))}
        if key:
            headers["authorization"] = f"Bearer {key}"
        with self.weir.client() as client:
            client.send(head_lines(f"{method} {path} HTTP/1.1", headers), text)
            return client.answer()

    def get(self, path: str) -> dict:
        answer = self.request("GET", path)
        self.assertEqual(answer.status, 200, answer.body)
        return answer.json()

    def call(self) -> Message:
        return self.request("POST", OPENAI.path, OPENAI.body())

    def answered_by(self) -> str:
        answer = self.call()
        self.assertEqual(answer.status, 200, answer.body)
        return answer.json()["answered_by"]

    def entry(self, deployment: str, key_name: str | None) -> dict:
        return next(each for each in self.get(DEPLOYMENTS)["data"]
                    if (each["deployment"], each["key_name"]) == (deployment, key_name))

    def degraded(self) -> dict[str, str]:
        return {part["part"]: part["reason"] for part in self.get("/readyz")["degraded"]}

    def log_lines(self) -> list[dict]:
        return [json.loads(line) for line in self.weir.err().splitlines()]

    def page(self) -> Page:
        with self.weir.client() as client:
            return read(client)

    def weir_says(self, *arguments: str) -> Ended:
        return run(*arguments, variables={"WEIR_URL": f"http://127.0.0.1:{self.weir.port}", "WEIR_MASTER_KEY": KEY})

    def say(self, *arguments: str) -> str:
        ended = self.weir_says(*arguments)
        self.assertEqual((ended.code, ended.err), (0, ""))
        return ended.out


class Breakers(BadDay):
    def tell(self, **members) -> list[dict]:
        answer = self.request("POST", BREAKER, members)
        self.assertEqual(answer.status, 200, answer.body)
        return answer.json()["data"]

    def test_a_deployment_that_was_opened_by_hand_gets_no_calls_until_it_is_let_go(self):
        self.assertEqual(self.answered_by(), "east")
        changed = self.tell(deployment=EAST, state="open")
        self.assertEqual([(each["key_name"], each["breaker"]["forced"]) for each in changed],
                         [("main", "open"), ("spare", "open")])
        for _ in range(20):
            self.assertEqual(self.answered_by(), "west")
        self.tell(deployment=EAST, state="auto")
        self.assertEqual(self.answered_by(), "east")

    def test_one_of_its_keys_alone_leaves_it_the_other(self):
        self.tell(deployment=EAST, key_name="main", state="open")
        for _ in range(10):
            self.assertEqual(self.answered_by(), "east")
        self.assertEqual({call.request.header("authorization") for call in self.east.calls}, {"Bearer sk-spare"})

    def test_it_is_told_by_readyz_the_metrics_and_the_log_and_so_is_its_end(self):
        self.tell(deployment=EAST, key_name="main", state="open")
        self.assertEqual(self.page().value("weir_breaker_state", deployment=EAST), 2, "the worst of its keys")
        self.assertEqual(self.page().value("weir_breaker_state", deployment=WEST), 0)
        part = f"deployment {EAST}, key main"
        wait_until(lambda: self.degraded() == {part: "its breaker was opened by hand"}, "/readyz to tell it")
        self.assertEqual(self.page().value("weir_degraded", part=part), 1)
        self.assertEqual(self.request("GET", "/readyz").status, 200)
        self.tell(deployment=EAST, state="auto")
        self.assertEqual(self.page().value("weir_breaker_state", deployment=EAST), 0)
        wait_until(lambda: not self.degraded(), "/readyz to tell that it is over")
        wait_until(lambda: "breaker_closed" in self.weir.err(), "the log to tell that it is over")
        told = [(line["event"], line["deployment"], line["key"]) for line in self.log_lines()
                if line["event"].startswith("breaker_")]
        self.assertEqual(told, [("breaker_opened", EAST, "main"), ("breaker_closed", EAST, "main")])

    def test_one_that_opens_by_itself_is_told_with_what_it_judges_by(self):
        self.east.answer = fail
        for _ in range(40):
            self.assertEqual(self.answered_by(), "west")
        entry = self.entry(EAST, "main")
        self.assertEqual((entry["breaker"]["state"], entry["breaker"]["forced"]), ("open", None))
        self.assertEqual(entry["breaker"]["openings_in_a_row"], 1)
        self.assertEqual((entry["breaker"]["failed"], entry["breaker"]["results"]), (10, 10))
        self.assertEqual(len(self.east.calls), 20, "ten through each key")
        until = datetime.datetime.fromisoformat(entry["breaker"]["until"])
        self.assertLess(until - datetime.datetime.now(datetime.UTC), datetime.timedelta(seconds=31))
        part = f"deployment {EAST}, key main"
        wait_until(lambda: part in self.degraded(), "/readyz to tell it")
        self.assertRegex(self.degraded()[part], r"^its breaker is open until \S+Z: 10 of 10 attempts failed$")
        self.tell(deployment=EAST, state="closed")
        self.east.answer = self.answer_as("east")
        self.assertEqual(self.answered_by(), "east")
        self.assertEqual(self.entry(EAST, "main")["breaker"]["forced"], "closed")

    def test_a_reload_keeps_what_was_said_by_hand_and_forgets_what_it_takes_away(self):
        self.tell(deployment=EAST, key_name="main", state="open")
        self.tell(deployment=WEST, state="open")
        wait_until(lambda: len(self.degraded()) == 2, "/readyz to tell both")
        del self.settings["models"]["gpt"]["deployments"][0]
        (self.weir.folder / "weir.yaml").write_text(json.dumps(self.settings))
        os.kill(self.weir.pid, signal.SIGHUP)
        wait_until(lambda: EAST not in {each["deployment"] for each in self.get(DEPLOYMENTS)["data"]}, "the reload")
        self.assertEqual(self.entry(WEST, None)["breaker"]["forced"], "open")
        wait_until(lambda: f"deployment {EAST}, key main" not in self.degraded(), "/readyz to forget it")
        self.assertEqual(self.page().values("weir_breaker_state", deployment=EAST), {})
        self.assertIn(f"deployment {WEST}", self.degraded())
        self.assertNotIn("breaker_closed", self.weir.err())

    def test_half_of_all_that_are_open_leave_out_the_extras(self):
        self.tell(deployment=EAST, state="open")
        self.tell(deployment=WEST, state="open")  # three of five: the pattern's two have breakers of their own
        wait_until(lambda: self.get(LEVEL)["level"] == "no_extras", "the level to follow")
        self.assertRegex(self.get(LEVEL)["why"], "^many endpoints are broken")

    def test_the_list_tells_of_each_deployment_and_key(self):
        self.assertEqual(self.answered_by(), "east")
        listed = self.get(DEPLOYMENTS)
        self.assertIsNone(listed["next_cursor"])
        self.assertEqual([(each["deployment"], each["key_name"], each["provider"], each["models"])
                          for each in listed["data"]],
                         [("east/*", "main", "east", ["east/*"]), ("east/*", "spare", "east", ["east/*"]),
                          (EAST, "main", "east", ["gpt"]), (EAST, "spare", "east", ["gpt"]),
                          (WEST, None, "west", ["gpt"])])
        west = self.entry(WEST, None)
        self.assertEqual([west[name] for name in ("under_way", "limit", "latency_ms", "quota_left", "rests_until")],
                         [0, None, None, None, None])
        latencies = [self.entry(EAST, key)["latency_ms"] for key in ("main", "spare")]
        self.assertEqual(len([one for one in latencies if one is not None and one > 0]), 1)

    def test_what_is_left_of_a_rate_limit_and_a_rest_are_told(self):
        headers = {"x-ratelimit-limit-requests": "100", "x-ratelimit-remaining-requests": "25",
                   "x-ratelimit-reset-requests": "60s"}
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items()).encode()
        self.west.answer = lambda call: call.send(whole(b'{"answered_by":"west"}').replace(b"\r\n", b"\r\n" + lines, 1))
        self.tell(deployment=EAST, state="open")
        self.assertEqual(self.answered_by(), "west")
        wait_until(lambda: self.entry(WEST, None)["quota_left"] == 0.25, "the quota")
        self.assertEqual(self.page().value("weir_endpoint_quota_left", deployment=WEST, key_name="none"), 0.25)
        self.west.answer = lambda call: call.send(whole(b"{}", 429).replace(b"\r\n", b"\r\nretry-after: 9\r\n", 1))
        self.assertEqual(self.call().status, 429)
        wait_until(lambda: self.entry(WEST, None)["rests_until"], "the rest")

    def test_what_is_not_there_is_answered_with_the_nearest_name(self):
        answer = self.request("POST", BREAKER, {"deployment": "eest/gpt", "state": "open"})
        self.assertEqual((answer.status, answer.header("content-type")), (404, "application/problem+json"))
        self.assertEqual(answer.json()["errors"], [{"field": "deployment", "message": f"did you mean {EAST}?"}])
        answer = self.request("POST", BREAKER, {"deployment": EAST, "key_name": "mein", "state": "open"})
        self.assertEqual((answer.status, answer.json()["code"]), (404, "no_such_key"))
        self.assertEqual({each["breaker"]["forced"] for each in self.get(DEPLOYMENTS)["data"]}, {None})

    def test_others_may_neither_look_nor_steer(self):
        for method, path in (("GET", DEPLOYMENTS), ("POST", BREAKER), ("GET", LEVEL), ("PUT", LEVEL)):
            for key in ("", "sk-another"):
                with self.subTest(method=method, path=path, key=key):
                    answer = self.request(method, path, {"deployment": EAST, "state": "open", "level": "cheaper"}, key)
                    self.assertEqual(answer.status, 401)
        self.assertEqual(self.answered_by(), "east")

    def test_each_path_takes_its_own_methods(self):
        for method, path, allowed in (("POST", DEPLOYMENTS, "GET"), ("GET", BREAKER, "POST"),
                                      ("POST", LEVEL, "GET, PUT"), ("PU", LEVEL, "GET, PUT")):
            with self.subTest(method=method, path=path):
                answer = self.request(method, path, {})
                self.assertEqual((answer.status, answer.header("allow")), (405, allowed))
        self.assertEqual(self.request("POST", BREAKER, b"{").json()["code"], "malformed_request")

    def test_at_a_terminal_it_is_a_table_and_three_commands(self):
        said = self.say("route", "open", EAST, "--key", "main")
        self.assertRegex(said, r"\ADEPLOYMENT +KEY +BREAKER .*\neast/gpt +main +open +0 +by hand\n\Z")
        table = self.say("route")
        self.assertEqual(len(table.splitlines()), 6)
        self.assertIn(said.splitlines()[1].split(), [line.split() for line in table.splitlines()])
        wait_until(lambda: f"deployment {EAST}, key main" in self.say("status"), "the status to tell it")
        said = self.say("route", "close", EAST, "--json")
        self.assertEqual([each["breaker"]["forced"] for each in json.loads(said)["data"]], ["closed", "closed"])
        self.assertRegex(self.say("route", "auto", EAST), r"(?m)^east/gpt +spare +closed +0$")
        self.assertEqual(json.loads(self.say("route", "--json")), self.get(DEPLOYMENTS))
        ended = self.weir_says("route", "open", "eest/gpt")
        self.assertEqual((ended.code, ended.out), (1, ""))
        self.assertIn(f"did you mean {EAST}?", ended.err)

    def test_a_call_that_took_two_attempts_says_so_in_its_line(self):
        self.east.answer = fail
        answer = self.call()
        self.assertEqual(answer.status, 200)
        request_id = answer.header("x-weir-request-id")
        wait_until(lambda: request_id in self.weir.err(), "its line in the log")
        line = next(line for line in self.log_lines() if line.get("request_id") == request_id)
        self.assertEqual((line["attempts"], answer.header("x-weir-attempts")), (2, "2"))
        failed, = line["failed"]
        self.assertIn(failed.pop("key"), ("main", "spare"))
        self.assertGreaterEqual(failed.pop("ms"), 0)
        self.assertEqual(failed, {"deployment": EAST, "status": 500, "code": "provider_failed"})
        self.assertNotIn("fallback", line)


class Levels(BadDay):
    def put(self, level: str) -> dict:
        answer = self.request("PUT", LEVEL, {"level": level})
        self.assertEqual(answer.status, 200, answer.body)
        return answer.json()

    def test_a_level_that_was_set_by_hand_holds_until_it_is_let_go(self):
        self.assertEqual(self.get(LEVEL)["level"], "full")
        told = self.put("cache_only")
        self.assertEqual((told["level"], told["by_hand"]), ("cache_only", True))
        self.assertTrue(told["why"].startswith("set by hand"))
        self.assertEqual(self.get(LEVEL)["level"], "cache_only")
        told = self.put("auto")
        self.assertEqual((told["level"], told["by_hand"]), ("full", False))

    def test_readyz_and_the_metrics_tell_it(self):
        for number, level in enumerate(LEVELS):
            self.put(level)
            page = self.page()
            self.assertEqual(page.value("weir_degradation_level"), number)
            self.assertEqual("level" in self.degraded(), number > 0)
        self.assertLess(self.page().value("weir_load_ratio"), 1)

    def test_a_name_that_is_none_changes_nothing(self):
        answer = self.request("PUT", LEVEL, {"level": "cheapest"})
        self.assertEqual((answer.status, answer.json()["errors"]),
                         (400, [{"field": "level", "message": "did you mean cheaper?"}]))
        self.assertEqual(self.get(LEVEL)["level"], "full")

    def test_at_a_terminal_it_is_one_command(self):
        self.assertRegex(self.say("level"), r"\Alevel full for \d+ s, since \S+Z: nothing is left out\nload \d+%\n\Z")
        self.assertRegex(self.say("level", "cheaper"), r"\Alevel cheaper for \d+ s, since \S+Z: set by hand: ")
        self.assertRegex(self.say("status"), r"(?m)^level for \d+ s: set by hand: ")
        self.assertEqual(json.loads(self.say("level", "auto", "--json"))["level"], "full")
        ended = self.weir_says("level", "cheapest")
        self.assertEqual((ended.code, ended.out), (2, ""))
        self.assertIn("did you mean cheaper?", ended.err)


class Room(BadDay):
    def test_calls_under_way_are_told_where_they_are(self):
        waits = []
        self.east.answer = lambda call: waits.append(call)
        with self.weir.client() as client:
            body = json.dumps(OPENAI.body()).encode()
            client.send(head_lines(f"POST {OPENAI.path} HTTP/1.1",
                                   {"host": "localhost", "authorization": f"Bearer {KEY}",
                                    "content-length": str(len(body))}), body)
            wait_until(lambda: waits, "the call to come")
            page = self.page()
            self.assertEqual(page.value("weir_calls_under_way"), 1)
            self.assertEqual(page.value("weir_endpoint_under_way", deployment=EAST), 1)
            self.assertEqual(page.value("weir_endpoint_limit"), 0)
            self.assertEqual(page.values("weir_waiting_calls"),
                             {(("provider", name),): 0 for name in ("east", "west")})
            self.assertEqual(page.values("weir_limited_total"),
                             {(("kind", "overload"), ("scope", scope)): 0 for scope in ("full", "share")})
            self.answer_as("east")(waits[0])
            self.assertEqual(client.answer().status, 200)
        wait_until(lambda: self.page().value("weir_calls_under_way") == 0, "the call to be over")


if __name__ == "__main__":
    unittest.main()
