"""Holds that THIRD_PARTY.md leaves out nothing that is installed to build or to test."""

import json
import pathlib
import re
import unittest

ROOT = pathlib.Path(__file__).parents[2]
NAMED = set(re.findall(r"`([^`]+)`", (ROOT / "THIRD_PARTY.md").read_text()))


def debian_packages() -> set[str]:
    """What script/install says in its function packages_of."""
    body = re.search(r"^packages_of\(\) \{(.*?)^\}", (ROOT / "script/install").read_text(), re.MULTILINE | re.DOTALL)[1]
    echoed = re.findall(r"\becho ((?:[^;\\\n]|\\\n)+)", body)
    return {name for words in echoed for name in words.replace("\\\n", " ").split()}


def python_packages() -> set[str]:
    lines = (ROOT / "tests/python/requirements.txt").read_text().splitlines()
    return {line.partition("==")[0] for line in lines if line and not line.startswith("#")}


def node_packages() -> set[str]:
    lock = json.loads((ROOT / "tests/sdk/package-lock.json").read_text())
    return {place.removeprefix("node_modules/") for place in lock["packages"] if place}


class ThirdParty(unittest.TestCase):
    def test_it_names_all_that_is_installed(self):
        for packages, one in [(debian_packages(), "libssl-dev"), (python_packages(), "openai"),
                              (node_packages(), "openai")]:
            with self.subTest(like=one):
                self.assertIn(one, packages)
                self.assertEqual(packages - NAMED, set())


if __name__ == "__main__":
    unittest.main()
