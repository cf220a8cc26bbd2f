"""The scenarios that are timed. Rounds alternate between nginx and weir: a busy machine is busy for both."""

import dataclasses
import pathlib
import shutil
import subprocess
import time
from typing import Callable

import load
import stream_upstream
import streams
from figures import Result, Row, differences, ratios
from processes import Cpu, Server
from servers import Bench, program

CONNECTIONS = 64
STREAM_ROUNDS = 3
NO_PROXY = "no proxy"


@dataclasses.dataclass(frozen=True)
class Pace:
    rounds: int
    seconds: int
    say: Callable[[str], None]  # progress

    def __str__(self) -> str:
        return f"{plural(self.rounds, 'round')} of {self.seconds} s each"


def plural(count: int, word: str) -> str:
    return f"{count} {word}" if count == 1 else f"{count} {word}s"


def _proxies(bench: Bench) -> dict[str, tuple[Server, int]]:
    upstream = bench.start_upstream()
    return {"nginx": bench.start_nginx(upstream), "weir": bench.start_weir(upstream)}


def _body(bench: Bench, size: int) -> pathlib.Path:
    path = bench.folder / f"request-{size}.json"
    path.write_bytes(load.chat_request(size))
    return path


@dataclasses.dataclass(frozen=True)
class Round:
    load: load.Load
    cpu: Cpu

    def us(self, seconds: float) -> float:
        return seconds * 1e6 / self.load.requests


def _rounds(bench: Bench, name: str, size: int, connections: int, pace: Pace) -> dict[str, list[Round]]:
    proxies, body = _proxies(bench), _body(bench, size)
    for _, port in proxies.values():
        load.wrk(port, body, connections, 1)  # pools filled, caches warm
    rounds: dict[str, list[Round]] = {column: [] for column in proxies}
    for number in range(pace.rounds):
        pace.say(f"{name}: round {number + 1} of {pace.rounds}")
        for column, (server, port) in proxies.items():
            before = server.cpu()
            made = load.wrk(port, body, connections, pace.seconds)
            rounds[column].append(Round(made, server.cpu() - before))
            if failure := server.failed():
                raise failure
    return rounds


def pass_through(size: int) -> Callable[[Bench, str, Pace], Result]:
    def measure(bench: Bench, name: str, pace: Pace) -> Result:
        rounds = _rounds(bench, name, size, CONNECTIONS, pace)
        nginx, weir = rounds["nginx"], rounds["weir"]

        def row(key: str, label: str, unit: str, of: Callable[[Round], float]) -> Row:
            ours, theirs = [of(r) for r in weir], [of(r) for r in nginx]
            return Row.of(key, label, unit, {"nginx": theirs, "weir": ours, "ratio": ratios(ours, theirs)})
        network = [r.us(r.cpu.loops) for r in weir]
        total = [r.us(r.cpu.total) for r in nginx]
        rows = [
            row("cpu", "CPU a request, whole process", "µs", lambda r: r.us(r.cpu.total)),
            Row.of("cpu_network", "  network threads alone", "µs",
                   {"nginx": total, "weir": network, "ratio": ratios(network, total)}),
            row("cpu_user", "  outside the kernel", "µs", lambda r: r.us(r.cpu.user)),
            row("rate", "requests a second", "/s", lambda r: r.load.requests / r.load.seconds),
        ]
        how = (f"{size // 1000} KB request, 1 KB answer, {CONNECTIONS} connections, {pace}")
        notes = ["The kernel samples the split into user and system time; the sum is good to 10 ms a thread."]
        return Result(name, f"Pass-through, {size // 1000} KB", how, rows, notes)
    return measure


def latency(bench: Bench, name: str, pace: Pace) -> Result:
    rounds = _rounds(bench, name, 2_000, 1, pace)
    rows = []
    for key, label, of in (("p50", "p50", lambda r: r.load.p50_us), ("p99", "p99", lambda r: r.load.p99_us)):
        nginx, weir = [of(r) for r in rounds["nginx"]], [of(r) for r in rounds["weir"]]
        added = differences(weir, nginx)
        rows.append(Row.of(key, label, "µs", {"nginx": nginx, "weir": weir, "added": added}))
    how = f"2 KB request, 1 KB answer, 1 connection, {pace}"
    return Result(name, "Latency at one connection", how, rows, ["wrk measures whole microseconds."])


