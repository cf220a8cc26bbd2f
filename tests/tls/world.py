"""A provider behind TLS, and weir with authorities of the test's own."""

import pathlib
import socket
import ssl

from certificates import Pair
from harness.http1 import PATIENCE, Client
from harness.upstream import Answer, Upstream
from harness.weir import ONE_ATTEMPT, Weir

PROVIDERS_KEY = "providers-key-0815"


class TlsUpstream(Upstream):
    """Keeps the server names that were asked for, and the handshakes that came to nothing."""

    def __init__(self, answer: Answer, pair: Pair, newest: ssl.TLSVersion = ssl.TLSVersion.MAXIMUM_SUPPORTED):
        self.names: list[str | None] = []
        self.failed_handshakes: list[str] = []
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(pair.certificate, pair.key)
        if newest is ssl.TLSVersion.TLSv1_1:
            self._context.minimum_version = newest
            self._context.set_ciphers("ALL:@SECLEVEL=0")
        self._context.maximum_version = newest
        self._context.sni_callback = lambda _socket, name, _context: self.names.append(name)
        super().__init__(answer)

    def _serve(self, connection: socket.socket, number: int) -> None:
        try:
            encrypted = self._context.wrap_socket(connection, server_side=True)
        except OSError as failed:  # ssl.SSLError is one
            self.failed_handshakes.append(str(failed))
            connection.close()
            return
        super()._serve(encrypted, number)

    def url(self, path: str = "", host: str = "localhost") -> str:
        return f"https://{host}:{self.port}{path}"


class TlsClient(Client):
    """A connection to weir by its name, with its certificate checked against `authority`."""

    def __init__(self, port: int, authority: pathlib.Path, **limits: ssl.TLSVersion):
        super().__init__(port)
        context = ssl.create_default_context(cafile=str(authority))
        for name, version in limits.items():
            setattr(context, name, version)
        try:
            self.socket = context.wrap_socket(self.socket, server_hostname="localhost")
        except BaseException:
            self.close()
            raise

    def end_properly(self) -> None:
        """close_notify, and waits for weir's."""
        self.socket.settimeout(PATIENCE)
        self.socket.unwrap().close()


class TrustingWeir(Weir):
    """Weir whose system authorities are one of the test's."""

    def __init__(self, settings: dict, authority: pathlib.Path):
        self._authority = authority
        super().__init__(settings)

    def _environment(self) -> dict[str, str]:
        return Weir._environment() | {"SSL_CERT_FILE": str(self._authority), "SSL_CERT_DIR": "/nonexistent"}


class ListeningWeir(TrustingWeir):
    """Weir that listens with a certificate."""

    def __init__(self, settings: dict, authority: pathlib.Path, pair: Pair):
        tls = {"tls": {"certificate": str(pair.certificate), "key": str(pair.key)}}
        super().__init__(settings | {"listener": settings.get("listener", {}) | tls}, authority)

    def _is_ready(self) -> bool:
        with self.client() as client:
            return client.get("/readyz").status == 200

    def client(self, **limits: ssl.TLSVersion) -> TlsClient:
        return TlsClient(self.port, self._authority, **limits)


def settings_for(upstream_url: str, **of_provider) -> dict:
    """Both dialects at one upstream."""
    key = {"keys": [{"name": "main", "value": PROVIDERS_KEY}]} | of_provider
    return ONE_ATTEMPT | {
        "providers": {"openai": {"kind": "openai", "base_url": upstream_url + "/v1"} | key,
                      "anthropic": {"kind": "anthropic", "base_url": upstream_url} | key},
        "models": {model: {"deployments": [{"provider": provider, "model": model}]}
                   for model, provider in {"gpt": "openai", "claude": "anthropic"}.items()},
    }
