"""Holds that every block of README.md runs as it is written, against a weir that was started as script/run starts it,
and prints what it claims to print; and that `weir check` accepts every configuration that is shown or given."""

import json
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parents[1]))

from blocks import ROOT, Block, blocks, command  # noqa: E402
from harness.program import Program, environment, run  # noqa: E402

README = (ROOT / "README.md").read_text()
ADDRESS = "127.0.0.1:4000"
PATIENCE = 60.0
# A block by its first line, and why it is not run here.
NOT_RUN = {"script/run": "installs and builds; tests/fresh-machine/run does it in a bare root"}
# What differs from run to run in what a block prints.
VARIES = [(r"ttl=\d+", "ttl=…"), (r"age: \d+", "age: …"), (r"req_\w+", "req_…")]
# Settings with keys in them name these variables.
KEYS = {"OPENAI_API_KEY": "sk-readme-1", "ANTHROPIC_API_KEY": "sk-readme-2"}
EXAMPLES = sorted((ROOT / "examples").glob("*.yaml"))
# What the simulated provider does; `weir mock` reads it.
SCRIPTS = {"rough-day.yaml"}


def same_in_every_run(text: str) -> str:
    for pattern, instead in VARIES:
        text = re.sub(pattern, instead, text)
    return text.replace("\r", "").strip()


class Blocks(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))

    def run_block(self, block: Block, port: int) -> str:
        here = block._replace(text=block.text.replace(ADDRESS, f"127.0.0.1:{port}"))
        folder = ROOT / "tests/sdk" if block.language == "javascript" else self.folder
        ended = subprocess.run(command(here), input=here.text, cwd=folder, env=environment(), capture_output=True,
                               text=True, timeout=PATIENCE, check=False)
        self.assertEqual(ended.returncode, 0, ended.stdout + ended.stderr)
        return ended.stdout

    def check(self, text: str) -> None:
        (self.folder / "weir.yaml").write_text(text)
        ended = run("check", "weir.yaml", folder=self.folder, variables=KEYS)
        self.assertEqual((ended.code, ended.err), (0, ""))

    def hold(self, block: Block, port: int) -> None:
        match block.language:
            case "yaml":
                self.check(block.text)
            case "json":
                json.loads(block.text)
            case _:
                said = self.run_block(block, port)
                if block.output is not None:
                    self.assertEqual(same_in_every_run(said), same_in_every_run(block.output))

    def test_each_runs_and_prints_what_it_claims(self):
        found = blocks(README)
        self.assertGreaterEqual({block.language for block in found}, {"sh", "python", "javascript", "yaml"})
        with Program("serve", "--listen", "127.0.0.1:0") as weir:
            for block in found:
                if block.text.split("\n")[0] in NOT_RUN:
                    continue
                with self.subTest(line=block.line, language=block.language):
                    self.hold(block, weir.port)

    def test_blocks_that_are_not_run_are_there(self):
        first_lines = {block.text.split("\n")[0] for block in blocks(README)}
        self.assertLessEqual(set(NOT_RUN), first_lines)

    def test_the_curl_line_is_the_one_that_script_run_prints(self):
        script = (ROOT / "script/run").read_text()
        says = re.search(r"^say_how_to_call\(\) \{.*?^\}", script, re.MULTILINE | re.DOTALL)[0]
        said = subprocess.run(["bash", "-c", f"bold= plain=\n{says}\nsay_how_to_call http://{ADDRESS}"],
                              capture_output=True, text=True, check=True).stdout
        line = re.search(r"^ *(curl .*)$", said, re.MULTILINE)[1]
        self.assertIn(f"```sh\n{line}\n```", README)


class Examples(unittest.TestCase):
    def test_weir_accepts_each(self):
        self.assertTrue(EXAMPLES)
        for file in EXAMPLES:
            with self.subTest(file.name):
                if file.name in SCRIPTS:
                    with Program("mock", "--listen", "127.0.0.1:0", "--script", str(file)):
                        pass
                else:
                    ended = run("check", f"examples/{file.name}", folder=ROOT, variables=KEYS)
                    self.assertEqual((ended.code, ended.err), (0, ""))


class Reading(unittest.TestCase):
    """The suite's own eyes."""

    def test_a_block_has_its_output_only_when_that_follows_at_once(self):
        text = "```sh\na\n```\n```\nsaid\n```\n\n```sh\nb\n```\nwords\n```\nnot said\n```\n"
        self.assertEqual([(block.text, block.output) for block in blocks(text)], [("a\n", "said\n"), ("b\n", None)])


if __name__ == "__main__":
    unittest.main()
