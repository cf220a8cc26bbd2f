"""Holds that colours are shown on terminals, and only there: not in a pipe, not with NO_COLOR (no-color.org), not on a
terminal that can't; and that a table is as wide as its terminal.
"""

import fcntl
import json
import os
import pathlib
import pty
import re
import struct
import subprocess
import tempfile
import termios
import unittest

from commands import read_to_end
from harness.program import environment, run
from harness.weir import PROGRAM

COLOUR = "\x1b["
NARROW, WIDE = 60, 150
CONFIGURATION = {
    "providers": {"sim": {"kind": "simulated"}},
    "models": {"gpt": {"deployments": [{"provider": "sim", "model": "m" * 100}]}},
}


class OnATerminal(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))
        (self.folder / "weir.yaml").write_text(json.dumps(CONFIGURATION))

    def see(self, *arguments: str, columns: int = 80, **variables: str) -> str:
        """What a terminal of that width is sent."""
        ours, its = pty.openpty()
        fcntl.ioctl(its, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
        clean = {name: value for name, value in environment().items() if name not in ("NO_COLOR", "TERM")}
        process = subprocess.Popen([PROGRAM, *arguments], cwd=self.folder, stdin=its, stdout=its, stderr=its,
                                   env=clean | {"TERM": "xterm-256color"} | variables)
        os.close(its)
        seen = read_to_end(ours)
        self.assertEqual(process.wait(30), 0, seen)
        return seen.replace("\r\n", "\n")

    def test_headings_are_bold_and_good_news_green(self):
        self.assertIn("\x1b[1mUsage:\x1b[0m", self.see("serve", "--help"))
        self.assertIn("\x1b[32mfine\x1b[0m", self.see("check", "weir.yaml"))

    def test_nothing_is_coloured_where_it_is_not_wanted_or_can_not_be(self):
        for variables in ({"NO_COLOR": "1"}, {"NO_COLOR": "0"}, {"TERM": "dumb"}):
            for arguments in (["serve", "--help"], ["check", "weir.yaml"]):
                with self.subTest(arguments, **variables):
                    self.assertNotIn(COLOUR, self.see(*arguments, **variables))

    def test_an_empty_no_color_is_as_none(self):
        self.assertIn(COLOUR, self.see("serve", "--help", NO_COLOR=""))

    def test_colours_change_nothing_else(self):
        coloured = self.see("check", "weir.yaml")
        self.assertEqual(re.sub(r"\x1b\[\d+m", "", coloured), run("check", "weir.yaml", folder=self.folder).out)

    def test_a_pipe_gets_none(self):
        for arguments in (["serve", "--help"], ["check", "weir.yaml"]):
            self.assertNotIn(COLOUR, run(*arguments, folder=self.folder, variables={"TERM": "xterm"}).out)

    def test_scripts_and_the_man_page_have_none_even_on_a_terminal(self):
        for arguments in (["man"], ["completion", "bash"]):
            self.assertNotIn(COLOUR, self.see(*arguments))

    def test_a_table_is_as_wide_as_the_terminal(self):
        narrow = self.see("check", "weir.yaml", columns=NARROW, NO_COLOR="1").splitlines()
        self.assertEqual(max(map(len, narrow)), NARROW)
        wide = self.see("check", "weir.yaml", columns=WIDE, NO_COLOR="1")
        self.assertIn("m" * 100, wide)


if __name__ == "__main__":
    unittest.main()
