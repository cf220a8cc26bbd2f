"""Holds that the official JavaScript clients of OpenAI and Anthropic work with nothing but their base URL changed.
javascript_checks.js has the checks; each is reported here as a test of its own."""

import contextlib
import json
import pathlib
import subprocess
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parents[1]))

from gateways import MASTER_KEY, calls_of, fails_at_first, newcomers, scripted  # noqa: E402
from harness.program import environment  # noqa: E402

HERE = pathlib.Path(__file__).parent
NODE = pathlib.Path(sys.executable).with_name("node")
PATIENCE = 100.0
CLIENTS = ("openai", "anthropic")


class JavaScript(unittest.TestCase):
    def test_the_clients(self):
        with contextlib.ExitStack() as gateways:
            start = gateways.enter_context
            recovering = {name: start(scripted(fails_at_first(status=503, retry_after="10ms"))) for name in CLIENTS}
            refusing = {name: start(scripted({"fault": {"kind": "status", "status": 401}})) for name in CLIENTS}
            given = {"newcomers": start(newcomers()).port, "scripted": start(scripted()).port, "masterKey": MASTER_KEY,
                     "recovering": {name: gateway.port for name, gateway in recovering.items()},
                     "refusing": {name: gateway.port for name, gateway in refusing.items()}}
            ended = subprocess.run([NODE, "javascript_checks.js", json.dumps(given)], cwd=HERE, env=environment(),
                                   capture_output=True, text=True, timeout=PATIENCE, check=False)
            self.assertEqual(ended.returncode, 0, ended.stderr)
            *results, last = [json.loads(line) for line in ended.stdout.splitlines()]
            self.assertEqual(last.get("count"), len(results), "all checks have run")
            for result in results:
                with self.subTest(result["name"]):
                    self.assertIsNone(result["error"], result["error"])
            for name in CLIENTS:
                with self.subTest(f"{name}: how often it asked"):
                    self.assertEqual((calls_of(recovering[name]), calls_of(refusing[name])), (2, 1))


if __name__ == "__main__":
    unittest.main()
