"""Holds that a start which can't succeed is refused at once: exit code 2, one clear sentence on stderr that names what
is wrong, nothing on stdout, nobody listening, and nothing used up that a later start needs.
"""

import os
import pathlib
import socket
import stat
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parents[1]))

from harness.program import Program, run  # noqa: E402

KEY_LINE = "shown once"


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


class Refused(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))
        self.port = free_port()

    def assert_refused(self, *arguments: str, names: list[str], **variables: str) -> None:
        ended = run("serve", "--data-dir", "data", *arguments, folder=self.folder, variables=variables)
        self.assertEqual((ended.code, ended.out), (2, ""), ended.err)
        self.assertEqual(len(ended.err.splitlines()), 1, ended.err)
        for name in names:
            self.assertIn(name, ended.err)

    def refuse_file(self, text: str, names: list[str]) -> None:
        (self.folder / "weir.yaml").write_text(f"listen: 127.0.0.1:{self.port}\n" + text)
        self.assert_refused("--config", "weir.yaml", names=names)
        with self.assertRaises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", self.port)).close()

    def test_a_port_that_somebody_else_has(self):
        with socket.create_server(("127.0.0.1", self.port)):
            self.assert_refused("--listen", f"127.0.0.1:{self.port}", names=[f"127.0.0.1:{self.port}", "in use"])

    def test_a_port_that_another_weir_has(self):
        with Program("serve", "--listen", "127.0.0.1:0") as other:
            address = f"127.0.0.1:{other.port}"
            self.assert_refused("--listen", address, names=[address, "in use"])
            mock = run("mock", "--listen", address)
            self.assertEqual((mock.code, mock.out), (2, ""), mock.err)
            self.assertIn("in use", mock.err)

    def test_an_address_that_this_machine_has_not(self):
        self.assert_refused("--listen", "[::1%1]:4000", names=["--listen"])
        (self.folder / "weir.yaml").write_text(f"listen: 192.0.2.1:{self.port}\nauth: {{ master_key: k }}\n")
        self.assert_refused("--config", "weir.yaml", names=[f"192.0.2.1:{self.port}"])

    def test_an_address_that_is_open_to_others_without_a_key(self):
        for address in (f"0.0.0.0:{self.port}", f"[::]:{self.port}"):
            with self.subTest(address):
                self.assert_refused("--listen", address, names=[address, "auth.master_key"])
        (self.folder / "weir.yaml").write_text(f"listen: 0.0.0.0:{self.port}\n")
        self.assert_refused("--config", "weir.yaml", names=["weir.yaml:1:9", "auth.master_key"])

    def test_a_certificate_that_is_not_there(self):
        self.refuse_file("listener: { tls: { certificate: no.pem, key: no.key } }\n",
                         ["listener.tls", "certificate", "No such file"])

    def test_a_certificate_that_is_none(self):
        (self.folder / "bad.pem").write_text("no certificate\n")
        self.refuse_file("listener: { tls: { certificate: bad.pem, key: bad.pem } }\n", ["listener.tls", "certificate"])

    def test_a_certificate_without_its_key(self):
        self.refuse_file("listener: { tls: { certificate: a.pem } }\n", ["listener.tls", "key"])

    def test_a_missing_environment_variable(self):
        self.refuse_file("auth: { master_key: \"${NO_SUCH_VARIABLE_HERE}\" }\n",
                         ["weir.yaml:2:21", "NO_SUCH_VARIABLE_HERE"])

    def test_a_key_in_the_environment_that_is_none(self):
        self.assert_refused("--listen", "127.0.0.1:0", names=["OPENAI_API_KEY"], OPENAI_API_KEY="two words")

    def test_an_unknown_key(self):
        self.refuse_file("listner: {}\n", ["weir.yaml:2:1", "did you mean listener?"])

    def test_no_such_configuration_file(self):
        self.assert_refused("--config", "no-such.yaml", names=["no-such.yaml"])

    def test_a_script_of_the_simulated_provider_that_is_not_there_or_bad(self):
        self.refuse_file("providers: { sim: { kind: simulated, script: no.yaml } }\n", ["script of provider sim"])
        (self.folder / "bad.yaml").write_text("rules:\n  - fault: { kind: refus }\n")
        self.refuse_file("providers: { sim: { kind: simulated, script: bad.yaml } }\n",
                         ["script of provider sim", "line 2", "refuse"])

    def test_a_data_folder_that_can_not_be_made(self):
        (self.folder / "file").write_text("in the way")
        ended = run("serve", "--listen", "127.0.0.1:0", "--data-dir", "file/data", folder=self.folder)
        self.assertEqual((ended.code, ended.out), (2, ""), ended.err)
        self.assertRegex(ended.err, r"^weir: .*file/data.*\n$")

    def test_a_data_folder_that_can_not_be_written(self):
        (self.folder / "data").symlink_to("/proc/self")  # even root may make no file there
        self.assert_refused("--listen", "127.0.0.1:0", names=["data"])


class MasterKeyFile(unittest.TestCase):
    """Made at the first start, for the owner's eyes only, and shown once."""

    def setUp(self):
        self.folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))
        self.file = self.folder / "master_key"

    def start(self, **settings) -> str:
        """What a start says."""
        with Program("serve", "--config", "weir.yaml", "--data-dir", str(self.folder),
                     files={"weir.yaml": {"listen": "127.0.0.1:0"} | settings}) as weir:
            return weir.out()

    def test_it_is_made_for_its_owner_alone_and_shown_once(self):
        before = os.umask(0)
        try:
            greeting = self.start()
        finally:
            os.umask(before)
        self.assertEqual(stat.S_IMODE(self.file.stat().st_mode), 0o600)
        key = self.file.read_text().strip()
        self.assertGreaterEqual(len(key), 32)
        self.assertEqual(greeting.count(key), 1)
        again = self.start()
        self.assertNotIn(key, again)
        self.assertNotIn(KEY_LINE, again)
        self.assertEqual(self.file.read_text().strip(), key)

    def test_two_folders_have_two_keys(self):
        self.start()
        with tempfile.TemporaryDirectory() as other:
            with Program("serve", "--listen", "127.0.0.1:0", "--data-dir", other):
                self.assertNotEqual(pathlib.Path(other, "master_key").read_text(), self.file.read_text())

    def test_none_is_made_where_one_is_configured(self):
        greeting = self.start(auth={"master_key": "sk-configured"})
        self.assertNotIn("sk-configured", greeting)
        self.assertNotIn(KEY_LINE, greeting)
        self.assertFalse(self.file.exists())

    def test_a_start_that_was_refused_does_not_use_up_the_one_time_it_is_shown(self):
        with socket.create_server(("127.0.0.1", 0)) as taken:
            address = f"127.0.0.1:{taken.getsockname()[1]}"
            self.assertEqual(run("serve", "--listen", address, "--data-dir", str(self.folder)).code, 2)
        self.assertIn(KEY_LINE, self.start())


if __name__ == "__main__":
    unittest.main()
