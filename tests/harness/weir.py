"""Starts the program as a user would, with a configuration in a folder of its own, and ends it by its own pid."""

import json
import os
import pathlib
import re
import resource
import signal
import subprocess
import tempfile
import time
from typing import Callable

from .http1 import PATIENCE, Broken, Client

PROGRAM = os.environ.get("WEIR_PROGRAM") or str(pathlib.Path(__file__).parents[2] / "build/release/weir")
# What may not stand in the log of any test: a bug that was caught, or a sanitizer's report.
BUGS = re.compile(r"\bbug\b|Sanitizer|runtime error:|terminate called", re.IGNORECASE)

# For suites about what becomes of one attempt: settings without which weir would try again, or leave alone what fails.
ONE_ATTEMPT = {"retry": {"attempts": 1}, "breaker": {"enabled": False}}


def sanitized() -> bool:
    """Under sanitizers memory and time are not what users would see."""
    return b"__asan_init" in (binary := pathlib.Path(PROGRAM).read_bytes()) or b"__tsan_init" in binary


def data_folder() -> pathlib.Path:
    """The shared test data; it may not be there."""
    named = os.environ.get("WEIR_TEST_DATA")
    return pathlib.Path(named) if named else pathlib.Path(__file__).parents[3] / "shared" / "data"


def wait_until(condition: Callable[[], object], what: str, patience: float = PATIENCE) -> None:
    """Asks again and again until `condition` holds; fails after `patience` seconds."""
    deadline = time.monotonic() + patience
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError(f"waited {patience:g} s in vain for: {what}")
        time.sleep(0.002)


class Weir:
    """A running gateway.

        with Weir({"providers": …, "models": …}) as weir:
            with Client(weir.port) as client: …

    It must end with exit code 0 within the patience of a test, and its log must name no bug.
    """

    def __init__(self, settings: dict, descriptors: int | None = None):
        self._folder = tempfile.TemporaryDirectory(prefix="weir-test-")
        folder = pathlib.Path(self._folder.name)
        (folder / "weir.yaml").write_text(json.dumps({"listen": "127.0.0.1:0"} | settings))  # JSON is YAML
        self._log = folder / "log"
        self._greeting = folder / "greeting"

        def raise_limit() -> None:
            hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
            resource.setrlimit(resource.RLIMIT_NOFILE, (descriptors or hard, hard))

        with self._log.open("wb") as log, self._greeting.open("wb") as greeting:
            self._process = subprocess.Popen(
                [PROGRAM, "serve", "--config", "weir.yaml", "--data-dir", "data"],
                cwd=folder, stdout=greeting, stderr=log, preexec_fn=raise_limit, env=self._environment())
        self.exit_code: int | None = None
        self._told_to_stop = False  # once is enough: a second signal ends it in the middle of what it does
        try:
            self.port = self._wait_for_port()
            wait_until(self._is_ready, "/readyz")
        except BaseException as failed:
            self.kill()
            raise AssertionError(f"weir did not start: {failed}\n{self.log()}") from failed

    @staticmethod
    def _environment() -> dict[str, str]:
        """The caller's, without what would configure weir by itself."""
        return {name: value for name, value in os.environ.items() if not name.endswith("_API_KEY")}

    def _wait_for_port(self) -> int:
        listens = re.compile(r"listens on https?://[^ ]*:(\d+)")

        def said() -> re.Match[str] | None:
            if self._process.poll() is not None:
                raise AssertionError(f"it ended with exit code {self._process.returncode}")
            return listens.search(self._greeting.read_text())

        wait_until(said, "the address in the greeting")
        return int(said()[1])

    def _is_ready(self) -> bool:
        try:
            with Client(self.port) as client:
                return client.get("/readyz").status == 200
        except (OSError, Broken):
            return False

    def __enter__(self) -> "Weir":
        return self

    def __exit__(self, kind, *_) -> None:
        if self.exit_code is None:
            self.stop()
        log = self.log()
        bug = BUGS.search(log)
        self._folder.cleanup()
        if kind is not None:
            return  # the test has failed already, for a reason of its own
        assert not bug, "the log names a bug:\n" + log[max(0, bug.start() - 500) :][:8000]
        assert self.exit_code == 0, f"weir ended with exit code {self.exit_code}"

    @property
    def pid(self) -> int:
        return self._process.pid

    def log(self) -> str:
        return self._log.read_text(errors="replace")

    def memory(self) -> int:
        """Resident bytes, as the kernel has them."""
        status = pathlib.Path(f"/proc/{self.pid}/status").read_text()
        return int(re.search(r"VmRSS:\s+(\d+) kB", status)[1]) * 1024

    def open_descriptors(self) -> int:
        return len(os.listdir(f"/proc/{self.pid}/fd"))

    def tell_to_stop(self) -> None:
        if not self._told_to_stop:
            self._process.send_signal(signal.SIGTERM)
        self._told_to_stop = True

    def wait_for_end(self, patience: float = PATIENCE + 10) -> int:
        try:
            self.exit_code = self._process.wait(patience)
        except subprocess.TimeoutExpired:
            self.kill()
            raise AssertionError(f"weir did not end within {patience:g} s of being told to") from None
        return self.exit_code

    def stop(self) -> int:
        self.tell_to_stop()
        return self.wait_for_end()

    def kill(self) -> None:
        self._process.kill()
        self.exit_code = self._process.wait()
