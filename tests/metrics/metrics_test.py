"""Holds what the metrics page says after calls whose number is known, and how it is served."""

import concurrent.futures
import json
import os
import pathlib
import random
import re
import signal
import string
import sys
import threading
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parents[1]))

from harness.http1 import Message, head_lines, post  # noqa: E402
from harness.program import Program, run  # noqa: E402
from harness.weir import wait_until  # noqa: E402
from page import Page, documented, read  # noqa: E402

CHAT, EMBEDDINGS = "/v1/chat/completions", "/v1/embeddings"
PRICE = {"input": 2.5, "output": 10}  # dollars for a million; the simulated provider's own
SCRIPT = {"default": {"time_to_first_token": "1ms", "tokens_per_second": 0, "output_tokens": 8},
          "rules": [{"when": {"contains": "please fail"}, "fault": {"kind": "status", "status": 500}},
                    {"when": {"contains": "take your time"}, "tokens_per_second": 2, "output_tokens": 1000}]}


def settings(**more) -> dict:
    return {
        "listen": "127.0.0.1:0", "workers": 2,
        "providers": {"house": {"kind": "simulated", "script": "script.yaml"}},
        "models": {"sim-1": {"deployments": [{"provider": "house", "model": "sim-1", "price": PRICE}]},
                   "free": {"deployments": [{"provider": "house", "model": "sim-2"}]}},
    } | more


def question(text: str = "hi", model: str = "sim-1", **members) -> dict:
    """A chat that may be cached: its temperature is 0."""
    return {"model": model, "temperature": 0, "messages": [{"role": "user", "content": text}]} | members


class Suite(unittest.TestCase):
    def start(self, **more) -> None:
        files = {"weir.yaml": settings(**more), "script.yaml": SCRIPT}
        self.weir = self.enterContext(Program("serve", "--config", "weir.yaml", "--data-dir", "data", files=files))
        self.client = self.enterContext(self.weir.client())
        self.scraper = self.enterContext(self.weir.client())

    def ask(self, body: dict, path: str = CHAT, expect: int = 200, **headers: str) -> Message:
        answer = self.client.ask(path, body, headers)
        self.assertEqual(answer.status, expect, answer.body)
        return answer

    def page(self) -> Page:
        return read(self.scraper)

    def wait_for_calls(self, count: int) -> Page:
        """A call is counted when it is over, which is a moment after its caller has the answer."""
        wait_until(lambda: self.page().value("weir_requests_total") >= count, f"{count} calls on the page")
        page = self.page()
        self.assertEqual(page.value("weir_requests_total"), count)
        return page


