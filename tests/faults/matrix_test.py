"""Holds the table of matrix.py by the program: two deployments, and each fault at the first of them or at both, asked
in both dialects, streamed and not. What the caller gets, after how many attempts, from whom; who was asked how often;
within the deadlines; and that no connection is left behind.
"""

import concurrent.futures
import json
import os
import pathlib
import time
import unittest

from matrix_world import CASES, ORDER, TOTAL, Case, MatrixWorld  # finds the harness
from harness.weir import sanitized, wait_until  # noqa: I001
from matrix import AFTER, BEFORE, CONNECT, END, EVENT, IMPOSSIBLE, KINDS, MIDDLE, PASSED, PHASES, ROWS
from matrix import rows_for_the_simulation, section

ROOT = pathlib.Path(__file__).parents[2]
AT_ONCE = 12  # calls; most only wait for a deadline
SLACK = 10.0  # seconds; a busy machine is no fault of weir's


class Told:
    """What a caller was told, and when."""

    def __init__(self, world: MatrixWorld, case: Case):
        began = time.monotonic()
        self.answer = world.ask(case)  # reads to the end of the body, and fails where its framing has no proper one
        self.took = time.monotonic() - began

    def error_events(self) -> list[dict]:
        events = [line.removeprefix(b"data: ") for line in self.answer.body.split(b"\n") if line.startswith(b"data: {")]
        return [event["error"] for event in map(json.loads, events) if "error" in event]


class Matrix(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.world = cls.enterClassContext(MatrixWorld())
        cls.world.close_doors()
        cls.idle = cls.world.count_descriptors()

    def run_phase(self, at: str) -> None:
        cases = [case for case in CASES if case.row.at == at]
        with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as threads:
            told = list(threads.map(lambda case: Told(self.world, case), cases))
        asked = self.world.asked()
        for case, each in zip(cases, told):
            with self.subTest(kind=case.row.kind, at=at, way=case.dialect, stream=case.stream, both=case.both):
                self.assert_told(case, each)
                self.assertEqual(asked[case.model], case.asked, "asked of the first and the second provider")
                if not sanitized():
                    self.assertLess(each.took, case.attempts * TOTAL + SLACK)
        wait_until(lambda: self.world.count_descriptors() <= self.idle,
                   f"no more descriptors than the {self.idle} at first")

    def assert_told(self, case: Case, told: Told) -> None:
        answer = told.answer
        which = ORDER[(case.attempts + 1) % 2]
        if answer.status == 200 or case.outcome[1] is None:
            self.assertEqual(answer.header("x-weir-deployment"), f"{case.provider(which)}/{case.model}", answer.body)
            self.assertEqual(answer.header("x-weir-attempts"), str(case.attempts))
        if case.goes_on and not case.both:
            self.assertEqual(answer.status, 200, answer.body)
            self.assertEqual(answer.body, self.world.usual_answer(case))
        elif case.outcome == PASSED:
            self.assertEqual(answer.status, 200, answer.body)
            self.assertNotIn(b"provider_", answer.body)
            if case.row.at == END or case.row.kind == "slow":
                self.assertEqual(answer.body, self.world.usual_answer(case))
        elif case.outcome[0] == EVENT:
            self.assertEqual(answer.status, 200, answer.body)
            self.assertEqual([error["code"] for error in told.error_events()], [case.outcome[1]])
        else:
            self.assert_error(case, answer)

    def assert_error(self, case: Case, answer) -> None:
        self.assertEqual((answer.status, answer.header("x-should-retry")), (case.outcome[0], "false"), answer.body)
        document = answer.json()
        self.assertEqual("type" in document, case.dialect == "anthropic", document)
        self.assertTrue(document["error"]["message"])
        if case.outcome[1]:
            self.assertEqual(document["error"]["code"], case.outcome[1])
        if case.row.kind == "429 with retry-after":
            self.assertEqual(answer.header("retry-after"), "20")

    def test_faults_at_connecting(self):
        self.run_phase(CONNECT)
        # Who refuses, breaks or does not greet was tried as often as told.
        for kind, mock in self.world.doors.items():
            tried = sum((case.attempts + 1) // 2 if not case.both else case.attempts
                        for case in CASES if case.place == kind)
            with self.subTest(door=kind):
                self.assertEqual(mock.ledger()["calls"], tried)
        tried = sum(case.attempts if case.both else 1 for case in CASES if case.place == "untrusted")
        self.assertEqual(len(self.world.untrusted.failed_handshakes), tried)

    def test_faults_before_the_head(self):
        self.run_phase(BEFORE)

    def test_faults_after_the_head(self):
        self.run_phase(AFTER)

    def test_faults_in_the_middle(self):
        self.run_phase(MIDDLE)

    def test_faults_at_the_end(self):
        self.run_phase(END)


class Table(unittest.TestCase):
    def test_every_fault_is_in_every_phase_or_it_says_why_not(self):
        rows = [(row.kind, row.at) for row in ROWS] + list(IMPOSSIBLE)
        self.assertEqual(sorted(rows), sorted((kind, at) for kind in KINDS for at in PHASES))

    def assert_written(self, file: pathlib.Path, text: str) -> None:
        if "WEIR_UPDATE_DOCS" in os.environ:
            file.write_text(text)
        self.assertEqual(file.read_text(), text, f"{file.name} is not what matrix.py says. To write it anew: "
                                                 "WEIR_UPDATE_DOCS=1 ctest -R faults.matrix")

    def test_the_page_says_what_the_table_says(self):
        page = ROOT / "docs/resilience.md"
        heading = section().partition("\n")[0]
        before, found, rest = page.read_text().partition(heading)
        self.assertTrue(found, f"docs/resilience.md has no section {heading!r}")
        after = rest[rest.find("\n## ") + 1 :] if "\n## " in rest else ""
        self.assert_written(page, before + section() + ("\n" if after else "") + after)

    def test_the_simulation_plays_the_same_table(self):
        self.assert_written(ROOT / "tests/simulation/matrix.inc", rows_for_the_simulation())


if __name__ == "__main__":
    unittest.main()