def open_streams(count: int) -> Callable[[Bench, str, Pace], Result]:
    def once(bench: Bench, upstream: int, column: str) -> tuple[streams.Streams, float]:
        """One round through one proxy, started afresh so that memory counts from idle; and KiB a stream."""
        with bench.one_after_another():
            if column == NO_PROXY:
                return streams.run(upstream, count, lambda: 0.0), 0.0
            if column == "nginx":
                server, port = bench.start_nginx(upstream, "off")
            else:
                server, port = bench.start_weir(upstream)
            load.call_stream(port)
            idle = server.resident_kib()
            made = streams.run(port, count, server.resident_kib)
            if failure := server.failed():
                raise failure
            return made, (made.resident_kib - idle) / count

    def measure(bench: Bench, name: str, pace: Pace) -> Result:
        upstream = bench.start_stream_upstream()
        number_of_rounds = min(pace.rounds, STREAM_ROUNDS)
        made: dict[str, list[tuple[streams.Streams, float]]] = {NO_PROXY: [], "nginx": [], "weir": []}
        for number in range(number_of_rounds):
            for column, of_column in made.items():
                pace.say(f"{name}: round {number + 1} of {number_of_rounds}, proxy: {column}")
                of_column.append(once(bench, upstream, column))

        def row(key: str, label: str, unit: str, of: Callable[[streams.Streams, float], float],
                columns: tuple[str, ...] = (NO_PROXY, "nginx", "weir")) -> Row:
            values = {column: [of(*one) for one in made[column]] for column in columns}
            if key.endswith("_p99"):
                values["ratio"] = ratios(values["weir"], values["nginx"])
            return Row.of(key, label, unit, values)
        percentile = streams.Streams.percentile
        rows = [
            row("memory", "memory a stream", "KiB", lambda _, kib: kib, ("nginx", "weir")),
            row("complete", "streams complete", "%", lambda s, _: 100 * s.complete / count),
            row("first_p50", "first event's delay, p50", "ms", lambda s, _: percentile(s.first_ms, 0.5)),
            row("first_p99", "first event's delay, p99", "ms", lambda s, _: percentile(s.first_ms, 0.99)),
            row("all_p50", "every event's delay, p50", "ms", lambda s, _: percentile(s.all_ms, 0.5)),
            row("all_p99", "every event's delay, p99", "ms", lambda s, _: percentile(s.all_ms, 0.99)),
        ]
        how = (f"{count:,} streams at once, each {stream_upstream.EVENTS} events of "
               f"{stream_upstream.EVENT_BYTES} bytes, one a second; "
               f"{plural(number_of_rounds, 'round')}, a fresh proxy for each")
        notes = ["Provider and clients are Python on the same cores: the column \"no proxy\" is the "
                 "floor of every delay here, and differences smaller than its spread mean nothing.",
                 "Memory is RSS with all streams open minus RSS after one stream, by number of streams."]
        return Result(name, f"{count:,} open streams", how, rows, notes)
    return measure


def _stripped_bytes(bench: Bench) -> int | None:
    strip = shutil.which("strip") or shutil.which("llvm-strip-19")
    if not strip:
        return None
    out = bench.folder / "stripped"
    subprocess.run([strip, "-o", str(out), str(program())], check=True)
    return out.stat().st_size


def footprint(bench: Bench, name: str, pace: Pace) -> Result:
    upstream = bench.start_upstream()
    starts, resident = [], []
    for number in range(pace.rounds):
        pace.say(f"{name}: start {number + 1} of {pace.rounds}")
        with bench.one_after_another():
            begun = time.monotonic()
            server, _ = bench.start_weir(upstream)
            starts.append((time.monotonic() - begun) * 1e3)
            resident.append(server.resident_kib() / 1024)
    rows = [Row.of("idle", "memory, idle (RSS)", "MiB", {"weir": resident}),
            Row.of("start", "start to first /livez", "ms", {"weir": starts}),
            Row.of("binary", "binary as built", "MB", {"weir": [program().stat().st_size / 1e6]})]
    notes = []
    if (stripped := _stripped_bytes(bench)) is not None:
        rows.append(Row.of("binary_stripped", "binary, stripped", "MB", {"weir": [stripped / 1e6]}))
    else:
        notes.append("The stripped binary's size needs strip: apt-get install binutils")
    return Result(name, "Footprint", plural(pace.rounds, "start"), rows, notes)
