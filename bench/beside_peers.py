"""Other gateways beside nginx and weir in the same run (`--peers`)."""

import contextlib
import dataclasses
import pathlib
import time
from typing import Callable

import hits
import load
from figures import Failure, Result, Row
from peers import FOLDER, PEERS, Place
from processes import Server, wait_for
from rounds import CONNECTIONS, CPU_NOTE, Pace, Round
from servers import Bench, answers, free_port

START = 120  # seconds that one may take to start
FILLS = 16
OURS = ("nginx", "weir")  # without these there is nothing to compare


@dataclasses.dataclass
class Contender:
    server: Server
    port: int
    start_ms: float
    idle_mib: float
    headers: dict[str, str]
    caches: bool
    after_mib: float = 0.0
    passed: list[Round] = dataclasses.field(default_factory=list)
    alone: list[Round] = dataclasses.field(default_factory=list)  # at one connection
    hits: list[Round] = dataclasses.field(default_factory=list)


def _started(start: Callable[[], tuple[Server, int]], headers: dict[str, str], caches: bool) -> Contender:
    begun = time.monotonic()
    server, port = start()
    took = (time.monotonic() - begun) * 1e3
    return Contender(server, port, took, server.resident_kib() / 1024, headers, caches)


def _start_peer(bench: Bench, name: str, upstream: int, pace: Pace) -> Contender:
    peer, place = PEERS[name], Place(FOLDER / name, free_port(), upstream)
    pace.say(f"peers: installing {peer.package}")
    place.folder.mkdir(parents=True, exist_ok=True)
    peer.install(place.folder)
    pace.say(f"peers: starting {name}")

    def start() -> tuple[Server, int]:
        server = bench.start(name, peer.command(place), peer.environment)
        try:
            wait_for(lambda: answers(place.port, peer.alive), f"{name}: answering", START, server)
        except Failure:
            server.stop()  # so that it does not disturb those who are still measured
            raise
        return server, place.port
    return _started(start, peer.headers(place), peer.caches)


class Race:
    """The contenders that are still in it, and why others are not."""

    def __init__(self, pace: Pace) -> None:
        self.contenders: dict[str, Contender] = {}
        self.out: list[str] = []
        self._pace = pace

    def tried(self, name: str, attempt: Callable[[], None]) -> None:
        """A peer that fails is left out and named; a failure of ours ends the measurement."""
        try:
            attempt()
        except Failure as failure:
            if name in OURS:
                raise
            if one := self.contenders.pop(name, None):
                one.server.stop()
            self.out.append(f"{name} is left out: {failure}")

    def run(self, what: str, bodies: pathlib.Path, connections: int, kept: Callable[[Contender], list[Round]],
            guard: Callable[[], contextlib.AbstractContextManager[None]] = contextlib.nullcontext) -> None:
        """Rounds in turn, after calls that warm up: the first of all may take seconds. Each is made within
        what `guard` gives."""
        names = list(self.contenders)
        for name in names:
            self.tried(name, lambda: self._first_call(self.contenders[name], bodies))
        for number in range(self._pace.rounds + 1):
            self._pace.say(f"peers: {what}, round {number} of {self._pace.rounds}")
            for name in [name for name in names if name in self.contenders]:
                one, keep = self.contenders[name], kept if number else _forgotten
                self.tried(name, lambda: self._round(one, bodies, connections, keep, guard))

    @staticmethod
    def _first_call(one: Contender, bodies: pathlib.Path) -> None:
        load.call(one.port, bodies.read_bytes().splitlines()[0], 1, one.headers)

    def _round(self, one: Contender, bodies: pathlib.Path, connections: int,
               kept: Callable[[Contender], list[Round]],
               guard: Callable[[], contextlib.AbstractContextManager[None]]) -> None:
        with guard():
            before = one.server.used()
            made = load.wrk(one.port, bodies, connections, self._pace.seconds, one.headers)
            used = one.server.used() - before
        if failure := one.server.failed():
            raise failure
        kept(one).append(Round(made, used))

    def row(self, key: str, label: str, unit: str, of: Callable[[Contender], list[float]]) -> Row:
        return Row.of(key, label, unit, {name: of(one) for name, one in self.contenders.items()})


