"""Holds how the log looks: JSON lines when no terminal reads them, plain ones for people, and a failure under the id
that its caller was told. (What must never be in it: tests/canaries.)
"""

import json
import os
import pathlib
import pty
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parents[1]))

from harness.upstream import whole  # noqa: E402
from harness.weir import PROGRAM, wait_until  # noqa: E402
from harness.world import World  # noqa: E402


class Json(unittest.TestCase):
    def setUp(self):
        self.world = self.enterContext(World(lambda call: call.send(whole(b"{}", self.status)), log={"level": "debug"}))
        self.status = 200

    def test_each_line_is_an_object_with_time_level_and_event(self):
        for self.status in (200, 400, 401, 429, 500, 503):
            self.world.ask()
        self.world.weir.stop()
        lines = self.world.weir.log().splitlines()
        self.assertGreaterEqual(len(lines), 6)
        for line in lines:
            entry = json.loads(line)
            self.assertRegex(entry["time"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$")
            self.assertIn(entry["level"], {"debug", "info", "warning", "error"})
            self.assertRegex(entry["event"], r"^[a-z_]+$")

    def test_a_failure_is_logged_under_the_request_id_that_its_caller_was_told(self):
        self.status = 500
        request_id = self.world.ask().json()["error"]["request_id"]
        wait_until(lambda: request_id in self.world.weir.log(), "the failure in the log")


class OnATerminal(unittest.TestCase):
    def test_a_person_gets_plain_lines(self):
        ours, its = pty.openpty()
        with tempfile.TemporaryDirectory() as folder:
            process = subprocess.Popen([PROGRAM, "serve", "--listen", "127.0.0.1:0", "--data-dir", folder],
                                       stdout=subprocess.PIPE, stderr=its)
            try:
                self.assertIn(b"listens on", process.stdout.readline())
            finally:
                process.terminate()
                process.communicate()
        os.close(its)
        text = os.read(ours, 1 << 16).decode()
        os.close(ours)
        self.assertRegex(text, r"(?m)^\S+Z info +draining\r?$")


if __name__ == "__main__":
    unittest.main()
