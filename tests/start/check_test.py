"""Holds that `weir check` names file, line, column and key of each mistake, the nearest key where one was meant, and
never a secret; that it exits 0 for a good file and 2 for a bad one."""

import pathlib
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parents[1]))

from harness.program import Ended, run  # noqa: E402

SECRET = "sk-secret-canary-0815"
GOOD = """\
listen: 127.0.0.1:4000
auth: { master_key: "${MASTER:-sk-fallback}" }
providers:
  openai: { kind: openai, keys: [ { name: main, value: "${OPENAI_KEY}" } ] }
  house:  { kind: openai, base_url: "http://127.0.0.1:9009/v1", timeouts: { first_byte: 5m } }
models:
  gpt-4o-mini:
    deployments:
      - { provider: openai, model: gpt-4o-mini, weight: 3 }
      - { provider: house, model: llama }
  "openai/*": { provider: openai }
"""
# A file, and for each of its mistakes: where it is, its key, and words that its sentence must hold.
MISTAKES = [
    ("an unknown key",
     "listen: 127.0.0.1:4000\nproviders:\n  a: { kind: simulated }\nmodles: {}\n",
     [("4:1", "modles", ["did you mean models?"])]),
    ("an unknown key deep inside",
     "providers:\n  a:\n    kind: openai\n    base_url: http://127.0.0.1:1/v1\n    timeouts:\n      first_bite: 5s\n",
     [("6:7", "providers.a.timeouts.first_bite", ["did you mean first_byte?"])]),
    ("a word that is none of those there are",
     "providers:\n  a: { kind: opnai }\n",
     [("2:14", "providers.a.kind", ["opnai", "did you mean openai?"])]),
    ("a time without its unit",
     "drain: 5\n",
     [("1:8", "drain", ["unit"])]),
    ("a number out of bounds",
     "listener:\n  request:\n    headers: 0\n",
     [("3:14", "listener.request.headers", ["1"])]),
    ("a provider that isn't there",
     "providers:\n  house: { kind: simulated }\nmodels:\n  m: { deployments: [ { provider: hose, model: x } ] }\n",
     [("4:35", "models.m.deployments[0].provider", ["hose", "did you mean house?"])]),
    ("a missing variable of the environment",
     "auth: { master_key: \"${NO_SUCH_VARIABLE_HERE}\" }\n",
     [("1:21", "auth.master_key", ["NO_SUCH_VARIABLE_HERE"])]),
    ("a missing file of a secret",
     "auth: { master_key: \"${file:no-such-secret}\" }\n",
     [("1:21", "auth.master_key", ["no-such-secret"])]),
    ("a key that is written twice",
     "drain: 5s\ndrain: 6s\n",
     [("2:1", "drain", [])]),
    ("a setting that is not built yet",
     "cache: { redis: { url: \"redis://127.0.0.1\" } }\n",
     [("1:10", "cache.redis", ["not built yet"])]),
    ("an address that is open to others",
     "listen: 0.0.0.0:4000\n",
     [("1:9", "listen", ["auth.master_key"])]),
    ("what is no YAML",
     "providers: [ 1\nmodels: 2\n",
     [("2:7", "", [])]),
    ("three mistakes at once",
     "drain: soon\nworkers: -1\nproviders: { a: { kind: simulated, keys: [ { name: x, value: y } ] } }\n",
     [("1:8", "drain", []), ("2:10", "workers", []), ("3:", "providers.a.keys", [])]),
]


class Check(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))

    def check(self, text: str, **variables: str) -> Ended:
        (self.folder / "weir.yaml").write_text(text)
        return run("check", "weir.yaml", folder=self.folder, variables=variables)

    def test_a_good_file_is_fine(self):
        ended = self.check(GOOD, OPENAI_KEY=SECRET)
        self.assertEqual((ended.code, ended.err), (0, ""))
        self.assertIn("weir.yaml", ended.out)
        self.assertNotIn(SECRET, ended.out)

    def test_each_mistake_is_found_where_it_is(self):
        for name, text, expected in MISTAKES:
            with self.subTest(name):
                ended = self.check(text)
                self.assertEqual((ended.code, ended.out), (2, ""))
                lines = ended.err.splitlines()
                self.assertEqual(len(lines), len(expected), ended.err)
                for line, (place, key, words) in zip(lines, expected):
                    start = f"weir.yaml:{place}"
                    self.assertTrue(line.startswith(start), f"{line!r} does not start with {start!r}")
                    self.assertIn(f" {key}: " if key else ": ", line)
                    for word in words:
                        self.assertIn(word, line)

    def test_a_file_that_is_not_there(self):
        ended = run("check", "no-such.yaml", folder=self.folder)
        self.assertEqual((ended.code, ended.out), (2, ""))
        self.assertRegex(ended.err, r"^no-such\.yaml: .*\n$")

    def test_a_folder_is_no_file(self):
        ended = run("check", ".", folder=self.folder)
        self.assertEqual((ended.code, ended.out), (2, ""))
        self.assertEqual(len(ended.err.splitlines()), 1, ended.err)

    def test_no_mistake_shows_a_secret(self):
        spoilt = [
            f'auth: {{ master_key: "{SECRET} with a space" }}\n',
            f'auth: {{ master_key: [ "{SECRET}" ] }}\n',
            f'auth: {{ master_key: {{ {SECRET}: 1 }} }}\n',
            f'providers: {{ a: {{ kind: openai, keys: [ {{ name: main, value: "{SECRET}\\n" }} ] }} }}\n',
            f'providers: {{ a: {{ kind: openai, keys: "{SECRET}" }} }}\n',
            f'providers: {{ a: {{ kind: openai, base_url: "http://me:{SECRET}@127.0.0.1/v1" }} }}\n',
            'providers: { a: { kind: openai, keys: [ { name: main, value: "${KEY} " } ] } }\n',
            'providers: { a: { kind: "${KEY}" } }\n',
        ]
        for text in spoilt:
            with self.subTest(text):
                ended = self.check(text, KEY=SECRET)
                self.assertEqual(ended.code, 2, ended.out)
                self.assertNotIn(SECRET, ended.out + ended.err)


if __name__ == "__main__":
    unittest.main()
