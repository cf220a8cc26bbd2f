"""Holds that a configuration which can't be taken is refused whole: the one before stays in force to the last setting,
/readyz and the log say why and where, and the next good one ends it.
"""

import json
import os
import pathlib
import shutil
import unittest

from operated import Operated, Provider, deployed_at, settings_for, teller  # finds the others

PART = "configuration"
# Put in front of a file that is otherwise good and points `moving` elsewhere: what is wrong, and what is said of it.
MISTAKES = {
    "broken YAML": ("log: { level: [ }\n", r"weir\.yaml:1:17: "),
    "an unknown setting": ("log: { level: info }\nmodles: {}\n",
                           r"weir\.yaml:2:1: modles: there is no such setting \(did you mean models\?\)"),
    "a variable that is not set": ('auth: { master_key: "${NO_SUCH_VARIABLE_HERE}" }\n',
                                   r"weir\.yaml:1:21: auth\.master_key: the environment variable NO_SUCH_VARIABLE_HE"),
    "a file of a secret that is not there": ('auth: { master_key: "${file:no-such-file}" }\n',
                                             r'weir\.yaml:1:21: auth\.master_key: cannot read "no-such-file": No such'),
    "a value out of bounds": ("listener: { request: { headers: 0 } }\n",
                              r"weir\.yaml:1:33: listener\.request\.headers: \"0\" is less than 1"),
    "a setting that needs a restart": ("workers: 3\n", r"workers: takes effect only by a restart"),
    "two of them": ("workers: 3\ncache: { memory: { capacity: 9MiB } }\n",
                    r"workers, cache\.memory\.capacity: takes effect only by a restart"),
    "a script that is not there": ("providers: { sim: { kind: simulated, script: no-such-file }, "
                                   "b: { kind: simulated } }\n",
                                   r"can't read the script of provider sim: No such file or directory"),
    "an address that others reach": ("listen: 0.0.0.0:4000\n", r"weir\.yaml:1:9: listen: .*needs a key"),
}


def link_to_itself(file: pathlib.Path) -> None:
    file.symlink_to(file.name)


def unreadable(file: pathlib.Path) -> None:
    file.write_text("{}")
    file.chmod(0)
    if os.access(file, os.R_OK):  # to root any file is readable
        file.unlink()
        link_to_itself(file)


# In the place of the file: how it gets there, and what is said of it.
NO_FILES = {
    "nothing": (lambda file: None, "cannot be read: No such file or directory"),
    "a folder": (lambda file: file.mkdir(), "weir.yaml: is not a file"),
    "a pipe": (os.mkfifo, "weir.yaml: is not a file"),
    "a link to itself": (link_to_itself, "weir.yaml: cannot be read: "),
    "a file that may not be read": (unreadable, "weir.yaml: cannot be read: "),
    "an empty file": (lambda file: file.write_text(""), "weir.yaml: is empty"),
    "a file of 2 MiB": (lambda file: file.write_text("#" * (2 << 20)), "weir.yaml: larger than 1 MiB"),
    "a file of 3 MiB": (lambda file: file.write_text("#" * (3 << 20)), "weir.yaml: cannot be read: larger than 2 MiB"),
}


class Refusing(unittest.TestCase):
    def setUp(self):
        self.a, self.b = (self.enterContext(Provider(name)) for name in "ab")
        self.weir = self.enterContext(Operated(settings_for(self.a, self.b)))

    def clear(self) -> None:
        file = self.weir.file
        if file.is_dir():
            shutil.rmtree(file)
        else:
            file.unlink(missing_ok=True)

    def assert_refused(self, said: str) -> None:
        line = self.weir.read_again()
        self.assertEqual((line["event"], line["level"]), ("reload_refused", "error"), line)
        self.assertRegex(line["problems"], said)
        reason = self.weir.degraded()[PART]
        self.assertRegex(reason, said)
        self.assertIn("the one before stays in force", reason)
        self.assertEqual(teller(self.weir.ask("moving")), "a")

    def assert_taken_again(self) -> None:
        self.clear()
        self.weir.put_in_force(self.weir.settings)
        self.assertEqual(self.weir.degraded(), {})

    def test_a_file_with_a_mistake(self):
        elsewhere = json.dumps({"models": {"moving": deployed_at(self.b)}})[1:-1]
        for name, (mistake, said) in MISTAKES.items():
            with self.subTest(name):
                providers = json.dumps({"providers": self.weir.settings["providers"]})[1:-1]
                rest = elsewhere if "providers" in mistake else f"{elsewhere}\n{providers}"
                self.weir.write(mistake + rest + "\n")
                self.assert_refused(said)
                self.assert_taken_again()

    def test_what_is_no_file(self):
        for name, (put, said) in NO_FILES.items():
            with self.subTest(name):
                self.clear()
                put(self.weir.file)
                self.assert_refused(said)
                self.assert_taken_again()

    def test_of_many_mistakes_the_log_has_all_and_readyz_the_first(self):
        self.weir.write("drain: 5\nmodles: {}\n")
        line = self.weir.read_again()
        self.assertEqual(len(line["problems"].splitlines()), 2)
        self.assertIn("weir.yaml:1:8: drain: ", self.weir.degraded()[PART])
        self.assertNotIn("modles", self.weir.degraded()[PART])

    def test_the_reason_is_that_of_the_last_one(self):
        for mistake in ("drain: 5\n", "modles: {}\n"):
            self.weir.write(mistake)
            self.weir.read_again()
        self.assertIn("modles", self.weir.degraded()[PART])

    def test_a_refused_one_changes_nothing_for_calls_under_way_and_answers_kept(self):
        with self.weir.client() as client:
            self.weir.ask("still", temperature=0)
            self.weir.write("drain: 5\n")
            self.weir.read_again()
            self.assertEqual(client.get("/livez").status, 200)
        self.weir.ask("still", temperature=0)
        self.assertEqual(len(self.a.calls), 1)
        self.assertEqual(self.a.connections, 1)


if __name__ == "__main__":
    unittest.main()
