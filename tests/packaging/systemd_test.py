"""Holds that systemd understands the unit and finds it hardened, and that its limits fit weir's own. Nothing is
started: systemd-analyze works where systemd doesn't run."""

import pathlib
import re
import shutil
import tempfile
import unittest

from installed import prefix, run

# Tenths of systemd's points from 0 (safe) to 10 (exposed). What is left: it needs the network, and may raise limits.
EXPOSURE = 15
DRAIN = 30  # seconds, the default
DESCRIPTORS = 16_000 + 4 * 4096  # listener.connections, and connections.max of four providers


class Unit(unittest.TestCase):
    def setUp(self):
        folder = self.enterContext(tempfile.TemporaryDirectory())
        self.unit = pathlib.Path(folder, "weir.service")
        shutil.copy(prefix() / "lib/systemd/system/weir.service", self.unit)

    def setting(self, name: str) -> str:
        return re.search(rf"^{name}=(.*)$", self.unit.read_text(), re.MULTILINE)[1]

    def test_systemd_finds_no_mistake(self):
        ended = run("systemd-analyze", "verify", "--man=no", self.unit)
        self.assertEqual((ended.returncode, ended.stdout + ended.stderr), (0, ""))

    def test_a_mistake_would_be_found(self):
        self.unit.write_text(self.unit.read_text().replace("ProtectSystem=", "ProtectSytem="))
        self.assertIn("ProtectSytem", run("systemd-analyze", "verify", "--man=no", self.unit).stderr)

    def test_it_is_hardened(self):
        ended = run("systemd-analyze", "security", "--no-pager", "--offline=true", f"--threshold={EXPOSURE}", self.unit)
        self.assertEqual(ended.returncode, 0, ended.stdout + ended.stderr)

    def test_running_calls_have_time_to_finish(self):
        self.assertGreater(int(self.setting("TimeoutStopSec")), DRAIN)

    def test_its_connections_fit(self):
        self.assertGreaterEqual(int(self.setting("LimitNOFILE")), DESCRIPTORS)


if __name__ == "__main__":
    unittest.main()
