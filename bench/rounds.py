"""Rounds of calls that alternate between nginx and weir: a busy machine is busy for both. And the rows of a
table that come from them."""

import dataclasses
import pathlib
from typing import Callable

import load
from figures import Row, differences, ratios
from processes import Cpu, Server

CONNECTIONS = 64
Proxies = dict[str, tuple[Server, int]]  # by column: the server and its port


@dataclasses.dataclass(frozen=True)
class Pace:
    rounds: int
    seconds: int
    say: Callable[[str], None]  # progress

    def __str__(self) -> str:
        return f"{plural(self.rounds, 'round')} of {self.seconds} s each"


def plural(count: int, word: str) -> str:
    return f"{count} {word}" if count == 1 else f"{count} {word}s"


@dataclasses.dataclass(frozen=True)
class Round:
    load: load.Load
    cpu: Cpu

    def us(self, seconds: float) -> float:
        return seconds * 1e6 / self.load.requests


@dataclasses.dataclass(frozen=True)
class Rounds:
    nginx: list[Round]
    weir: list[Round]

    def row(self, key: str, label: str, unit: str, of: Callable[[Round], float]) -> Row:
        nginx, weir = [of(r) for r in self.nginx], [of(r) for r in self.weir]
        return Row.of(key, label, unit, {"nginx": nginx, "weir": weir, "ratio": ratios(weir, nginx)})


def alternate(proxies: Proxies, bodies: pathlib.Path, connections: int, name: str, pace: Pace) -> Rounds:
    """`bodies` holds the calls' bodies, one a line."""
    for _, port in proxies.values():
        load.wrk(port, bodies, connections, 1)  # pools filled, caches warm
    rounds: dict[str, list[Round]] = {column: [] for column in proxies}
    for number in range(pace.rounds):
        pace.say(f"{name}: round {number + 1} of {pace.rounds}")
        for column, (server, port) in proxies.items():
            before = server.cpu()
            made = load.wrk(port, bodies, connections, pace.seconds)
            rounds[column].append(Round(made, server.cpu() - before))
            if failure := server.failed():
                raise failure
    return Rounds(rounds["nginx"], rounds["weir"])


CPU_NOTE = "The kernel samples the split into user and system time; the sum is good to 10 ms a thread."


def cpu_rows(rounds: Rounds) -> list[Row]:
    network = [r.us(r.cpu.loops) for r in rounds.weir]
    total = [r.us(r.cpu.total) for r in rounds.nginx]
    return [
        rounds.row("cpu", "CPU a request, whole process", "µs", lambda r: r.us(r.cpu.total)),
        Row.of("cpu_network", "  network threads alone", "µs",
               {"nginx": total, "weir": network, "ratio": ratios(network, total)}),
        rounds.row("cpu_user", "  outside the kernel", "µs", lambda r: r.us(r.cpu.user)),
        rounds.row("rate", "requests a second", "/s", lambda r: r.load.requests / r.load.seconds),
    ]


LATENCY_NOTE = "wrk measures whole microseconds."


def latency_rows(rounds: Rounds, key_end: str = "", label_start: str = "") -> list[Row]:
    rows = []
    for key, of in (("p50", lambda r: r.load.p50_us), ("p99", lambda r: r.load.p99_us)):
        nginx, weir = [of(r) for r in rounds.nginx], [of(r) for r in rounds.weir]
        cells = {"nginx": nginx, "weir": weir, "added": differences(weir, nginx)}
        rows.append(Row.of(key + key_end, label_start + key, "µs", cells))
    return rows
