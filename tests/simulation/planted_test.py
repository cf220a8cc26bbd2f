"""Whether the simulation would find a bug: one line of the shipped journey is spoiled, and it has to.

    python planted_test.py SPOILED_PROGRAM SHIPPED_PROGRAM

The spoiled program is the same test with one line changed (CMakeLists.txt says which).
"""

import os
import re
import subprocess
import sys
import unittest

SPOILED, SHIPPED = sys.argv[1:3]


def play(program: str, seed: str | None = None) -> subprocess.CompletedProcess:
    environment = {name: value for name, value in os.environ.items() if name not in ("WEIR_SEED", "WEIR_DEEP")}
    if seed:
        environment["WEIR_SEED"] = seed
    return subprocess.run([program, "--gtest_filter=SimulatedFlights.*", "--gtest_brief=1"], env=environment,
                          capture_output=True, text=True, timeout=120, check=False)


class PlantedBug(unittest.TestCase):
    def test_is_found_and_its_seed_plays_it_again(self):
        found = play(SPOILED)
        self.assertNotEqual(found.returncode, 0, "an old answer after a purge went unnoticed")
        self.assertIn("was asked after", found.stdout)
        seed = re.search(r"WEIR_SEED=(\d+)", found.stdout)[1]
        again = play(SPOILED, seed)
        self.assertNotEqual(again.returncode, 0, f"seed {seed} didn't play it again")
        self.assertEqual(first_complaint(again.stdout), first_complaint(found.stdout))
        self.assertEqual(play(SHIPPED, seed).returncode, 0, "the shipped journey fails too")


def first_complaint(output: str) -> str:
    return output[output.index("Failure"):output.index("was asked after")]


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
