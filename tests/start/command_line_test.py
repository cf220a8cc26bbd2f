"""Holds that the command line explains itself: --help of each subcommand names its options and exits 0, wrong usage
says what is wrong on stderr and exits 2, and nothing is started by either."""

import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parents[1]))

from harness.program import run  # noqa: E402

OPTIONS = {
    "serve": ["--config", "--data-dir", "--listen"],
    "mock": ["--listen", "--script"],
    "check": ["FILE"],
}
# Arguments, and what the sentence on stderr must name.
WRONG_USAGE = [
    ([], "--help"),
    (["serf"], "serf"),
    (["serve", "--prot", "4000"], "--prot"),
    (["serve", "--config"], "--config"),
    (["serve", "left-over"], "left-over"),
    (["mock", "--loops", "many"], "--loops"),
    (["mock", "--listen", "nonsense"], "HOST:PORT"),
    (["mock", "--script", "no-such-file.yaml"], "no-such-file.yaml"),
    (["check"], "FILE"),
    (["check", "one.yaml", "two.yaml"], "two.yaml"),
]


class CommandLine(unittest.TestCase):
    def test_help_of_each_subcommand_names_its_options(self):
        for command, options in OPTIONS.items():
            for flag in ("--help", "-h"):
                with self.subTest(command=command, flag=flag):
                    ended = run(command, flag)
                    self.assertEqual((ended.code, ended.err), (0, ""))
                    for option in options:
                        self.assertIn(option, ended.out)

    def test_help_names_each_subcommand(self):
        ended = run("--help")
        self.assertEqual((ended.code, ended.err), (0, ""))
        for command in OPTIONS:
            self.assertIn(command, ended.out)

    def test_the_version_is_told(self):
        ended = run("--version")
        self.assertEqual(ended.code, 0)
        self.assertRegex(ended.out, r"^weir \d+\.\d+\.\d+\n$")

    def test_wrong_usage_exits_with_2_and_says_what_is_wrong(self):
        for arguments, named in WRONG_USAGE:
            with self.subTest(arguments=arguments):
                ended = run(*arguments)
                self.assertEqual((ended.code, ended.out), (2, ""))
                self.assertIn(named, ended.err)
                self.assertLessEqual(len(ended.err.splitlines()), 3, ended.err)

    def test_help_is_plain_text_where_nobody_sees_colours(self):
        self.assertNotIn("\x1b", run("serve", "--help").out)


if __name__ == "__main__":
    unittest.main()
