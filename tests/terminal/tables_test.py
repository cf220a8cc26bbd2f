"""Holds that a good configuration is told in a table that says what it means, and to programs as JSON; and that the
greeting of a start stays within ten lines.
"""

import json
import pathlib
import tempfile
import unittest

import commands  # noqa: F401  (finds the harness)
from harness.program import Ended, Program, run

SECRET = "sk-secret-canary-0815"
CONFIGURATION = {
    "listen": "127.0.0.1:4000",
    "auth": {"master_key": SECRET},
    "providers": {
        "openai": {"kind": "openai", "keys": [{"name": name, "value": SECRET} for name in ("a", "b")]},
        "house": {"kind": "openai", "base_url": "http://127.0.0.1:9009/v1"},
        "sim": {"kind": "simulated"},
    },
    "models": {
        "gpt": {"deployments": [
            {"provider": "openai", "model": "gpt-4o-mini", "weight": 3, "price": {"input": 0.15, "output": 0.6}},
            {"provider": "house", "model": "läma"}]},
        "openai/*": {"provider": "openai"},
    },
}


class Check(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))

    def check(self, configuration: dict, *more: str) -> Ended:
        (self.folder / "weir.yaml").write_text(json.dumps(configuration))
        ended = run("check", "weir.yaml", *more, folder=self.folder)
        self.assertEqual((ended.code, ended.err), (0, ""))
        self.assertNotIn(SECRET, ended.out)
        return ended

    def test_a_good_file_is_told_in_aligned_tables(self):
        rows = self.check(CONFIGURATION).out.splitlines()
        self.assertEqual(rows[0], "weir.yaml is fine.")
        self.assertIn("  listens on   http://127.0.0.1:4000", rows)
        self.assertIn("  callers      with the master key", rows)
        self.assertIn("  cache        256 MiB, answers up to 1 MiB each", rows)
        start = rows.index("PROVIDER  KIND       WHERE                   KEYS")
        self.assertEqual(rows[start + 1 : start + 4], [
            "house     openai     http://127.0.0.1:9009      0",
            "openai    openai     https://api.openai.com     2",
            "sim       simulated  in this process            0"])
        start = rows.index("MODEL     PROVIDER  CALLED THERE          WEIGHT  PRICED")
        self.assertEqual(rows[start + 1 :], [
            "gpt       openai    gpt-4o-mini                3  yes",
            "          house     läma                       1  no",
            "openai/*  openai    what the caller says          no"])

    def test_a_table_that_is_too_wide_is_cut_in_its_widest_column(self):
        wide = CONFIGURATION | {"models": {"gpt": {"deployments": [{"provider": "sim", "model": "m" * 200}]}}}
        rows = self.check(wide).out.splitlines()
        self.assertEqual(max(map(len, rows)), 80)
        self.assertRegex(rows[-1], r"^gpt    sim       m+…       1  no$")

    def test_programs_get_the_same_as_json(self):
        document = json.loads(self.check(CONFIGURATION, "--json").out)
        self.assertEqual((document["listen"], document["master_key"]), ("127.0.0.1:4000", True))
        self.assertEqual({each["name"]: each["keys"] for each in document["providers"]},
                         {"openai": 2, "house": 0, "sim": 0})
        models = {each["name"]: each for each in document["models"]}
        self.assertEqual([(each["model"], each["weight"], each["priced"]) for each in models["gpt"]["deployments"]],
                         [("gpt-4o-mini", 3, True), ("läma", 1, False)])
        self.assertEqual(models["openai/*"]["provider"], "openai")
        self.assertEqual(document["cache"]["memory_capacity_bytes"], 256 << 20)
        self.assertEqual(document["cache"]["classes"]["template"], 86400)

    def test_a_bad_file_is_told_as_ever_for_programs_too(self):
        (self.folder / "weir.yaml").write_text("modles: {}\n")
        for more in ([], ["--json"]):
            ended = run("check", "weir.yaml", *more, folder=self.folder)
            self.assertEqual((ended.code, ended.out), (2, ""))
            self.assertRegex(ended.err, r"^weir\.yaml:1:1: modles: .*did you mean models\?")


class Greeting(unittest.TestCase):
    def test_a_hundred_providers_fit_into_ten_lines(self):
        providers = {f"provider-{number}": {"kind": "simulated"} for number in range(100)}
        models = {f"model-{number}": {"deployments": [{"provider": f"provider-{number}", "model": "sim-1"}]}
                  for number in range(100)}
        with Program("serve", "--config", "weir.yaml", files={"weir.yaml": {
                "listen": "127.0.0.1:0", "providers": providers, "models": models}}) as weir:
            lines = weir.out().splitlines()
        self.assertLessEqual(len(lines), 10)
        for line in lines[:-1]:  # the last is a key, which is never cut
            self.assertLessEqual(len(line), 80)
        self.assertRegex(lines[2], r"^  providers      provider-0, .* and \d\d more$")
        self.assertRegex(lines[3], r"^  models         model-0, .* and \d\d more$")

    def test_it_tells_what_a_start_without_a_file_has(self):
        with Program("serve", "--listen", "127.0.0.1:0", variables={"OPENAI_API_KEY": SECRET}) as weir:
            said = weir.out()
        self.assertRegex(said, r"\n  configuration  none: ")
        self.assertRegex(said, r"\n  providers      openai \(1 key\), simulated\n")
        self.assertRegex(said, r"\n  models         .*sim-1")
        self.assertRegex(said, r"\n  degraded       nothing\n")
        self.assertNotIn(SECRET, said)


if __name__ == "__main__":
    unittest.main()
