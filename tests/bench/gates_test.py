"""Holds what decides a run of script/bench: limits of counts, promises, and which options go together."""

import subprocess
import sys
import unittest

from measured import ROOT, counted

import limits  # noqa: E402
import promises  # noqa: E402
from figures import Result, Row  # noqa: E402


def usual(scenario: str, more: str = "", by: float = 0.0) -> Result:
    """A run that counted what it always does, but `by` more of one thing."""
    return counted(scenario, **{limit.row: limit.usual + (by if limit.row == more else 0.0)
                                for limit in limits.LIMITS if limit.scenario == scenario})


class Counts(unittest.TestCase):
    def test_those_of_every_day_pass(self):
        self.assertEqual(limits.grown([usual("counts"), usual("counts-hit")]), [])

    def test_one_allocation_or_system_call_more_is_named(self):
        for scenario, call in (("counts", "a call that is passed on"), ("counts-hit", "a cache hit")):
            for row, thing in (("system_calls", "system calls"), ("allocations", "allocations")):
                with self.subTest(scenario=scenario, row=row):
                    said = limits.grown([usual(scenario, row, by=1.0)])
                    self.assertEqual(len(said), 1)
                    self.assertRegex(said[0], f"^{thing} of {call} grew from [0-9.]+ to [0-9.]+; at most")

    def test_a_hundredth_more_instructions_pass_and_a_tenth_does_not(self):
        for scenario in ("counts", "counts-hit"):
            instructions = usual(scenario).row("instructions").cells["weir"].median
            self.assertEqual(limits.grown([usual(scenario, "instructions", by=instructions / 100)]), [])
            self.assertEqual(len(limits.grown([usual(scenario, "instructions", by=instructions / 10)])), 1)

    def test_what_was_not_counted_is_not_judged(self):
        self.assertEqual(limits.grown([]), [])


class Promises(unittest.TestCase):
    def judged(self, ratio: float) -> tuple[bool, Result]:
        result = Result("pass-2k", "", "", [Row.of("cpu_network", "", "µs", {"ratio": [ratio]})])
        return promises.judge([result]), result

    def test_one_that_is_missed_says_by_how_much(self):
        self.assertIn("missed by 0.25", self.judged(1.5)[1].verdicts[0])
        self.assertIn(": met", self.judged(1.2)[1].verdicts[0])

    def test_the_gate_leaves_a_busy_machine_its_margin(self):
        self.assertTrue(self.judged(1.25 + promises.MARGIN - 0.01)[0])
        self.assertFalse(self.judged(1.25 + promises.MARGIN + 0.01)[0])

    def test_a_scenario_that_could_not_be_measured_is_not_judged(self):
        self.assertTrue(promises.judge([Result("overhead", "", "not in this build", [])]))


class CommandLine(unittest.TestCase):
    def refused(self, *arguments: str) -> str:
        run = subprocess.run([sys.executable, str(ROOT / "bench/main.py"), *arguments], capture_output=True,
                             text=True, check=False)
        self.assertEqual(run.returncode, 2, run.stderr)
        return run.stderr

    def test_it_says_what_does_not_go_together(self):
        self.assertIn("--write measures everything", self.refused("--write", "--short"))
        self.assertIn("all their figures are of one run", self.refused("--write", "hit-1k"))
        self.assertIn("each measured alone", self.refused("--flame", "pass-2k", "--peers", "litellm"))
        self.assertIn("there is no peer ollama", self.refused("--peers", "litellm,ollama"))
        self.assertIn("is no program", self.refused("--beside", "no-such-weir"))
        self.assertIn("there is no scenario fast", self.refused("fast"))


if __name__ == "__main__":
    unittest.main()
