"""Runs the program with any arguments: for suites that look at a start, at what it prints, or at `weir mock`."""

import json
import os
import pathlib
import re
import signal
import subprocess
import tempfile
from typing import NamedTuple

from .http1 import Client
from .weir import BUGS, PROGRAM, wait_until

LISTENS = re.compile(r"listens on https?://[^ ]*:(\d+)")
PATIENCE_FOR_AN_END = 30.0
# What would configure weir by itself, or send its calls elsewhere.
NOT_OURS = re.compile(r"_API_KEY$|_BASE_URL$|^SSL_CERT_|_proxy$", re.IGNORECASE)


def environment(more: dict[str, str] | None = None) -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not NOT_OURS.search(name)} | (more or {})


class Ended(NamedTuple):
    code: int
    out: str
    err: str


def run(*arguments: str, folder: pathlib.Path | str | None = None, variables: dict | None = None) -> Ended:
    """Runs to its end a command that is expected to have one."""
    done = subprocess.run([PROGRAM, *arguments], cwd=folder, env=environment(variables), capture_output=True,
                          text=True, timeout=PATIENCE_FOR_AN_END, check=False)
    return Ended(done.returncode, done.stdout, done.stderr)


class Program:
    """A subcommand that listens, in a folder of its own; `with Program("serve", "--listen", "127.0.0.1:0") as weir:`.

    `files` are written into the folder first: text as it is, anything else as JSON, which is YAML too. `program`
    is another weir than the one that was built, as an installed one.
    """

    def __init__(self, *arguments: str, files: dict | None = None, variables: dict[str, str] | None = None,
                 program: str | pathlib.Path = PROGRAM):
        self._temporary = tempfile.TemporaryDirectory(prefix="weir-test-")
        self.folder = pathlib.Path(self._temporary.name)
        for name, content in (files or {}).items():
            (self.folder / name).write_text(content if isinstance(content, str) else json.dumps(content))
        with (self.folder / "out").open("wb") as out, (self.folder / "err").open("wb") as err:
            self._process = subprocess.Popen([program, *arguments], cwd=self.folder, env=environment(variables),
                                             stdout=out, stderr=err)
        try:
            wait_until(self._listens, f"weir {arguments[0]} to say where it listens")
        except BaseException as failed:
            self._kill()
            raise AssertionError(f"{failed}\n{self.out()}{self.err()}") from failed
        self.port = int(LISTENS.search(self.out())[1])

    def _listens(self) -> bool:
        if self._process.poll() is not None:
            raise AssertionError(f"it ended with exit code {self._process.returncode}")
        return bool(LISTENS.search(self.out()))

    def __enter__(self) -> "Program":
        return self

    def __exit__(self, kind, *_) -> None:
        code = self.stop()
        bugs = [line for line in self.err().splitlines() if BUGS.search(line)]
        self._temporary.cleanup()
        if kind is None:
            assert not bugs, "the log names a bug:\n" + "\n".join(bugs[:20])
            assert code == 0, f"the program ended with exit code {code}"

    @property
    def pid(self) -> int:
        return self._process.pid

    def out(self) -> str:
        return (self.folder / "out").read_text(errors="replace")

    def err(self) -> str:
        return (self.folder / "err").read_text(errors="replace")

    def client(self) -> Client:
        return Client(self.port)

    def open_descriptors(self) -> int:
        return len(os.listdir(f"/proc/{self.pid}/fd"))

    def stop(self) -> int:
        """Its exit code, once it was told to end."""
        if self._process.returncode is None:
            self._process.send_signal(signal.SIGTERM)
            try:
                self._process.wait(PATIENCE_FOR_AN_END)
            except subprocess.TimeoutExpired:
                self._kill()
        return self._process.returncode

    def die(self) -> None:
        """Ends in the middle of whatever it does."""
        self._kill()
        self._temporary.cleanup()

    def _kill(self) -> None:
        self._process.kill()
        self._process.wait()


class Mock(Program):
    """`weir mock`: a simulated provider with a process of its own."""

    def __init__(self, port: int = 0):
        super().__init__("mock", "--listen", f"127.0.0.1:{port}")
        self._desk = self.client()

    def __exit__(self, *about) -> None:
        self._desk.close()
        super().__exit__(*about)

    def die(self) -> None:
        self._desk.close()
        super().die()

    def _take(self, what: str, body: dict) -> None:
        answer = self._desk.ask(f"/_mock/{what}", body)
        assert answer.status == 200, answer.body.decode()

    def behave(self, script: dict) -> None:
        """Replaces the script."""
        self._take("script", script)

    def script(self, script: dict) -> None:
        """Replaces the script, and counts calls from 1 again, in the ledger too."""
        self.behave(script)
        self._take("reset", {})

    def ledger(self) -> dict:
        return self._desk.get("/_mock/ledger").json()

    def calls(self) -> list:
        return self._desk.get("/_mock/calls").json()
