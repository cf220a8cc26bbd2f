"""A server that we started: in a session of its own, so that the scheduler treats all servers alike, with its
CPU time, page faults and memory read from /proc."""

import dataclasses
import os
import pathlib
import signal
import subprocess
import time
from typing import Callable, Mapping

from figures import Failure

LAST_BYTES = 2_000  # of a log that shows why a server ended; with a line a call it may be large
TICK = 1.0 / os.sysconf("SC_CLK_TCK")


@dataclasses.dataclass(frozen=True)
class Used:
    """What a group used so far: seconds of CPU of all threads and of weir's network threads, 10 ms fine a
    thread; and page faults that read nothing from a disk."""

    user: float
    total: float
    loops: float
    faults: int

    def __sub__(self, other: "Used") -> "Used":
        return Used(self.user - other.user, self.total - other.total, self.loops - other.loops,
                    self.faults - other.faults)


def _stat(folder: pathlib.Path) -> tuple[str, list[str]] | None:
    """The name and the fields after it of a process or thread; None when it has ended."""
    try:
        text = (folder / "stat").read_text()
    except OSError:
        return None
    name, _, rest = text.partition("(")[2].rpartition(")")
    return name, rest.split()


class Server:
    """One process group. Ends with `stop`, which nothing may prevent."""

    def __init__(self, name: str, command: list[str], folder: pathlib.Path, environment: Mapping[str, str]):
        self.name = name
        self.log = folder / f"{name}.log"
        with self.log.open("wb") as log:
            self._process = subprocess.Popen(command, cwd=folder, env={**os.environ, **environment},
                                             stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                             start_new_session=True)
        self.pid = self._process.pid

    def failed(self) -> Failure | None:
        if self._process.poll() is None:
            return None
        end = self._last_lines(5)
        code = self._process.returncode
        return Failure("\n  ".join([f"{self.name} ended by itself with code {code}; its last lines:", *end]))

    def _last_lines(self, count: int) -> list[str]:
        with self.log.open("rb") as log:
            log.seek(max(0, self.log.stat().st_size - LAST_BYTES))
            return log.read().decode(errors="replace").strip().splitlines()[-count:]

    def stop(self, seconds: float = 15) -> None:
        if self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(seconds)
            except subprocess.TimeoutExpired:
                pass
        # What is left of the group, workers of a master that was killed included.
        try:
            os.killpg(self.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self._process.wait()

    def _group(self) -> list[pathlib.Path]:
        folders = []
        for folder in pathlib.Path("/proc").iterdir():
            if folder.name.isdigit() and (stat := _stat(folder)) and int(stat[1][2]) == self.pid:
                folders.append(folder)
        return folders

    def used(self) -> Used:
        user = total = loops = faults = 0
        for thread in (thread for folder in self._group() for thread in (folder / "task").iterdir()):
            if (stat := _stat(thread)) is None:
                continue
            name, fields = stat
            in_user, in_kernel = int(fields[11]), int(fields[12])
            user += in_user
            total += in_user + in_kernel
            faults += int(fields[7])
            if name.startswith("loop-"):
                loops += in_user + in_kernel
        return Used(user * TICK, total * TICK, loops * TICK, faults)

    def resident_kib(self) -> float:
        """Of the whole group; memory that processes share counts once for each."""
        kib = 0
        for folder in self._group():
            for line in (folder / "status").read_text().splitlines():
                if line.startswith("VmRSS:"):
                    kib += int(line.split()[1])
        return float(kib)


def wait_for(condition: Callable[[], bool], what: str, seconds: float, server: Server | None = None,
             pause: float = 0.002) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        if server and (failure := server.failed()):
            raise failure
        if time.monotonic() > deadline:
            raise Failure(f"{what} did not happen within {seconds:.0f} s.")
        time.sleep(pause)
