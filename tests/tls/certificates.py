"""Certificates of a run's own, made with openssl: authorities, and servers of good and bad standing."""

import pathlib
import subprocess
import tempfile
from typing import NamedTuple


class Pair(NamedTuple):
    certificate: pathlib.Path
    key: pathlib.Path


class Authority:
    """Issues certificates into a folder that goes away with it."""

    def __init__(self, name: str):
        self._temporary = tempfile.TemporaryDirectory(prefix="weir-tls-")
        self._folder = pathlib.Path(self._temporary.name)
        (self._folder / "index").write_text("")
        (self._folder / "settings").write_text(
            "[ca]\ndefault_ca = ours\n[ours]\n"
            f"database = {self._folder}/index\nnew_certs_dir = {self._folder}\nrand_serial = yes\n"
            f"certificate = {self._folder}/ca.pem\nprivate_key = {self._folder}/ca.key\n"
            "default_md = sha256\npolicy = any\nunique_subject = no\n[any]\ncommonName = supplied\n")
        self.own = Pair(self._folder / "ca.pem", self._folder / "ca.key")
        self._openssl("req", "-x509", *self._new_key(self.own.key), "-out", str(self.own.certificate),
                      "-subj", f"/CN={name}", "-days", "30", "-addext", "basicConstraints=critical,CA:TRUE")

    def __enter__(self) -> "Authority":
        return self

    def __exit__(self, *_) -> None:
        self._temporary.cleanup()

    @staticmethod
    def _new_key(file: pathlib.Path) -> list[str]:
        return ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", str(file)]

    @staticmethod
    def _openssl(*arguments: str) -> None:
        done = subprocess.run(["openssl", *arguments], capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"openssl {arguments[0]}: {done.stderr}"

    def issue(self, name: str, names: str, first_day: str = "20200101", last_day: str = "20491231") -> Pair:
        """A server's certificate for `names`, such as "DNS:localhost,IP:127.0.0.1"."""
        pair = Pair(self._folder / f"{name}.pem", self._folder / f"{name}.key")
        request, extensions = self._folder / f"{name}.csr", self._folder / f"{name}.ext"
        extensions.write_text(f"subjectAltName = {names}\nextendedKeyUsage = serverAuth\n")
        self._openssl("req", *self._new_key(pair.key), "-out", str(request), "-subj", f"/CN={name}")
        self._openssl("ca", "-batch", "-notext", "-config", str(self._folder / "settings"), "-in", str(request),
                      "-out", str(pair.certificate), "-extfile", str(extensions),
                      "-startdate", f"{first_day}000000Z", "-enddate", f"{last_day}000000Z")
        return pair
