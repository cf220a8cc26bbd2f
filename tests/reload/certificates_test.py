"""Holds that a renewed certificate is taken by a reload: new connections get it, and those that stand go on with the
old one; and that one which doesn't fit its key is refused with the old one in force."""

import pathlib
import shutil
import sys
import unittest

from operated import Operated, Provider, settings_for, teller  # finds the others

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "tls"))

from certificates import Authority, Pair  # noqa: E402
from harness.world import OPENAI  # noqa: E402
from world import TlsClient  # noqa: E402

QUESTION = OPENAI.body() | {"model": "moving"}


class Encrypted(Operated):
    def __init__(self, settings: dict, authority: Authority, pair: Pair):
        self._authority = authority
        files = {"certificate": pair.certificate.read_text(), "key": pair.key.read_text()}
        super().__init__(settings | {"listener": {"tls": {"certificate": "certificate", "key": "key"}}}, files=files)

    def put(self, certificate: pathlib.Path, key: pathlib.Path) -> None:
        shutil.copy(certificate, self.folder / "certificate")
        shutil.copy(key, self.folder / "key")

    def client(self) -> TlsClient:
        return TlsClient(self.port, self._authority.own.certificate)


class Renewing(unittest.TestCase):
    def setUp(self):
        self.authority = self.enterContext(Authority("ours"))
        self.old, self.new = (self.authority.issue(name, "DNS:localhost") for name in ("old", "new"))
        self.a, self.b = (self.enterContext(Provider(name)) for name in "ab")
        self.weir = self.enterContext(Encrypted(settings_for(self.a, self.b), self.authority, self.old))

    @staticmethod
    def name_in(client: TlsClient) -> str:
        return dict(part for [part] in client.socket.getpeercert()["subject"])["commonName"]

    def shown(self) -> str:
        with self.weir.client() as client:
            return self.name_in(client)

    def test_new_connections_get_the_new_one_and_old_ones_go_on(self):
        with self.weir.client() as before:
            self.assertEqual(teller(before.ask(OPENAI.path, QUESTION)), "a")
            self.weir.put(*self.new)
            self.assertEqual(self.shown(), "old", "not before it is told to")
            self.assertEqual(self.weir.read_again()["event"], "reloaded")
            self.assertEqual(self.shown(), "new")
            self.assertEqual(teller(before.ask(OPENAI.path, QUESTION)), "a")
            self.assertEqual(self.name_in(before), "old")

    def test_one_that_does_not_fit_its_key_is_refused(self):
        for name, pair, said in [
            ("of another key", (self.new.certificate, self.old.key), "can't use the key"),
            ("no certificate", (self.new.key, self.new.key), "can't use the certificate"),
        ]:
            with self.subTest(name):
                self.weir.put(*pair)
                line = self.weir.read_again()
                self.assertEqual(line["event"], "reload_refused")
                self.assertIn(f"listener.tls: {said}", line["problems"])
                self.assertIn(f"listener.tls: {said}", self.weir.degraded()["configuration"])
                self.assertEqual(self.shown(), "old")
        self.weir.put(*self.new)
        self.assertEqual(self.weir.read_again()["event"], "reloaded")
        self.assertEqual((self.shown(), self.weir.degraded()), ("new", {}))

    def test_a_folder_with_other_certificates_needs_a_restart(self):
        line_of = {"event": "reload_refused", "problems": "listener.tls.key: takes effect only by a restart"}
        self.weir.write(self.weir.settings | {"listener": {"tls": {"certificate": "certificate", "key": "other"}}})
        line = self.weir.read_again()
        self.assertEqual({name: line[name] for name in line_of}, line_of)


if __name__ == "__main__":
    unittest.main()
