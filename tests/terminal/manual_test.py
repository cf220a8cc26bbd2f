"""Holds that `weir man` prints a page that man's own programs find nothing wrong with, that it tells of every command
and option, and that it is the same each time.
"""

import itertools
import re
import subprocess
import tempfile
import unittest

from commands import OPTIONS
from harness.program import run


class Manual(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        ended = run("man")
        assert (ended.code, ended.err) == (0, ""), ended
        cls.page = ended.out

    def read(self, *program: str) -> str:
        done = subprocess.run(program, input=self.page, capture_output=True, text=True, check=False)
        self.assertEqual((done.returncode, done.stderr), (0, ""), program)
        return done.stdout

    def test_a_strict_reader_finds_no_fault(self):
        with tempfile.NamedTemporaryFile("w", suffix=".1") as file:
            file.write(self.page)
            file.flush()
            done = subprocess.run(["mandoc", "-Tlint", "-Wstyle", file.name], capture_output=True, text=True,
                                  check=False)
        self.assertEqual((done.returncode, done.stdout), (0, ""))

    def test_it_tells_of_every_command_and_option(self):
        lines = re.sub(".\\x08", "", self.read("mandoc", "-Tascii")).splitlines()
        self.assertIn("WEIR(1)", lines[0])
        headings = [line for line in lines[:-1] if re.match("[A-Z]", line)]
        self.assertEqual(headings[1:], ["NAME", "SYNOPSIS", "DESCRIPTION", "COMMANDS", "OPTIONS", "ENVIRONMENT",
                                          "EXIT STATUS", "EXAMPLES"])
        begins = [number for number, line in enumerate(lines) if re.match(" {,3}[A-Za-z]", line)]
        sections = {lines[begin].strip(): "\n".join(lines[begin:end]) for begin, end in itertools.pairwise(begins)}
        for command, options in OPTIONS.items():
            with self.subTest(command):
                self.assertRegex(sections["SYNOPSIS"], f"weir {command} ")
                for option in options:
                    self.assertRegex(sections[f"weir {command}"], rf"\n {{4,}}{option}\b")

    def test_what_can_be_copied_from_it_is_ascii(self):
        text = self.read("mandoc", "-Tutf8")
        self.assertNotIn("\N{HYPHEN}", text)
        self.assertNotIn("\N{RIGHT SINGLE QUOTATION MARK}", text)

    def test_it_is_the_same_each_time(self):
        self.assertEqual(run("man").out, self.page)


if __name__ == "__main__":
    unittest.main()
