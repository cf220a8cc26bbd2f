"""The three servers of a measurement, on free loopback ports in a temporary folder that goes with them."""

import contextlib
import dataclasses
import http.client
import os
import pathlib
import resource
import shutil
import socket
import string
import sys
import tempfile
from types import MappingProxyType
from typing import Iterator, Mapping

from figures import Failure
from processes import Server, wait_for
from provider import answer

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent
MEMORY = pathlib.Path("/dev/shm")  # a file system that is memory


def program() -> pathlib.Path:
    path = pathlib.Path(os.environ.get("WEIR_PROGRAM") or ROOT / "build/release/weir").resolve()
    if not os.access(path, os.X_OK):
        raise Failure(f"{path} is no program. Build it with script/run --build-only, or set WEIR_PROGRAM.")
    return path


def required(name: str, package: str) -> str:
    """The path of a program, which Debian may have put where only root looks."""
    found = shutil.which(name, path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin")
    if not found:
        raise Failure(f"{name} is missing: apt-get install {package}")
    return found


def allow_descriptors() -> int:
    """As many open files as this user may have; the servers inherit it."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    return min(hard, 1_000_000) if hard != resource.RLIM_INFINITY else 1_000_000


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def answers(port: int, path: str) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", path)
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


@dataclasses.dataclass(frozen=True)
class Start:
    """How a weir is started, where it is not as usual."""

    name: str = "weir"  # of its log, settings and data: two at once differ
    settings: str = ""  # more lines of its configuration
    command: list[str] | None = None  # another program, or one under valgrind
    seconds: float = 10  # until it must answer


class Bench:
    """Starts servers and remembers them. A context: at its end, however it ends, they end with it."""

    def __init__(self) -> None:
        self._exits = contextlib.ExitStack()
        self.descriptors = allow_descriptors()

    def __enter__(self) -> "Bench":
        with contextlib.ExitStack() as exits:
            self.folder = self._temporary_folder(exits)
            self._in_memory = self._temporary_folder(exits, MEMORY if MEMORY.is_dir() else None)
            self._exits = exits.pop_all()
        return self

    @staticmethod
    def _temporary_folder(exits: contextlib.ExitStack, parent: pathlib.Path | None = None) -> pathlib.Path:
        folder = tempfile.TemporaryDirectory(prefix="weir-bench-", dir=parent)
        return pathlib.Path(exits.enter_context(folder))

    def __exit__(self, *exception: object) -> None:
        self._exits.close()

    @contextlib.contextmanager
    def one_after_another(self) -> Iterator[None]:
        """Servers that are started inside end at its end."""
        outer, self._exits = self._exits, contextlib.ExitStack()
        try:
            yield
        finally:
            self._exits.close()
            self._exits = outer

    def start(self, name: str, command: list[str],
              environment: Mapping[str, str] = MappingProxyType({})) -> Server:
        server = Server(name, command, self.folder, environment)
        self._exits.callback(server.stop)
        return server

    def _write(self, template: str, **values: object) -> pathlib.Path:
        values.setdefault("user", "user root;" if os.geteuid() == 0 else "")
        text = string.Template((HERE / "config" / template).read_text()).substitute(values)
        name = f"{values['name']}-{template}" if "name" in values else template
        written = self.folder / name
        written.write_text(text)
        return written

    def _start_nginx(self, name: str, config: pathlib.Path, port: int) -> Server:
        nginx = required("nginx", "nginx-light")
        server = self.start(name, [nginx, "-p", str(self.folder), "-e", f"{name}.err", "-c", str(config)])
        wait_for(lambda: listens(port), f"{name}: listening", 10, server)
        return server

    def start_upstream(self, name: str = "upstream") -> int:
        """The provider that answers at once. Its port."""
        port = free_port()
        config = self._write("upstream.conf", name=name, port=port, answer=answer())
        self._start_nginx(name, config, port)
        return port

    def start_stream_upstream(self) -> int:
        """The provider that streams. Its port."""
        port = free_port()
        server = self.start("stream-upstream", [sys.executable, str(HERE / "stream_upstream.py"), str(port)])
        wait_for(lambda: listens(port), "the streaming provider: listening", 10, server)
        return port

    def start_nginx(self, upstream: int, buffering: str = "on") -> tuple[Server, int]:
        port = free_port()
        config = self._write("proxy.conf", port=port, upstream=upstream, buffering=buffering,
                             descriptors=self.descriptors)
        return self._start_nginx("nginx", config, port), port

    def start_nginx_cache(self, upstream: int) -> tuple[Server, int]:
        port = free_port()
        config = self._write("cache.conf", port=port, upstream=upstream, memory=self._in_memory,
                             descriptors=self.descriptors)
        return self._start_nginx("nginx-cache", config, port), port

    def start_weir(self, upstream: int, started: Start = Start()) -> tuple[Server, int]:
        """Its log goes to a file, as nginx's does."""
        port, name = free_port(), started.name
        config = self.weir_config(upstream, started, port)
        command = [*(started.command or [str(program())]), "serve", "--config", str(config)]
        server = self.start(name, command)
        wait_for(lambda: answers(port, "/livez"), f"{name}: answering /livez", started.seconds, server,
                 pause=0.0005)
        return server, port

    def weir_config(self, upstream: int, started: Start, port: int = 1) -> pathlib.Path:
        return self._write("weir.yaml", name=started.name, port=port, upstream=upstream,
                           settings=started.settings)
