"""Holds that --help of everything is there, fits into 80 columns, and says what a command takes, gives, and how it is
used; and that wrong usage is told in one sentence, with the nearest name where one was meant.
"""

import re
import subprocess
import unittest

from commands import GROUPS, OPTIONS
from harness.program import Ended, run
from harness.weir import PROGRAM

# Arguments, and what the sentence on stderr must hold.
WRONG = [
    ([], ["weir: ", "serve", "weir --help"]),
    (["serv"], ['"serv"', "did you mean serve?"]),
    (["cache"], ["weir cache: ", "stats", "purge"]),
    (["cache", "purg"], ["did you mean purge?", "weir cache --help"]),
    (["frobnicate", "--help"], ['"frobnicate"', "serve"]),
    (["serve", "--confg", "a"], ["weir serve: ", "did you mean --config?", "weir serve --help"]),
    (["serve", "--lissten=127.0.0.1:0"], ['"--lissten"', "did you mean --listen?"]),
    (["serve", "--config"], ["--config", "needs a value"]),
    (["serve", "--config", "a", "--config", "b"], ["--config", "more than once"]),
    (["check"], ["FILE", "missing"]),
    (["check", "a", "b"], ['"b"', "too many"]),
    (["check", "a", "--json=yes"], ["--json", "no value"]),
    (["completion", "bsh"], ['"bsh"', "did you mean bash?"]),
    (["route", "opn", "a/b"], ['"opn"', "did you mean open?"]),
    (["route", "open"], ["DEPLOYMENT", "missing"]),
    (["route", "--json", "open", "a/b"], ["weir route: ", "--json", "behind"]),
    (["level", "ful"], ['"ful"', "did you mean full?"]),
    (["cache", "purge"], ["--all", "--tag"]),
    (["cache", "stats", "--url", "nowhere"], ["--url", "http://"]),
    (["cache", "stats", "--key-file", "no-such-file"], ["--key-file", "no-such-file"]),
    (["mock", "--loops", "many"], ["--loops", "whole number"]),
]


class Help(unittest.TestCase):
    def help_of(self, command: str) -> Ended:
        ended = run(*command.split(), "--help")
        self.assertEqual((ended.code, ended.err), (0, ""))
        return ended

    def test_every_command_explains_itself_in_eighty_columns(self):
        for command in [*GROUPS, *OPTIONS]:
            with self.subTest(command):
                text = self.help_of(command).out
                self.assertRegex(text, r"\A[A-Z][^\n]+\.\n\nUsage:\n  weir")
                self.assertLessEqual(max(map(len, text.splitlines())), 80)
                self.assertNotRegex(text, r"(?m)[ \t]$")

    def test_every_command_that_does_something_says_its_options_exit_codes_and_an_example(self):
        for command, options in OPTIONS.items():
            with self.subTest(command):
                text = self.help_of(command).out
                for option in (*options, "--help"):
                    self.assertRegex(text, rf"(?m)^  (-h, )?{option}\b")
                self.assertRegex(text, r"\nExit codes:\n  0  ")
                self.assertRegex(text, rf"\nExamples:\n  .*weir {command}\b")

    def test_a_group_lists_its_commands(self):
        for group, commands in GROUPS.items():
            text = self.help_of(group).out
            for command in commands:
                with self.subTest(group=group, command=command):
                    self.assertRegex(text, rf"(?m)^  {command} +[A-Z]")

    def test_defaults_and_variables_are_told(self):
        text = self.help_of("cache stats").out
        for word in ("http://127.0.0.1:4000", "WEIR_URL", "WEIR_MASTER_KEY"):
            self.assertIn(word, text)
        self.assertIn("127.0.0.1:9009", self.help_of("mock").out)

    def test_an_example_of_help_is_a_line_that_the_parser_takes(self):
        for command in OPTIONS:
            for line in re.findall(r"(?m)^  (weir [^|<>\n]*)", self.help_of(command).out.split("Examples:")[1]):
                with self.subTest(line):
                    ended = run(*line.split()[1:], "--help")
                    self.assertEqual((ended.code, ended.err), (0, ""))

    def test_wrong_usage_is_one_sentence_that_names_what_was_meant(self):
        for arguments, words in WRONG:
            with self.subTest(arguments):
                ended = run(*arguments)
                self.assertEqual((ended.code, ended.out), (2, ""))
                self.assertEqual(len(ended.err.splitlines()), 1, ended.err)
                for word in words:
                    self.assertIn(word, ended.err)

    def test_a_file_may_be_called_as_a_command_is(self):
        ended = run("check", "serve")
        self.assertRegex(ended.err, r"^serve: .*No such file")


class FullDisk(unittest.TestCase):
    def test_what_could_not_be_written_is_a_failure(self):
        with open("/dev/full", "wb") as full:
            done = subprocess.run([PROGRAM, "man"], stdout=full, stderr=subprocess.PIPE, text=True, check=False)
        self.assertEqual(done.returncode, 1)
        self.assertIn("No space left on device", done.stderr)


if __name__ == "__main__":
    unittest.main()
