"""Rounds of calls that alternate between two servers: a busy machine is busy for both. And the rows of a
table that come from them."""

import dataclasses
import pathlib
from typing import Callable

import load
from figures import Row, differences, ratios
from processes import Server, Used

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
    used: Used

    def us(self, seconds: float) -> float:
        return seconds * 1e6 / self.load.requests

    def network(self) -> float:
        """Seconds of network threads; a server that names none has no others."""
        return self.used.loops or self.used.total


@dataclasses.dataclass(frozen=True)
class Rounds:
    """By column, in the order of `alternate`: the second server is held against the first."""

    columns: dict[str, list[Round]]

    def values(self, of: Callable[[Round], float]) -> dict[str, list[float]]:
        return {column: [of(one) for one in made] for column, made in self.columns.items()}

    def ratio_row(self, key: str, label: str, unit: str, of: Callable[[Round], float]) -> Row:
        first, second = (values := self.values(of)).values()
        return Row.of(key, label, unit, {**values, "ratio": ratios(second, first)})

    def added_row(self, key: str, label: str, unit: str, of: Callable[[Round], float]) -> Row:
        first, second = (values := self.values(of)).values()
        return Row.of(key, label, unit, {**values, "added": differences(second, first)})


def alternate(proxies: Proxies, bodies: pathlib.Path, connections: int, name: str, pace: Pace) -> Rounds:
    """`bodies` holds the calls' bodies, one a line."""
    for _, port in proxies.values():
        load.wrk(port, bodies, connections, 1)  # pools filled, caches warm
    rounds: dict[str, list[Round]] = {column: [] for column in proxies}
    for number in range(pace.rounds):
        pace.say(f"{name}: round {number + 1} of {pace.rounds}")
        for column, (server, port) in proxies.items():
            before = server.used()
            made = load.wrk(port, bodies, connections, pace.seconds)
            rounds[column].append(Round(made, server.used() - before))
            if failure := server.failed():
                raise failure
    return Rounds(rounds)


CPU_NOTE = "The kernel samples the split into user and system time; the sum is good to 10 ms a thread."


def cpu_rows(rounds: Rounds) -> list[Row]:
    return [
        rounds.ratio_row("cpu", "CPU a request, whole process", "µs", lambda r: r.us(r.used.total)),
        rounds.ratio_row("cpu_network", "  network threads alone", "µs", lambda r: r.us(r.network())),
        rounds.ratio_row("cpu_user", "  outside the kernel", "µs", lambda r: r.us(r.used.user)),
        rounds.ratio_row("rate", "requests a second", "/s", lambda r: r.load.requests / r.load.seconds),
    ]


def faults_row(rounds: Rounds) -> Row:
    return Row.of("faults", "page faults a request", "",
                  rounds.values(lambda r: r.used.faults / r.load.requests))


LATENCY_NOTE = "wrk measures whole microseconds."


def latency_rows(rounds: Rounds, key_end: str = "", label_start: str = "") -> list[Row]:
    return [rounds.added_row("p50" + key_end, label_start + "p50", "µs", lambda r: r.load.p50_us),
            rounds.added_row("p99" + key_end, label_start + "p99", "µs", lambda r: r.load.p99_us)]