class Counting(Suite):
    def setUp(self):
        self.start()

    def test_calls_are_counted_by_path_model_and_outcome(self):
        for _ in range(3):
            self.ask(question())
        self.ask({"model": "sim-1", "input": "hi"}, EMBEDDINGS)
        self.ask(question(model="nobody"), expect=404)
        self.ask(question("please fail"), expect=502)
        self.ask({}, "/v1/nothing", expect=404)
        page = self.wait_for_calls(7)

        def calls(path: str, model: str, outcome: str) -> float:
            return page.value("weir_requests_total", path=path, model=model, tier="default", outcome=outcome)

        self.assertEqual(calls(CHAT, "sim-1", "ok"), 3)
        self.assertEqual(calls(EMBEDDINGS, "sim-1", "ok"), 1)
        self.assertEqual(calls(CHAT, "other", "caller_error"), 1)
        self.assertEqual(calls(CHAT, "sim-1", "provider_error"), 1)
        self.assertEqual(calls("other", "other", "caller_error"), 1)
        errors = {(dict(key)["kind"], dict(key)["origin"]): value
                  for key, value in page.values("weir_errors_total").items() if value}
        self.assertEqual(errors, {("no_such_model", "caller"): 1, ("no_such_path", "caller"): 1,
                                  ("provider_failed", "provider"): 1})

    def test_what_the_cache_did_is_counted_and_what_it_saved(self):
        for _ in range(3):
            self.ask(question())
        self.ask(question(), **{"cache-control": "no-cache"})
        self.ask(question() | {"temperature": 1})
        page = self.wait_for_calls(5)
        results = {dict(key)["result"]: value for key, value in page.values("weir_cache_requests_total").items()}
        self.assertEqual(results, {"hit": 2, "miss": 2, "stale": 0, "joined": 0, "bypass": 1})
        self.assertEqual(page.value("weir_cache_entries", layer="memory"), 1)
        self.assertGreater(page.value("weir_cache_bytes", layer="memory"), 200)
        self.assertEqual(page.value("weir_cache_evictions_total", reason="replaced"), 1)
        self.assertGreater(page.value("weir_saved_nanos_total", by="hit"), 0)
        self.assertEqual(page.value("weir_saved_nanos_total", by="joined"), 0)
        stats = self.scraper.get("/api/v1/cache/stats").json()["data"][0]
        self.assertEqual(stats["requests"], results)
        self.assertEqual(stats["saved_nanos"], page.value("weir_saved_nanos_total", by="hit"))

    def test_those_who_join_a_call_are_counted_as_joined(self):
        with self.weir.client() as opener, self.weir.client() as joiner:
            body = question("take your time", stream=True, max_tokens=4)
            for streams, caller in enumerate((opener, joiner), start=1):
                caller.send(post(CHAT, body))
                wait_until(lambda: self.page().value("weir_open_streams") == streams, f"{streams} open streams")
            answers = [caller.answer() for caller in (opener, joiner)]
        self.assertIn("collapsed", answers[1].header("cache-status"))
        page = self.wait_for_calls(2)
        self.assertEqual(page.value("weir_open_streams"), 0)
        self.assertEqual(page.value("weir_cache_requests_total", result="joined"), 1)
        self.assertEqual(page.value("weir_cache_requests_total", result="miss"), 1)
        self.assertEqual(page.value("weir_upstream_attempts_total"), 1)
        self.assertEqual(page.value("weir_saved_nanos_total", by="joined"), page.value("weir_cost_nanos_total"))
        self.assertGreater(page.value("weir_cost_nanos_total"), 0)

    def test_attempts_tokens_and_cost_agree_with_what_the_provider_counted(self):
        for number in range(4):
            self.ask(question(f"question {number}"))
        self.ask(question("question 1", model="free"))
        self.ask(question("please fail"), expect=502)
        page = self.wait_for_calls(6)
        ledger = self.scraper.get("/api/v1/mock/ledger").json()
        self.assertEqual(page.value("weir_upstream_attempts_total", provider="house", key_name="none",
                                    status_code="200"), 5)
        self.assertEqual(page.value("weir_upstream_attempts_total", provider="house", status_code="500"), 3)
        self.assertEqual(page.value("weir_upstream_retries_total", key_name="none", status_code="500"), 2)
        self.assertEqual(page.value("weir_upstream_attempts_total"), ledger["calls"])
        self.assertEqual(page.value("weir_tokens_total", tier="default", direction="input"), ledger["input_tokens"])
        self.assertEqual(page.value("weir_tokens_total", direction="output"), ledger["output_tokens"])
        self.assertEqual(page.value("weir_cost_nanos_total", model="sim-1", team="default"),
                         ledger["by_model"]["sim-1"]["cost_nanos"])
        self.assertEqual(page.value("weir_unpriced_calls_total", model="free"), 1)
        self.assertEqual(page.value("weir_unpriced_calls_total"), 1)

    def test_a_call_that_nobody_waits_for_is_counted_as_cancelled(self):
        with self.weir.client() as leaver:
            leaver.send(post(CHAT, question("take your time", stream=True)))
            leaver.head()
        wait_until(lambda: self.page().value("weir_upstream_cancelled_total", provider="house") == 1, "its end")
        page = self.wait_for_calls(1)
        self.assertEqual(page.value("weir_requests_total", outcome="caller_gone"), 1)

    def test_a_model_that_a_caller_made_up_is_no_series(self):
        self.ask(question(model="made-up"), expect=404)
        before = self.wait_for_calls(1)
        letters = random.Random(5)
        for _ in range(1000):
            name = "".join(letters.choices(string.ascii_letters + string.digits + "-/", k=12))
            self.ask(question(model=name), expect=404)
        after = self.wait_for_calls(1001)
        self.assertEqual(set(after.samples), set(before.samples))
        self.assertEqual(after.value("weir_requests_total", model="other"), 1001)

    def test_times_are_counted_in_buckets_that_hold_the_smaller_ones(self):
        for number in range(5):
            self.ask(question(f"question {number}", stream=bool(number % 2)))
        page = self.wait_for_calls(5)
        count = 0
        for (name, labels), in_all in page.samples.items():
            if not name.endswith("_seconds_count"):
                continue
            metric = name.removesuffix("_count")
            of_this = {key: value for key, value in page.values(f"{metric}_bucket", **dict(labels)).items()}
            by_bound = sorted((float(dict(key)["le"]), value) for key, value in of_this.items())
            values = [value for _, value in by_bound]
            self.assertEqual(values, sorted(values), name)
            self.assertEqual((by_bound[-1][0], values[-1]), (float("inf"), in_all), name)
            self.assertGreaterEqual(page.value(f"{metric}_sum", **dict(labels)), 0)
            count += 1
        self.assertGreaterEqual(count, 3)
        self.assertEqual(page.value("weir_request_seconds_count"), 5)
        self.assertEqual(page.value("weir_time_to_first_token_seconds_count", model="sim-1"), 2)
        self.assertEqual({dict(key)["le"] for key in page.values("weir_request_seconds_bucket")},
                         {"0.001", "0.0025", "0.005", "0.01", "0.025", "0.05", "0.1", "0.25", "0.5", "1", "2", "5",
                          "10", "30", "60", "+Inf"})

    def test_all_loops_are_summed_up(self):
        for _ in range(40):  # each on a connection of its own, which the kernel gives to a loop
            with self.weir.client() as client:
                self.assertEqual(client.ask(CHAT, question()).status, 200)
        page = self.wait_for_calls(40)
        self.assertEqual(page.value("weir_cache_requests_total"), 40)
        self.assertEqual(page.value("weir_request_seconds_count", path=CHAT), 40)

    def test_counters_never_fall_while_a_thousand_calls_run(self):
        callers, calls = 8, 1000
        done = threading.Event()

        def call(number: int) -> None:
            with self.weir.client() as client:
                for i in range(calls // callers):
                    self.assertEqual(client.ask(CHAT, question(f"{number} {i % 50}")).status, 200)

        def scrape() -> int:
            scraped, before = 0, {}
            with self.weir.client() as client:
                while not done.is_set() or not scraped:
                    now = read(client).only_rising()
                    fallen = {key: (value, now.get(key)) for key, value in before.items() if now.get(key, -1) < value}
                    self.assertFalse(fallen)
                    before, scraped = now, scraped + 1
            return scraped

        with concurrent.futures.ThreadPoolExecutor(callers + 2) as pool:
            scrapers = [pool.submit(scrape) for _ in range(2)]
            for caller in [pool.submit(call, number) for number in range(callers)]:
                caller.result()
            done.set()
            self.assertGreater(sum(scraper.result() for scraper in scrapers), 2)
        self.wait_for_calls(calls)


class State(Suite):
    def test_a_provider_that_fails_is_degraded_until_it_answers_again(self):
        self.start()
        self.assertEqual(self.page().values("weir_degraded"), {})
        for _ in range(3):
            self.ask(question("please fail"), expect=502)
        self.assertEqual(self.page().values("weir_degraded"), {(("part", "provider house"),): 1})
        self.ask(question())
        self.assertEqual(self.page().values("weir_degraded"), {})

    def test_the_process_is_as_the_kernel_knows_it(self):
        self.start()
        page = self.page()
        self.assertEqual(page.value("process_open_fds"), self.weir.open_descriptors())
        limits = pathlib.Path(f"/proc/{self.weir.pid}/limits").read_text()
        self.assertEqual(page.value("process_max_fds"), int(re.search(r"Max open files +(\d+)", limits)[1]))
        status = pathlib.Path(f"/proc/{self.weir.pid}/status").read_text()
        resident = int(re.search(r"VmRSS:\s+(\d+) kB", status)[1]) * 1024
        self.assertLess(abs(page.value("process_resident_memory_bytes") - resident), resident / 4)
        self.assertGreater(page.value("process_virtual_memory_bytes"), resident)
        self.assertLess(abs(page.value("process_start_time_seconds") - time.time()), 600)
        self.assertGreater(page.value("process_cpu_seconds_total"), 0)
        self.assertLess(page.value("process_cpu_seconds_total"), 600)

    def test_open_connections_loop_turns_and_the_version_are_told(self):
        self.start()
        with self.weir.client() as one, self.weir.client() as two:
            one.get("/livez")
            two.get("/livez")
            before = self.page()
            self.assertEqual(before.value("weir_connections"), 4)  # the page's own is one, the suite's another
        wait_until(lambda: self.page().value("weir_connections") == 2, "the connections to be closed")
        self.assertGreater(self.page().value("weir_loop_lag_seconds_count"),
                           before.value("weir_loop_lag_seconds_count"))
        version = run("--version").out.split()[-1]
        self.assertEqual(before.values("weir_build_info"), {(("version", version),): 1})


class Serving(Suite):
    def get(self, method: str = "GET", **headers: str) -> Message:
        with self.weir.client() as client:
            client.send(head_lines(f"{method} /metrics HTTP/1.1", {"host": "localhost"} | headers))
            return client.head() if method == "HEAD" else client.answer()

    def test_the_page_and_its_document_name_the_same_metrics(self):
        self.start()
        self.ask(question(stream=True))
        self.ask(question("please fail"), expect=502)
        page, told = self.wait_for_calls(2), documented()
        self.assertEqual(page.types, {name: metric.type for name, metric in told.items()})
        for name, labels in page.samples:
            metric = told.get(name) or told[re.sub(r"_(bucket|sum|count)$", "", name)]
            self.assertEqual({label for label, _ in labels} - {"le"}, metric.labels, name)

    def test_it_is_plain_text_that_is_kept_nowhere(self):
        self.start()
        answer = self.get()
        self.assertEqual((answer.status, answer.header("content-type"), answer.header("cache-control")),
                         (200, "text/plain; version=0.0.4; charset=utf-8", "no-store"))

    def test_head_is_the_page_without_its_body(self):
        self.start()
        answer = self.get("HEAD")
        self.assertEqual(answer.status, 200)
        self.assertGreater(int(answer.header("content-length")), 1000)

    def test_it_is_only_read(self):
        self.start()
        answer = self.client.ask("/metrics", {})
        self.assertEqual((answer.status, answer.header("allow")), (405, "GET"))

    def test_it_needs_no_key_unless_it_is_protected(self):
        self.start(auth={"master_key": "sk-the-masters"})
        self.assertEqual(self.get().status, 200)

    def test_a_protected_page_needs_the_master_key(self):
        self.start(auth={"master_key": "sk-the-masters"}, metrics={"protect": True})
        self.assertEqual((self.get().status, self.get(authorization="Bearer sk-another").status), (401, 401))
        answer = self.get(authorization="Bearer sk-the-masters")
        self.assertEqual(answer.status, 200)
        self.assertIn(b"weir_build_info", answer.body)

    def reload(self, document: str) -> None:
        (self.weir.folder / "weir.yaml").write_text(document)
        os.kill(self.weir.pid, signal.SIGHUP)

    def test_reading_the_configuration_again_protects_it_and_is_counted(self):
        auth = {"master_key": "sk-the-masters"}
        self.start(auth=auth)
        self.reload("listen: nowhere")
        wait_until(lambda: self.page().value("weir_config_reloads_total", outcome="refused") > 0, "a refusal")
        self.assertEqual(self.page().value("weir_degraded", part="configuration"), 1)
        self.reload(json.dumps(settings(auth=auth, metrics={"protect": True})))
        wait_until(lambda: self.get().status == 401, "the page to be protected")

        def applied() -> float:
            page = Page(self.get(authorization="Bearer sk-the-masters").body.decode())
            return page.value("weir_config_reloads_total", outcome="applied")

        wait_until(lambda: applied() > 0, "the reload to be counted")

    def test_many_who_ask_at_once_all_get_it(self):
        self.start()
        with concurrent.futures.ThreadPoolExecutor(50) as pool:
            pages = list(pool.map(lambda _: self.get(), range(200)))
        self.assertEqual({page.status for page in pages}, {200})


if __name__ == "__main__":
    unittest.main()