def _forgotten(_: Contender) -> list[Round]:
    """Where a round goes that only warms up."""
    return []


def _enter(bench: Bench, race: Race, upstream: int, names: list[str], pace: Pace) -> None:
    race.contenders["nginx"] = _started(lambda: bench.start_nginx(upstream), {}, caches=True)
    race.contenders["weir"] = _started(lambda: bench.start_weir(upstream), {}, caches=True)
    for name in names:
        race.tried(name, lambda: race.contenders.update({name: _start_peer(bench, name, upstream, pace)}))


def _fill(port: int, prompts: list[bytes]) -> None:
    """On connections of their own, so that every worker that has a cache to itself gets every prompt."""
    for prompt in prompts:
        for _ in range(FILLS):
            load.call(port, prompt, 1)


def _hits(bench: Bench, entrants: Race, upstream: int, pace: Pace) -> Race:
    """Of those that cache; nginx's cache is an nginx of its own."""
    race = Race(pace)
    race.contenders = {name: one for name, one in entrants.contenders.items() if one.caches}
    race.contenders["nginx"] = _started(lambda: bench.start_nginx_cache(upstream), {}, caches=True)
    prompts = [hits.request(1_000, number) for number in range(hits.PROMPTS)]
    for name in list(race.contenders):
        pace.say(f"peers: filling the cache of {name}")
        race.tried(name, lambda: _fill(race.contenders[name].port, prompts))
    file = bench.folder / "prompts.jsonl"
    file.write_bytes(b"\n".join(prompts) + b"\n")
    race.run("hits", file, CONNECTIONS, lambda one: one.hits, lambda: hits.provider_not_called(upstream))
    return race


def beside_nginx(names: list[str]) -> Callable[[Bench, str, Pace], Result]:
    return lambda bench, name, pace: _measure(bench, name, pace, names)


def _measure(bench: Bench, name: str, pace: Pace, names: list[str]) -> Result:
    upstream = bench.start_upstream()
    race = Race(pace)
    _enter(bench, race, upstream, names, pace)
    bodies = bench.folder / "request.jsonl"
    bodies.write_bytes(load.chat_request(2_000) + b"\n")
    race.run("passed on", bodies, CONNECTIONS, lambda one: one.passed)
    race.run("one connection", bodies, 1, lambda one: one.alone)
    for one in race.contenders.values():
        one.after_mib = one.server.resident_kib() / 1024
    caching = _hits(bench, race, upstream, pace)
    rows = [
        race.row("cpu", "CPU a call passed on", "µs", lambda o: [r.us(r.used.total) for r in o.passed]),
        race.row("rate", "calls a second", "/s",
                 lambda o: [r.load.requests / r.load.seconds for r in o.passed]),
        race.row("p50", "p50 at one connection", "µs", lambda o: [r.load.p50_us for r in o.alone]),
        caching.row("cpu_hit", "CPU a cache hit", "µs", lambda o: [r.us(r.used.total) for r in o.hits]),
        race.row("idle", "memory after the start", "MiB", lambda o: [o.idle_mib]),
        race.row("after", "memory after these calls", "MiB", lambda o: [o.after_mib]),
        race.row("start", "start to first answer", "ms", lambda o: [o.start_ms])]
    how = f"2 KB requests passed on, 1 KB hits, 1 KB answers, {CONNECTIONS} connections, {pace}"
    configured = [f"{peer}: {PEERS[peer].package}, {PEERS[peer].how}." for peer in names
                  if peer in race.contenders]
    return Result(name, "Other gateways", how, rows, [*configured, CPU_NOTE],
                  [*race.out, *caching.out])
